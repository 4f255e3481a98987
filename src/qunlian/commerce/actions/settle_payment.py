"""Ask the cashier whether an order is paid: for the buyer who waits, and when no note ever comes."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.commerce import access, steps
from qunlian.commerce.models import Bill, Payment
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledPayment:
    """Where the order stands after asking."""

    order_id: int
    is_paid: bool
    state: str


def settle_payment(*, actor: Actor, order_id: int, now: datetime) -> SettledPayment:
    """
    Look at the cashier's bill and take a payment in that we were not told of; repeating is harmless.

    :raises NotFound: no such order within the actor's reach, or nothing to pay for it
    """
    with scope.writing(actor):
        order = access.order_for(actor, order_id, is_for_change=True)
        payment = Payment.objects.filter(order_id=order.pk).first()
        if payment is None:
            raise NotFound(kind="payment", id=order_id)
        bill = Bill.objects.get(token=payment.bill_token)
        if bill.state == "paid" and payment.state != "paid":
            money = steps.Money(amount_fen=bill.amount_fen, receipt_number=bill.receipt_number)
            outcome = steps.apply_paid(order, payment, money, actor=actor, at=now)
            journal.record(
                "commerce.payment_settled",
                actor=actor,
                at=now,
                about={"order": [order.pk], "store": [order.store_id]},
                outcome=outcome,
                amount_fen=bill.amount_fen,
            )
        return SettledPayment(
            order_id=order.pk, is_paid=bill.state == "paid", state=str(order.state)
        )
