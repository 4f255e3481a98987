"""Have the cashier pay a refund out; it notifies us when it has."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from qunlian.commerce import access
from qunlian.commerce.models import Bill, Payment, Refund
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound
from qunlian.kernel.queue import enqueue


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaid:
    """Whether this call was the one that sent the refund off."""

    refund_id: int
    is_sent: bool


def repay(*, actor: Actor, refund_id: int, now: datetime) -> Repaid:
    """
    Hand a refund to the test cashier, once; its note ends it.

    :raises Forbidden: only the machinery does this
    :raises NotFound: no such refund
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        refund = Refund.objects.filter(pk=refund_id).first()
        if refund is None:
            raise NotFound(kind="refund", id=refund_id)
        payment = Payment.objects.get(order_id=refund.order_id)
        if not Refund.objects.filter(pk=refund.pk, state="asked").update(state="sent"):
            return Repaid(refund_id=refund.pk, is_sent=False)
        Bill.objects.filter(token=payment.bill_token).update(
            refunded_fen=F("refunded_fen") + refund.amount_fen
        )
        journal.record(
            "commerce.refund_sent",
            actor=actor,
            at=now,
            about={"order": [refund.order_id]},
            amount_fen=refund.amount_fen,
        )
        enqueue(
            "commerce.deliver_note",
            enterprise_id=actor.enterprise_id,
            note={
                "key": f"refunded {refund.pk}",
                "kind": "refunded",
                "bill_token": payment.bill_token,
                "amount_fen": refund.amount_fen,
                "reference": str(refund.pk),
            },
        )
        return Repaid(refund_id=refund.pk, is_sent=True)
