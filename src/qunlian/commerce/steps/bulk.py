"""One act on many orders in one transaction, each for itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qunlian.commerce import access
from qunlian.commerce.models import Order
from qunlian.commerce.rules import orders as rules
from qunlian.commerce.steps.orders import move_alike
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid

BULK_LIMIT = 200


class NothingChosen(Invalid):
    """Choose between 1 and 200 orders."""

    code = "commerce.nothing_chosen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """Which orders were moved on, and which could not be."""

    done: tuple[int, ...]
    refused: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedOrders:
    """The orders that went on, and what is told of all."""

    orders: tuple[Order, ...]
    told: Bulk

    @property
    def about(self) -> dict[str, list[int]]:
        """Return what the journal's fact is about."""
        return {
            "order": [order.pk for order in self.orders],
            "store": sorted({order.store_id for order in self.orders}),
        }


def move_each(
    actor: Actor, order_ids: Sequence[int], act: rules.Act, *, at: datetime
) -> MovedOrders:
    """
    Bring each of these orders into its next state, if it can be.

    They are locked in the order of their ids, so that nobody waits in a circle. Those that cannot be moved
    (out of reach, or moved on in the meantime) are left as they are and told.

    :raises Forbidden: the role does not work on orders
    :raises NothingChosen: none, or more than 200
    """
    access.may(actor, access.FULFILLERS)
    chosen = sorted(set(order_ids))
    if not 0 < len(chosen) <= BULK_LIMIT:
        raise NothingChosen
    rows = access.orders_within(actor).select_for_update().filter(pk__in=chosen).order_by("pk")
    ready = [order for order in rows if rules.after(order.state, act) is not None]
    for state in sorted({order.state for order in ready}):
        move_alike([order for order in ready if order.state == state], act, at=at)
    done = tuple(order.pk for order in ready)
    return MovedOrders(
        orders=tuple(ready),
        told=Bulk(done=done, refused=tuple(pk for pk in chosen if pk not in done)),
    )
