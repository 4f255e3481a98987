"""Order for a store: reserve the goods, then write it to its account or hand over to the cashier."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import connection
from django.db.models import Q

from qunlian.channel.rules.staff import day_of
from qunlian.commerce import access, steps
from qunlian.commerce.models import (
    AssignmentView,
    Bill,
    BroadcastView,
    GroupView,
    Order,
    OrderLine,
    Payment,
    Product,
    StaffView,
    Stock,
    StoreGroupView,
    StoreView,
)
from qunlian.commerce.queries.catalogue import Supply, prices_of, supply_of
from qunlian.commerce.queries.orders import number_of
from qunlian.commerce.rules import orders as rules
from qunlian.commerce.steps.orders import charge
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Conflict, Invalid

#: How long unpaid goods stay reserved.
RESERVED_FOR = timedelta(minutes=15)
MOST_UNITS = 100_000
LONGEST_KEY = 64


class EmptyOrder(Invalid):
    """Choose at least one product, and 1 to 100,000 units of each."""

    code: ClassVar[str] = "commerce.empty_order"


class NotOffered(Invalid):
    """Some of these products are not offered to this store."""

    code: ClassVar[str] = "commerce.not_offered"


class PriceChanged(Conflict):
    """The price has changed to ¥%(total_yuan)s; look at it again and confirm."""

    code: ClassVar[str] = "commerce.price_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """
    What is ordered.

    :param request_key: made by the client before the first try; the same key is the same order
    :param quantities: (product id, units)
    :param expected_total_fen: what the buyer saw; a changed price is refused instead of charged
    :param store_group_id: the store's own group that it comes out of; one that isn't its own counts nothing
    """

    store_id: int
    quantities: tuple[tuple[int, int], ...]
    pay_mode: str
    request_key: str
    expected_total_fen: int | None = None
    group_id: int | None = None
    broadcast_id: int | None = None
    store_group_id: int | None = None
    note: str = ""

    def digest(self) -> str:
        """Return what tells a repeat from another order under the same key."""
        body = [self.store_id, sorted(self.quantities), self.pay_mode, self.note]
        return hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedOrder:
    """Where the order stands; ``bill_token`` opens the cashier's page, ``is_new`` is false for a repeat."""

    order_id: int
    number: str
    state: str
    total_fen: int
    bill_token: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decided:
    warehouse_id: int
    distributor_id: int | None
    products: dict[int, Product]
    prices: dict[int, int]
    total_fen: int


def place_order(*, actor: Actor, order: NewOrder, now: datetime) -> PlacedOrder:
    """
    Order for a store, once under its request key.

    :raises NotFound: no such store within the actor's reach
    :raises Forbidden: the role places no orders
    :raises EmptyOrder: nothing, or a number of units that cannot be
    :raises Invalid: another way to pay than on account or at the cashier
    :raises NotOffered: a product is not on sale, has no price for this store, or lies in no warehouse
    :raises PriceChanged: the total is not what the buyer saw
    :raises OutOfStock: too little is left
    :raises Busy: too many order the same product at this moment
    :raises CreditExceeded: on account, the store would owe more than it may
    :raises KeyReused: the key stands for another order
    """
    with scope.writing(actor):
        access.may(actor, access.FULFILLERS | {Role.MEMBER})
        supply = supply_of(actor, order.store_id)
        _wait_for_key(order)
        known = _known(order)
        if known is not None:
            return known
        quantities = _quantities(order)
        decided = _decide(order, quantities, supply)
        row = _insert(actor, order, decided, now)
        _insert_lines(actor, row, quantities, decided)
        try:
            steps.reserve_stock(row.warehouse_id, quantities)
        except steps.OutOfStock as refusal:
            product = decided.products[refusal.facts["product_id"]]
            raise steps.OutOfStock(product_id=product.pk, name=product.name) from None
        token = _bill(actor, row, decided, now) if row.pay_mode == "cashier" else ""
        if not token:
            charge(row, actor=actor, at=now)
        journal.record(
            "commerce.order_placed",
            actor=actor,
            at=now,
            about=_about(row),
            total_fen=row.total_fen,
            space=row.space,
            broadcast_id=row.broadcast_id,
            pay_mode=row.pay_mode,
        )
        return _answer(row, token, is_new=True)


def _wait_for_key(order: NewOrder) -> None:
    """Let one request with a key go on at a time; the unique constraint stands behind."""
    with connection.cursor() as cursor:
        key = f"order {order.store_id} {order.request_key}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _known(order: NewOrder) -> PlacedOrder | None:
    row = Order.objects.filter(store_id=order.store_id, request_key=order.request_key).first()
    if row is None:
        return None
    if row.request_digest != order.digest():
        raise steps.KeyReused(key=order.request_key)
    payment = Payment.objects.filter(order_id=row.pk).first()
    return _answer(row, payment.bill_token if payment else "", is_new=False)


def _answer(row: Order, token: str, *, is_new: bool) -> PlacedOrder:
    return PlacedOrder(
        order_id=row.pk,
        number=number_of(row.pk, row.placed_at),
        state=row.state,
        total_fen=row.total_fen,
        bill_token=token,
        is_new=is_new,
    )


