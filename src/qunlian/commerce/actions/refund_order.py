"""Give money back for an order, all or a part."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.commerce import access, steps
from qunlian.commerce.models import Refund
from qunlian.commerce.rules import orders as rules
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid


class AmountMissing(Invalid):
    """Enter an amount above 0."""

    code: ClassVar[str] = "commerce.amount_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundedOrder:
    """What was given back; ``state`` of the refund is done, or asked while the cashier works on it."""

    order_id: int
    refund_id: int
    amount_fen: int
    state: str
    order_state: str


def refund_order(
    *, actor: Actor, order_id: int, repayment: steps.Repayment, now: datetime
) -> RefundedOrder:
    """
    Give money back, once under its request key.

    All of it before the goods were shipped calls the order off.

    :raises NotFound: no such order within the actor's reach
    :raises Forbidden: the role gives no money back
    :raises AmountMissing: nothing, or less
    :raises WrongState: nothing was paid, or the order ended
    :raises AmountTooHigh: more than is left of what was paid
    :raises KeyReused: the key stands for a refund of another amount
    """
    with scope.writing(actor):
        order = access.order_for(actor, order_id, is_for_change=True)
        access.may(actor, access.CASHIERS)
        if repayment.amount_fen <= 0:
            raise AmountMissing
        known = Refund.objects.filter(order_id=order.pk, request_key=repayment.request_key).exists()
        if not known and rules.State(order.state) not in rules.REFUNDABLE:
            raise steps.WrongState(state=order.state)
        refund = steps.give_back(order, repayment, actor=actor, at=now)
        is_all = order.paid_fen == order.refunded_fen
        if is_all and rules.after(order.state, rules.Act.CANCEL):
            steps.close(order, rules.Act.CANCEL, at=now)
        if not known:
            journal.record(
                "commerce.order_refunded",
                actor=actor,
                at=now,
                about={"order": [order.pk], "store": [order.store_id]},
                amount_fen=refund.amount_fen,
                reason=refund.reason,
            )
        return RefundedOrder(
            order_id=order.pk,
            refund_id=refund.pk,
            amount_fen=refund.amount_fen,
            state=refund.state,
            order_state=str(order.state),
        )
