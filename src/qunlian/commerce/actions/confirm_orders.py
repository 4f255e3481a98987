"""Accept many new orders at once."""

from collections.abc import Sequence
from datetime import datetime

from qunlian.commerce.rules.orders import Act
from qunlian.commerce.steps.bulk import Bulk, move_each
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


def confirm_orders(*, actor: Actor, order_ids: Sequence[int], now: datetime) -> Bulk:
    """
    Accept new orders, each for itself.

    Those that cannot be (out of reach, or moved on in the meantime) are left as they are and told.

    :raises Forbidden: the role does not work on orders
    :raises NothingChosen: none, or more than 200
    """
    with scope.writing(actor):
        moved = move_each(actor, order_ids, Act.CONFIRM, at=now)
        if moved.orders:
            journal.record("commerce.orders_confirmed", actor=actor, at=now, about=moved.about)
        return moved.told
