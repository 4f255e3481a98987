"""Let an order's goods leave the warehouse."""

from datetime import datetime

from qunlian.commerce import access, steps
from qunlian.commerce.rules.orders import Act
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


def ship_order(
    *, actor: Actor, order_id: int, now: datetime, carrier: str = "", tracking_number: str = ""
) -> steps.MovedOrder:
    """
    Ship a confirmed order: its units leave the stock.

    :param carrier: who brings it, up to 40 characters; empty = own delivery
    :raises NotFound: no such order within the actor's reach
    :raises Forbidden: the role does not work on orders
    :raises WrongState: it is not confirmed, or was cancelled or refunded in the meantime
    """
    with scope.writing(actor):
        order = access.order_for(actor, order_id, is_for_change=True)
        access.may(actor, access.FULFILLERS)
        steps.move(order, Act.SHIP, at=now)
        parcel = steps.Parcel(carrier=carrier, tracking_number=tracking_number)
        steps.send_off([order], parcel, actor=actor, at=now)
        journal.record(
            "commerce.order_shipped",
            actor=actor,
            at=now,
            about={"order": [order.pk], "store": [order.store_id]},
        )
        return steps.moved(order)
