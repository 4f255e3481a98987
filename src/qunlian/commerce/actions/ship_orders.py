"""Let the goods of many orders leave the warehouse at once, by own delivery."""

from collections.abc import Sequence
from datetime import datetime

from qunlian.commerce import access, steps
from qunlian.commerce.models import Shipment
from qunlian.commerce.rules import orders as rules
from qunlian.commerce.rules.orders import Act
from qunlian.commerce.steps.bulk import BULK_LIMIT, Bulk, NothingChosen, each_order
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


def ship_orders(*, actor: Actor, order_ids: Sequence[int], now: datetime) -> Bulk:
    """
    Ship confirmed orders, each for itself, by own delivery: their units leave the stock.

    Those that cannot be (out of reach, or moved on in the meantime) are left as they are and told.

    :raises Forbidden: the role does not work on orders
    :raises NothingChosen: none, or more than 200
    """
    with scope.writing(actor):
        access.may(actor, access.FULFILLERS)
        chosen = sorted(set(order_ids))
        if not 0 < len(chosen) <= BULK_LIMIT:
            raise NothingChosen
        done, refused = [], []
        for order_id, order in each_order(actor, chosen):
            if order is None or rules.after(order.state, Act.SHIP) is None:
                refused.append(order_id)
                continue
            steps.move(order, Act.SHIP, at=now)
            steps.take_stock(order.warehouse_id, steps.quantities_of(order))
            Shipment.objects.create(
                enterprise_id=actor.enterprise_id,
                order=order,
                shipped_by=actor.account_id,
                shipped_at=now,
            )
            done.append(order)
        if done:
            journal.record(
                "commerce.orders_shipped",
                actor=actor,
                at=now,
                about={
                    "order": [order.pk for order in done],
                    "store": sorted({order.store_id for order in done}),
                },
            )
        return Bulk(done=tuple(order.pk for order in done), refused=tuple(refused))
