"""What is unpaid, and the test cashier's page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from qunlian.commerce import access
from qunlian.commerce.models import Bill, Order, Payment
from qunlian.commerce.rules.orders import State
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound

#: When the cashier's note should have come by itself.
NOTE_PATIENCE = timedelta(seconds=30)
#: How far back the cashier is asked again; it answers the first time it is up.
ASKED_BACK = timedelta(days=7)
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class BillCard:
    """What the cashier's page shows; it knows nothing of the order but its title."""

    token: str
    order_id: int
    title: str
    amount_fen: int
    state: str
    expires_at: datetime | None


def bill_card(actor: Actor, token: str) -> BillCard:
    """
    Return a bill.

    :raises NotFound: there is none for an order within the actor's reach
    """
    with scope.reading(actor):
        payment = Payment.objects.filter(bill_token=token).first()
        if payment is None:
            raise NotFound(kind="bill")
        order = access.order_for(actor, payment.order_id)
        bill = Bill.objects.get(token=token)
    return BillCard(
        token=token,
        order_id=order.pk,
        title=bill.title,
        amount_fen=bill.amount_fen,
        state=bill.state,
        expires_at=order.expires_at,
    )


def unpaid_due(actor: Actor, *, now: datetime) -> tuple[int, ...]:
    """Return orders whose time to pay is up, oldest first, a batch."""
    with scope.reading(actor):
        rows = Order.objects.filter(state=State.AWAITING_PAYMENT, expires_at__lte=now)
        return tuple(rows.order_by("expires_at").values_list("id", flat=True)[:BATCH])


def paid_without_note(actor: Actor, *, now: datetime) -> tuple[int, ...]:
    """Return orders paid at the cashier whose note should have come by now, a batch."""
    with scope.reading(actor):
        bills = Bill.objects.filter(
            state="paid", paid_at__gt=now - ASKED_BACK, paid_at__lte=now - NOTE_PATIENCE
        )
        rows = Payment.objects.exclude(state="paid").filter(bill_token__in=bills.values("token"))
        return tuple(rows.order_by("id").values_list("order_id", flat=True)[:BATCH])
