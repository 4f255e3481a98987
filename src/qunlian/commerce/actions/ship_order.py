"""Let an order's goods leave the warehouse."""

from datetime import datetime

from qunlian.commerce import access, steps
from qunlian.commerce.models import Shipment
from qunlian.commerce.queries.orders import OrderCard, order_card
from qunlian.commerce.rules.orders import Act
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


def ship_order(
    *, actor: Actor, order_id: int, now: datetime, carrier: str = "", tracking_number: str = ""
) -> OrderCard:
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
        steps.take_stock(order.warehouse_id, steps.quantities_of(order))
        Shipment.objects.create(
            enterprise_id=actor.enterprise_id,
            order=order,
            carrier=carrier.strip()[:40],
            tracking_number=tracking_number.strip()[:60],
            shipped_by=actor.account_id,
            shipped_at=now,
        )
        journal.record(
            "commerce.order_shipped",
            actor=actor,
            at=now,
            about={"order": [order.pk], "store": [order.store_id]},
        )
        return order_card(actor, order.pk)
