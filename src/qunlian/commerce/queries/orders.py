"""Orders as lists, as a board, and one whole."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Model, QuerySet

from qunlian.commerce import access
from qunlian.commerce.models import (
    BroadcastView,
    DistributorView,
    GroupView,
    Order,
    OrderLine,
    Payment,
    PersonView,
    Refund,
    Shipment,
    StaffView,
    StoreView,
    Warehouse,
)
from qunlian.commerce.rules import orders as rules
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page
from qunlian.kernel.typed import whole

PAGE_ROWS = 50
BOARD_ROWS = 30
CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """What a list of orders is narrowed to; empty = all. Days are China days, ``until_on`` included."""

    state: str = ""
    space: str = ""
    store_id: int | None = None
    group_id: int | None = None
    broadcast_id: int | None = None
    from_on: date | None = None
    until_on: date | None = None
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """One order in a list."""

    order_id: int
    number: str
    store_id: int
    store_name: str
    state: str
    pay_mode: str
    space: str
    total_fen: int
    paid_fen: int
    refunded_fen: int
    goods: str
    units: int
    group_id: int | None
    broadcast_id: int | None
    placed_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One line of an order."""

    product_id: int
    name: str
    spec: str
    unit: str
    quantity: int
    price_fen: int
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened to an order, for its timeline; ``what`` is a word of the interface."""

    what: str
    at: datetime
    amount_fen: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Out of which group and message an order came; names are empty out of reach."""

    group_name: str
    broadcast_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """What was asked of the cashier: pending, paid or closed."""

    amount_fen: int
    state: str
    receipt_number: str
    paid_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRow:
    """Money given back: asked, sent or done."""

    amount_fen: int
    state: str
    reason: str
    created_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCard:
    """One order whole. ``distributor_name`` is who fulfils it; empty = the enterprise itself."""

    row: OrderRow
    lines: tuple[LineRow, ...]
    timeline: tuple[Step, ...]
    origin: Origin
    payment: PaymentRow | None
    refunds: tuple[RefundRow, ...]
    warehouse_id: int
    warehouse_name: str
    distributor_id: int | None
    distributor_name: str
    steward_staff_id: int | None
    steward_name: str
    person_name: str
    note: str
    carrier: str
    tracking_number: str
    bill_token: str
    expires_at: datetime | None
    refundable_fen: int
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One state of the board with its newest orders; ``has_more`` when there are others."""

    state: str
    rows: tuple[OrderRow, ...]
    has_more: bool


def number_of(order_id: int, placed_at: datetime) -> str:
    """Write an order's number as people read it: its China day and its id."""
    return f"{placed_at.astimezone(CHINA):%y%m%d}-{order_id}"


def list_orders(
    actor: Actor, wanted: OrderFilter, *, after: str = "", take: int = PAGE_ROWS
) -> Page[OrderRow]:
    """Return a page of orders within reach, newest first."""
    with scope.reading(actor):
        rows = _narrowed(access.orders_within(actor), wanted).order_by("-id")
        if (last := whole(after)) is not None:
            rows = rows.filter(pk__lt=last)
        found = list(rows[: take + 1])
        shown = found[:take]
        return Page(rows=_rows(shown), next_key=str(shown[-1].pk) if len(found) > take else None)


def orders_of_group(actor: Actor, group_id: int, *, after: str = "") -> Page[OrderRow]:
    """Return a page of the orders that came out of one group, newest first."""
    return list_orders(actor, OrderFilter(group_id=group_id), after=after)


def orders_of_store(actor: Actor, store_id: int, *, after: str = "") -> Page[OrderRow]:
    """Return a page of a store's orders, newest first."""
    return list_orders(actor, OrderFilter(store_id=store_id), after=after)


def board(actor: Actor) -> tuple[Column, ...]:
    """Return the orders in work, a column per state, those that wait longest first."""
    with scope.reading(actor):
        found: list[Order] = []
        more: dict[str, bool] = {}
        for state in rules.BOARD:
            by = "-signed_at" if state is rules.State.SIGNED else "id"
            rows = list(
                access.orders_within(actor).filter(state=state).order_by(by)[: BOARD_ROWS + 1]
            )
            more[state] = len(rows) > BOARD_ROWS
            found += rows[:BOARD_ROWS]
        rows_of: dict[str, list[OrderRow]] = defaultdict(list)
        for row in _rows(found):
            rows_of[row.state].append(row)
    return tuple(
        Column(state=state, rows=tuple(rows_of[state]), has_more=more[state])
        for state in rules.BOARD
    )


