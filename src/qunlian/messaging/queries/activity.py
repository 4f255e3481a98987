"""Where members speak: a sign of life of their group."""

from datetime import datetime

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor

#: A colleague's word or a message to many groups is none: it says nothing about those it is sent to.
_TALKING = """
SELECT m.group_id, max(m.posted_at) FROM messaging_message m
LEFT JOIN channel_merged_person_view k ON k.enterprise_id = m.enterprise_id
    AND k.person_id = m.sender_person_id
JOIN community_member_view s ON s.enterprise_id = m.enterprise_id AND s.group_id = m.group_id
    AND s.person_id = coalesce(k.known_as_id, m.sender_person_id) AND s.role = 'member'
WHERE m.enterprise_id = %s AND m.posted_at >= %s AND m.broadcast_id IS NULL AND m.kind <> 'system'
GROUP BY m.group_id
"""


def groups_talking(actor: Actor, since: datetime) -> dict[int, datetime]:
    """Return the groups in which a member said something since, and when the last did."""
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(_TALKING, [actor.enterprise_id, since])
        return dict(cursor.fetchall())
