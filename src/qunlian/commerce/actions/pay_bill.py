"""Pay at the embedded test cashier; it notifies us afterwards, as WeChat Pay would."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.commerce import access
from qunlian.commerce.models import Bill, Payment
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, NotFound
from qunlian.kernel.queue import enqueue


class BillClosed(Conflict):
    """This bill can no longer be paid: the order was cancelled or its time ran out."""

    code: ClassVar[str] = "commerce.bill_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidBill:
    """What the cashier's page shows afterwards."""

    order_id: int
    amount_fen: int
    receipt_number: str


def pay_bill(*, actor: Actor, token: str, now: datetime) -> PaidBill:
    """
    Pay a bill on the cashier's side; the order learns of it from the cashier's note.

    No stock and no order is locked here. Paying twice is paying once.

    :raises NotFound: no such bill for an order within the actor's reach
    :raises BillClosed: the order ended before
    """
    with scope.writing(actor):
        payment = Payment.objects.filter(bill_token=token).first()
        if payment is None:
            raise NotFound(kind="bill")
        order = access.order_for(actor, payment.order_id)
        bill = Bill.objects.select_for_update().get(token=token)
        if bill.state == "closed":
            raise BillClosed
        if bill.state == "open":
            bill.state = "paid"
            bill.receipt_number = f"T{now:%Y%m%d}{secrets.token_hex(8)}"
            bill.paid_at = now
            bill.save(update_fields=["state", "receipt_number", "paid_at"])
            journal.record(
                "commerce.bill_paid",
                actor=actor,
                at=now,
                about={"order": [order.pk], "store": [order.store_id]},
                amount_fen=bill.amount_fen,
            )
            enqueue(
                "commerce.deliver_note",
                enterprise_id=actor.enterprise_id,
                note={
                    "key": f"paid {bill.receipt_number}",
                    "kind": "paid",
                    "bill_token": token,
                    "amount_fen": bill.amount_fen,
                    "reference": bill.receipt_number,
                },
            )
        return PaidBill(
            order_id=order.pk, amount_fen=bill.amount_fen, receipt_number=bill.receipt_number
        )
