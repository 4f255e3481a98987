"""Whose stores order: a sign of life of their group."""

from datetime import datetime

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor

_ORDERING = """
SELECT group_id, max(placed_at) FROM (
    SELECT o.group_id, o.placed_at FROM commerce_order o
    WHERE o.enterprise_id = %(enterprise)s AND o.placed_at >= %(since)s AND o.group_id IS NOT NULL
    UNION ALL
    SELECT b.group_id, o.placed_at FROM commerce_order o
    JOIN community_group_store_view b ON b.enterprise_id = o.enterprise_id AND b.store_id = o.store_id
    WHERE o.enterprise_id = %(enterprise)s AND o.placed_at >= %(since)s
) orders GROUP BY group_id
"""


def groups_ordering(actor: Actor, since: datetime) -> dict[int, datetime]:
    """Return the groups out of which, or by a store of which, something was ordered since, and when last."""
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(_ORDERING, {"enterprise": actor.enterprise_id, "since": since})
        return dict(cursor.fetchall())