def _quantities(order: NewOrder) -> dict[int, int]:
    quantities = dict(order.quantities)
    fits = all(1 <= units <= MOST_UNITS for units in quantities.values())
    is_key = 0 < len(order.request_key) <= LONGEST_KEY
    if not quantities or not fits or len(quantities) != len(order.quantities) or not is_key:
        raise EmptyOrder
    if order.pay_mode not in ("account", "cashier"):
        raise Invalid(field="pay_mode")
    return quantities


def _decide(order: NewOrder, quantities: dict[int, int], supply: Supply) -> _Decided:
    products = Product.objects.filter(status="on_sale").in_bulk(list(quantities))
    prices = prices_of(list(products), supply.buyer)
    if prices.keys() != quantities.keys():
        raise NotOffered(product_ids=sorted(quantities.keys() - prices.keys()))
    total = sum(prices[product] * units for product, units in quantities.items())
    if order.expected_total_fen not in (None, total):
        raise PriceChanged(total_fen=total, total_yuan=f"{total // 100}.{total % 100:02d}")
    rows = Stock.objects.filter(
        product_id__in=list(quantities), warehouse_id__in=supply.warehouse_ids
    )
    available = {(row.warehouse_id, row.product_id): row.on_hand - row.reserved for row in rows}
    warehouse_id = rules.choose_warehouse(supply.warehouse_ids, available, quantities)
    if warehouse_id is None:
        raise NotOffered(product_ids=sorted(quantities))
    return _Decided(
        warehouse_id=warehouse_id,
        distributor_id=supply.seller_of[warehouse_id],
        products=products,
        prices=prices,
        total_fen=total,
    )


def _insert(actor: Actor, order: NewOrder, decided: _Decided, now: datetime) -> Order:
    is_on_account = order.pay_mode == "account"
    group = GroupView.objects.filter(pk=order.group_id).first() if order.group_id else None
    told = BroadcastView.objects.filter(pk=order.broadcast_id) if order.broadcast_id else None
    broadcast = told.first() if told else None
    own_group = _own_group(order)
    return Order.objects.create(
        enterprise_id=actor.enterprise_id,
        store_id=order.store_id,
        warehouse_id=decided.warehouse_id,
        distributor_id=decided.distributor_id,
        request_key=order.request_key,
        request_digest=order.digest(),
        state=rules.State.NEW if is_on_account else rules.State.AWAITING_PAYMENT,
        pay_mode=order.pay_mode,
        total_fen=decided.total_fen,
        paid_fen=decided.total_fen if is_on_account else 0,
        space=rules.space_of(
            is_member=actor.role is Role.MEMBER, is_from_group=bool(group or broadcast or own_group)
        ),
        group_id=group.pk if group else None,
        broadcast_id=broadcast.pk if broadcast else None,
        store_group_id=own_group,
        steward_staff_id=_steward(order.store_id, group, now),
        person_id=actor.person_id,
        note=order.note.strip()[:200],
        placed_at=now,
        expires_at=None if is_on_account else now + RESERVED_FOR,
        changed_at=now,
    )


def _own_group(order: NewOrder) -> int | None:
    if order.store_group_id is None:
        return None
    own = StoreGroupView.objects.filter(
        pk=order.store_group_id, store_id=order.store_id, closed_at=None
    )
    return own.values_list("pk", flat=True).first()


def _steward(store_id: int, group: GroupView | None, now: datetime) -> int | None:
    """Return who looks after this: the group's steward, else who covers the store's patch."""
    if group and group.steward_staff_id:
        return group.steward_staff_id
    patch = StoreView.objects.filter(pk=store_id).values("territory_id")
    on = day_of(now)
    covering = AssignmentView.objects.filter(
        Q(until_on=None) | Q(until_on__gt=on), territory_id__in=patch, from_on__lte=on
    )
    reps = StaffView.objects.filter(pk__in=covering.values("staff_id"), left_on=None)
    return reps.order_by("id").values_list("id", flat=True).first()


def _insert_lines(actor: Actor, row: Order, quantities: dict[int, int], decided: _Decided) -> None:
    OrderLine.objects.bulk_create(
        OrderLine(
            enterprise_id=actor.enterprise_id,
            order=row,
            product=decided.products[product],
            name=decided.products[product].name,
            spec=decided.products[product].spec,
            unit=decided.products[product].unit,
            quantity=units,
            price_fen=decided.prices[product],
            amount_fen=decided.prices[product] * units,
        )
        for product, units in quantities.items()
    )


def _bill(actor: Actor, row: Order, decided: _Decided, now: datetime) -> str:
    token = secrets.token_urlsafe(18)
    names = "、".join(product.name for product in decided.products.values())
    Payment.objects.create(
        enterprise_id=actor.enterprise_id,
        order=row,
        amount_fen=row.total_fen,
        bill_token=token,
        created_at=now,
    )
    Bill.objects.create(
        enterprise_id=actor.enterprise_id,
        token=token,
        amount_fen=row.total_fen,
        title=names[:80],
        created_at=now,
    )
    return token


def _about(row: Order) -> dict[str, list[int]]:
    about = {"order": [row.pk], "store": [row.store_id]}
    return about | ({"group": [row.group_id]} if row.group_id else {})
