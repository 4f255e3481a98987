"""What stores' own groups sold: sums by part of the tree and by store; no order is shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor

_BY_PART = """
SELECT part.id, count(*), sum(o.paid_fen - o.refunded_fen)
FROM (SELECT id, path FROM channel_territory_view WHERE id = ANY(%s)) part
JOIN channel_territory_view t
    ON t.path >= part.path AND t.path < (left(part.path, -1) || '0') COLLATE "C"
JOIN channel_store_view s ON s.territory_id = t.id
JOIN commerce_order o ON o.enterprise_id = s.enterprise_id AND o.store_id = s.id
WHERE o.store_group_id IS NOT NULL AND o.paid_fen <> 0
GROUP BY part.id
"""
_BY_STORE = """
SELECT o.store_id, count(*), sum(o.paid_fen - o.refunded_fen)
FROM commerce_order o JOIN channel_store_view s ON s.enterprise_id = o.enterprise_id AND s.id = o.store_id
WHERE o.store_group_id IS NOT NULL AND o.paid_fen <> 0 AND o.store_id = ANY(%s)
GROUP BY o.store_id
"""
_BY_GROUP = """
SELECT o.store_group_id, count(*), sum(o.paid_fen - o.refunded_fen)
FROM commerce_order o JOIN channel_store_view s ON s.enterprise_id = o.enterprise_id AND s.id = o.store_id
WHERE o.paid_fen <> 0 AND o.store_group_id = ANY(%s)
GROUP BY o.store_group_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnGroupSales:
    """Orders that came out of stores' own groups, and what they came to after refunds."""

    orders: int
    net_fen: int


NOTHING = OwnGroupSales(orders=0, net_fen=0)


def sales_by_part(actor: Actor, territory_ids: Sequence[int]) -> dict[int, OwnGroupSales]:
    """Add up below each territory within reach; one without orders is missing."""
    return _added(actor, _BY_PART, territory_ids)


def sales_by_store(actor: Actor, store_ids: Sequence[int]) -> dict[int, OwnGroupSales]:
    """Add up by store within reach; one without orders is missing."""
    return _added(actor, _BY_STORE, store_ids)


def sales_by_own_group(actor: Actor, store_group_ids: Sequence[int]) -> dict[int, OwnGroupSales]:
    """Add up by a store's own group, for the store; one without orders is missing."""
    return _added(actor, _BY_GROUP, store_group_ids)


def _added(actor: Actor, query: str, ids: Sequence[int]) -> dict[int, OwnGroupSales]:
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(query, [list(ids)])
        return {
            pk: OwnGroupSales(orders=orders, net_fen=int(net or 0))
            for pk, orders, net in cursor.fetchall()
        }