def order_card(actor: Actor, order_id: int) -> OrderCard:
    """
    Return one order whole.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        order = access.order_for(actor, order_id)
        lines = list(OrderLine.objects.filter(order_id=order.pk).order_by("id"))
        payment = Payment.objects.filter(order_id=order.pk).first()
        shipment = Shipment.objects.filter(order_id=order.pk).first()
        refunds = list(Refund.objects.filter(order_id=order.pk).order_by("id"))
        steward = _name(StaffView, order.steward_staff_id)
        person = _name(PersonView, order.person_id)
        warehouse = Warehouse.objects.get(pk=order.warehouse_id)
        seller = _name(DistributorView, order.distributor_id)
        names = {order.store_id: _name(StoreView, order.store_id)}
        row = _row(order, names, lines)
        return OrderCard(
            row=row,
            lines=tuple(_line(each) for each in lines),
            timeline=_timeline(order, payment, shipment, refunds),
            origin=_origin(order),
            payment=_payment(payment),
            refunds=tuple(_refund(each) for each in refunds),
            warehouse_id=warehouse.pk,
            warehouse_name=warehouse.name,
            distributor_id=order.distributor_id,
            distributor_name=seller,
            steward_staff_id=order.steward_staff_id,
            steward_name=steward,
            person_name=person,
            note=order.note,
            carrier=shipment.carrier if shipment else "",
            tracking_number=shipment.tracking_number if shipment else "",
            bill_token=payment.bill_token if payment else "",
            expires_at=order.expires_at,
            refundable_fen=rules.refundable_fen(order.state, order.paid_fen, order.refunded_fen),
            acts=rules.acts(order.state),
        )


def _name(view: type[Model], row_id: int | None, column: str = "name") -> str:
    """Return the name of a row of another slice; empty when there is none, or none within reach."""
    if row_id is None:
        return ""
    rows = view._default_manager.filter(pk=row_id)  # noqa: SLF001  (the name Django gives it)
    return next(iter(rows.values_list(column, flat=True)), "")


def _origin(order: Order) -> Origin:
    return Origin(
        group_name=_name(GroupView, order.group_id),
        broadcast_title=_name(BroadcastView, order.broadcast_id, "title"),
    )


def _payment(payment: Payment | None) -> PaymentRow | None:
    if payment is None:
        return None
    return PaymentRow(
        amount_fen=payment.amount_fen,
        state=payment.state,
        receipt_number=payment.receipt_number,
        paid_at=payment.paid_at,
    )


def _refund(refund: Refund) -> RefundRow:
    return RefundRow(
        amount_fen=refund.amount_fen,
        state=refund.state,
        reason=refund.reason,
        created_at=refund.created_at,
        done_at=refund.done_at,
    )


def _narrowed(rows: QuerySet[Order], wanted: OrderFilter) -> QuerySet[Order]:
    for field in ("state", "space", "store_id", "group_id", "broadcast_id"):
        value = getattr(wanted, field)
        if value:
            rows = rows.filter(**{field: value})
    if wanted.from_on:
        rows = rows.filter(placed_at__gte=datetime.combine(wanted.from_on, time(), CHINA))
    if wanted.until_on:
        day_after = wanted.until_on + timedelta(days=1)
        rows = rows.filter(placed_at__lt=datetime.combine(day_after, time(), CHINA))
    if wanted.number:
        tail = wanted.number.rsplit("-", 1)[-1].strip()
        order_id = whole(tail)
        rows = rows.none() if order_id is None else rows.filter(pk=order_id)
    return rows


def _rows(orders: list[Order]) -> tuple[OrderRow, ...]:
    names = dict(
        StoreView.objects.filter(pk__in={order.store_id for order in orders}).values_list(
            "id", "name"
        )
    )
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    ids = [order.pk for order in orders]
    for line in OrderLine.objects.filter(order_id__in=ids).order_by("id"):
        lines[line.order_id].append(line)
    return tuple(_row(order, names, lines[order.pk]) for order in orders)


def _row(order: Order, names: Mapping[int, str], lines: Sequence[OrderLine]) -> OrderRow:
    return OrderRow(
        order_id=order.pk,
        number=number_of(order.pk, order.placed_at),
        store_id=order.store_id,
        store_name=names.get(order.store_id, ""),
        state=order.state,
        pay_mode=order.pay_mode,
        space=order.space,
        total_fen=order.total_fen,
        paid_fen=order.paid_fen,
        refunded_fen=order.refunded_fen,
        goods="、".join(f"{line.name}×{line.quantity}" for line in lines),
        units=sum(line.quantity for line in lines),
        group_id=order.group_id,
        broadcast_id=order.broadcast_id,
        placed_at=order.placed_at,
        changed_at=order.changed_at,
    )


def _line(line: OrderLine) -> LineRow:
    return LineRow(
        product_id=line.product_id,
        name=line.name,
        spec=line.spec,
        unit=line.unit,
        quantity=line.quantity,
        price_fen=line.price_fen,
        amount_fen=line.amount_fen,
    )


def _timeline(
    order: Order, payment: Payment | None, shipment: Shipment | None, refunds: list[Refund]
) -> tuple[Step, ...]:
    steps = [Step(what="placed", at=order.placed_at, amount_fen=order.total_fen, note=order.note)]
    if payment and payment.paid_at:
        steps.append(Step(what="paid", at=payment.paid_at, amount_fen=payment.amount_fen))
    if order.confirmed_at:
        steps.append(Step(what="confirmed", at=order.confirmed_at))
    if shipment:
        parts = f"{shipment.carrier} {shipment.tracking_number}".strip()
        steps.append(Step(what="shipped", at=shipment.shipped_at, note=parts))
    if order.signed_at:
        steps.append(Step(what="signed", at=order.signed_at, note=order.sign_note))
    if order.ended_at:
        steps.append(Step(what=order.state, at=order.ended_at))
    for refund in refunds:
        what = "refunded" if refund.state == "done" else "refund_asked"
        steps.append(
            Step(
                what=what,
                at=refund.done_at or refund.created_at,
                amount_fen=refund.amount_fen,
                note=refund.reason,
            )
        )
    return tuple(sorted(steps, key=lambda step: step.at))
