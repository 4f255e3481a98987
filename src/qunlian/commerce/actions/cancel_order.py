"""Call an order off before it is shipped; what was paid goes back."""

from datetime import datetime

from qunlian.commerce import access, steps
from qunlian.commerce.rules.orders import Act, State
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor, Role


def cancel_order(
    *, actor: Actor, order_id: int, now: datetime, reason: str = ""
) -> steps.MovedOrder:
    """
    Cancel an order: free its goods, give back all that was paid.

    The store's owner may until it is confirmed, staff until it is shipped.

    :raises NotFound: no such order within the actor's reach
    :raises Forbidden: the role does not work on orders
    :raises WrongState: it is too late for that
    """
    with scope.writing(actor):
        order = access.order_for(actor, order_id, is_for_change=True)
        access.may(actor, access.FULFILLERS | {Role.MEMBER})
        if actor.role is Role.MEMBER and order.state == State.CONFIRMED:
            raise steps.WrongState(state=order.state, act=Act.CANCEL)
        steps.close(order, Act.CANCEL, at=now)
        left = order.paid_fen - order.refunded_fen
        if left:
            repayment = steps.Repayment(
                amount_fen=left, request_key="cancelled", reason=reason.strip()[:200]
            )
            steps.give_back(order, repayment, actor=actor, at=now)
        journal.record(
            "commerce.order_cancelled",
            actor=actor,
            at=now,
            about={"order": [order.pk], "store": [order.store_id]},
            given_back_fen=left,
        )
        return steps.moved(order)
