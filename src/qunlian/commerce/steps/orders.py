"""The order's moves and the money that goes with them. The caller holds the order's row lock."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from qunlian.commerce.models import Bill, Order, OrderLine, Payment, Refund, Shipment
from qunlian.commerce.queries.orders import number_of
from qunlian.commerce.rules import orders as rules
from qunlian.commerce.rules.ledger import (
    AccountRef,
    Kind,
    Leg,
    NewTransfer,
    of_seller,
    receivable_of,
)
from qunlian.commerce.rules.ledger import (
    move as legs_of,
)
from qunlian.commerce.steps.ledger import KeyReused, post
from qunlian.commerce.steps.stock import release_stock, take_stock
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid
from qunlian.kernel.queue import enqueue

_MOMENTS = {
    rules.Act.CONFIRM: "confirmed_at",
    rules.Act.SHIP: "shipped_at",
    rules.Act.SIGN: "signed_at",
    rules.Act.CANCEL: "ended_at",
    rules.Act.EXPIRE: "ended_at",
}
CASHIER = AccountRef(Kind.CASHIER)
PAYABLE = AccountRef(Kind.REFUNDS_PAYABLE)


class WrongState(Conflict):
    """The order has moved on in the meantime; look at it again."""

    code = "commerce.wrong_state"


class AmountTooHigh(Invalid):
    """At most ¥%(refundable_yuan)s can still be given back."""

    code = "commerce.amount_too_high"


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedOrder:
    """Where an order stands after an act; who shows more of it asks for its card."""

    order_id: int
    number: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Who brings the goods; empty = own delivery."""

    carrier: str = ""
    tracking_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What the cashier says came in for a payment."""

    amount_fen: int
    receipt_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repayment:
    """Money to be given back for an order, once under its ``request_key``."""

    amount_fen: int
    request_key: str
    reason: str


def moved(order: Order) -> MovedOrder:
    """Tell where an order stands now."""
    return MovedOrder(
        order_id=order.pk, number=number_of(order.pk, order.placed_at), state=str(order.state)
    )


def goods_of(orders: Sequence[Order]) -> Counter[tuple[int, int]]:
    """Return the units of each product in each warehouse that orders hold."""
    place = {order.pk: order.warehouse_id for order in orders}
    lines = OrderLine.objects.filter(order_id__in=list(place))
    goods: Counter[tuple[int, int]] = Counter()
    for order_id, product_id, units in lines.values_list("order_id", "product_id", "quantity"):
        goods[place[order_id], product_id] += units
    return goods


def move(order: Order, act: rules.Act, *, at: datetime, **more: Any) -> None:
    """
    Bring an order into its next state; the caller saves nothing.

    :param more: other columns that change with it
    :raises WrongState: this cannot be done in the order's state
    """
    move_alike([order], act, at=at, **more)


def move_alike(orders: Sequence[Order], act: rules.Act, *, at: datetime, **more: Any) -> None:
    """
    Bring orders of one state into the next, all or none.

    :raises WrongState: this cannot be done in their state
    """
    if not orders:
        return
    (before,) = {order.state for order in orders}
    state = rules.after(before, act)
    if state is None:
        raise WrongState(state=before, act=act)
    column = _MOMENTS.get(act)
    fields = {**more, "state": state, "changed_at": at} | ({column: at} if column else {})
    rows = Order.objects.filter(pk__in=[order.pk for order in orders], state=before)
    if rows.update(**fields) != len(orders):
        raise WrongState(state=before, act=act)
    for order in orders:
        order.state = state


def send_off(orders: Sequence[Order], parcel: Parcel, *, actor: Actor, at: datetime) -> None:
    """Let the goods of shipped orders leave their warehouses, and note who brings them."""
    if not orders:
        return
    take_stock(goods_of(orders))
    Shipment.objects.bulk_create(
        Shipment(
            enterprise_id=actor.enterprise_id,
            order=order,
            carrier=parcel.carrier.strip()[:40],
            tracking_number=parcel.tracking_number.strip()[:60],
            shipped_by=actor.account_id,
            shipped_at=at,
        )
        for order in orders
    )


def close(order: Order, act: rules.Act, *, at: datetime) -> None:
    """
    Cancel or expire an order: its goods are free again, and nothing can be paid for it any more.

    :raises WrongState: it is past that
    """
    move(order, act, at=at)
    release_stock(goods_of([order]))
    payment = Payment.objects.filter(order_id=order.pk, state="pending").first()
    if payment:
        Payment.objects.filter(pk=payment.pk, state="pending").update(state="closed")
        Bill.objects.filter(token=payment.bill_token, state="open").update(state="closed")


def charge(order: Order, *, actor: Actor, at: datetime) -> None:
    """
    Write an order to the store's account.

    :raises CreditExceeded: the store would owe more than it may
    """
    sales = of_seller(Kind.SALES, order.distributor_id)
    _post(
        order, "charged", legs_of(receivable_of(order.store_id), sales, order.total_fen), actor, at
    )


def apply_paid(order: Order, payment: Payment, money: Money, *, actor: Actor, at: datetime) -> str:
    """
    Take in what the cashier says: the money came. Harmless when repeated.

    A payment that comes after the order ended is booked as owed and given back; one of another amount
    is not booked at all and left to a person.

    :return: applied | repeat | late | wrong_amount
    """
    if money.amount_fen != payment.amount_fen:
        return "wrong_amount"
    paid = Payment.objects.filter(pk=payment.pk).exclude(state="paid")
    if not paid.update(state="paid", paid_at=at, receipt_number=money.receipt_number):
        return "repeat"
    order.paid_fen += money.amount_fen
    if rules.after(order.state, rules.Act.PAY):
        move(order, rules.Act.PAY, at=at, paid_fen=F("paid_fen") + money.amount_fen)
        sales = of_seller(Kind.SALES, order.distributor_id)
        _post(order, "paid", legs_of(CASHIER, sales, money.amount_fen), actor, at)
        return "applied"
    Order.objects.filter(pk=order.pk).update(paid_fen=F("paid_fen") + money.amount_fen)
    _post(order, "paid_late", legs_of(CASHIER, PAYABLE, money.amount_fen), actor, at)
    repayment = Repayment(
        amount_fen=money.amount_fen, request_key="late-payment", reason="late payment"
    )
    _ask_refund(order, repayment, actor=actor, at=at)
    return "late"


def give_back(order: Order, repayment: Repayment, *, actor: Actor, at: datetime) -> Refund:
    """
    Give money back for an order, once under its request key; never more than was paid.

    On account it is done at once. At the cashier it is owed now and done when the cashier says so.

    :raises KeyReused: the key stands for a refund of another amount
    :raises AmountTooHigh: more than is left of what was paid
    """
    known = Refund.objects.filter(order_id=order.pk, request_key=repayment.request_key).first()
    if known is not None:
        if known.amount_fen != repayment.amount_fen:
            raise KeyReused(key=repayment.request_key)
        return known
    refund = _ask_refund(order, repayment, actor=actor, at=at)
    refunds = of_seller(Kind.REFUNDS, order.distributor_id)
    is_on_account = order.pay_mode == "account"
    owed = receivable_of(order.store_id) if is_on_account else PAYABLE
    legs = legs_of(refunds, owed, repayment.amount_fen)
    _post(order, f"refund {refund.pk}", legs, actor, at)
    return refund


def settle_refund(order: Order, refund: Refund, *, actor: Actor, at: datetime) -> bool:
    """Take in what the cashier says: the refund arrived. Tell whether that was news."""
    asked = Refund.objects.filter(pk=refund.pk).exclude(state="done")
    if not asked.update(state="done", done_at=at):
        return False
    _post(order, f"refunded {refund.pk}", legs_of(PAYABLE, CASHIER, refund.amount_fen), actor, at)
    return True


def _ask_refund(order: Order, repayment: Repayment, *, actor: Actor, at: datetime) -> Refund:
    left = Order.objects.filter(pk=order.pk, paid_fen__gte=F("refunded_fen") + repayment.amount_fen)
    if not left.update(refunded_fen=F("refunded_fen") + repayment.amount_fen, changed_at=at):
        refundable = order.paid_fen - order.refunded_fen
        raise AmountTooHigh(
            refundable_fen=refundable, refundable_yuan=f"{refundable // 100}.{refundable % 100:02d}"
        )
    order.refunded_fen += repayment.amount_fen
    is_done = order.pay_mode == "account"
    refund = Refund.objects.create(
        enterprise_id=actor.enterprise_id,
        order=order,
        request_key=repayment.request_key,
        amount_fen=repayment.amount_fen,
        reason=repayment.reason,
        state="done" if is_done else "asked",
        refunded_by=actor.account_id,
        created_at=at,
        done_at=at if is_done else None,
    )
    if not is_done:
        enqueue("commerce.repay", enterprise_id=actor.enterprise_id, refund_id=refund.pk)
    return refund


def _post(order: Order, what: str, legs: tuple[Leg, ...], actor: Actor, at: datetime) -> None:
    post(
        NewTransfer(
            key=f"order {order.pk} {what}",
            kind=f"order_{what.split(maxsplit=1)[0]}",
            legs=legs,
            about_kind="order",
            about_id=order.pk,
        ),
        actor=actor,
        at=at,
    )
