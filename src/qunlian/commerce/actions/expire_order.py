"""Let go of goods that nobody paid for in time."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.commerce import access, steps
from qunlian.commerce.models import Bill, Payment
from qunlian.commerce.rules.orders import Act, State
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiredOrder:
    """Where the order stands now: expired, or something else when it was not due or was paid after all."""

    order_id: int
    state: str


def expire_order(*, actor: Actor, order_id: int, now: datetime) -> ExpiredOrder:
    """
    Free an unpaid order's goods once its time is up; the cashier is asked first.

    :raises NotFound: no such order
    :raises Forbidden: only the machinery does this
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        order = access.order_for(actor, order_id, is_for_change=True)
        is_due = (
            order.state == State.AWAITING_PAYMENT
            and order.expires_at is not None
            and order.expires_at <= now
        )
        if not is_due:
            return ExpiredOrder(order_id=order.pk, state=order.state)
        payment = Payment.objects.get(order_id=order.pk)
        bill = Bill.objects.select_for_update().get(token=payment.bill_token)
        if bill.state == "paid":
            money = steps.Money(amount_fen=bill.amount_fen, receipt_number=bill.receipt_number)
            steps.apply_paid(order, payment, money, actor=actor, at=now)
        else:
            steps.close(order, Act.EXPIRE, at=now)
        journal.record(
            "commerce.order_expired"
            if order.state == State.EXPIRED
            else "commerce.payment_settled",
            actor=actor,
            at=now,
            about={"order": [order.pk], "store": [order.store_id]},
        )
        return ExpiredOrder(order_id=order.pk, state=str(order.state))
