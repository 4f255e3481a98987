"""Accept an order: it will be shipped."""

from datetime import datetime

from qunlian.commerce import access, steps
from qunlian.commerce.rules.orders import Act
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


def confirm_order(*, actor: Actor, order_id: int, now: datetime) -> steps.MovedOrder:
    """
    Accept a new order.

    :raises NotFound: no such order within the actor's reach
    :raises Forbidden: the role does not work on orders
    :raises WrongState: it is not new any more
    """
    with scope.writing(actor):
        order = access.order_for(actor, order_id, is_for_change=True)
        access.may(actor, access.FULFILLERS)
        steps.move(order, Act.CONFIRM, at=now)
        journal.record(
            "commerce.order_confirmed",
            actor=actor,
            at=now,
            about={"order": [order.pk], "store": [order.store_id]},
        )
        return steps.moved(order)
