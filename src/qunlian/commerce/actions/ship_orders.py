"""Let the goods of many orders leave the warehouse at once, by own delivery."""

from collections.abc import Sequence
from datetime import datetime

from qunlian.commerce import steps
from qunlian.commerce.rules.orders import Act
from qunlian.commerce.steps.bulk import Bulk, move_each
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
        moved = move_each(actor, order_ids, Act.SHIP, at=now)
        steps.send_off(moved.orders, steps.Parcel(), actor=actor, at=now)
        if moved.orders:
            journal.record("commerce.orders_shipped", actor=actor, at=now, about=moved.about)
        return moved.told
