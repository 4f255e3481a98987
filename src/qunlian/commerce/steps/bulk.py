"""Many orders in one transaction: locked in the order of their ids, so that nobody waits in a circle."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qunlian.commerce import access
from qunlian.commerce.models import Order
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


def each_order(actor: Actor, order_ids: Sequence[int]) -> Iterator[tuple[int, Order | None]]:
    """Lock orders in the order of their ids and hand them out; None for one that is out of reach."""
    rows = access.orders_within(actor).select_for_update().filter(pk__in=list(order_ids))
    known = {order.pk: order for order in rows.order_by("pk")}
    for order_id in sorted(order_ids):
        yield order_id, known.get(order_id)
