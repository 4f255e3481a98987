"""Note how far somebody's phone fetched a group and how far he read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging import access
from qunlian.messaging.models import Counter, ReadMark

_MARK = """
INSERT INTO messaging_read AS r (enterprise_id, group_id, person_id, delivered_seq, read_seq, changed_at)
VALUES (%(enterprise)s, %(group)s, %(person)s, %(delivered)s, %(read)s, %(now)s)
ON CONFLICT (enterprise_id, person_id, group_id) DO UPDATE
SET delivered_seq = greatest(r.delivered_seq, EXCLUDED.delivered_seq),
    read_seq = greatest(r.read_seq, EXCLUDED.read_seq), changed_at = EXCLUDED.changed_at
WHERE r.delivered_seq < EXCLUDED.delivered_seq OR r.read_seq < EXCLUDED.read_seq
"""
#: Broadcasts among what is newly seen get their proof; a moment once proved stays.
_PROVE = """
INSERT INTO messaging_receipt AS r (enterprise_id, broadcast_id, group_id, person_id, delivered_at, read_at,
    is_member)
SELECT d.enterprise_id, d.broadcast_id, d.group_id, %(person)s, %(now)s,
       CASE WHEN d.seq <= %(read)s THEN %(now)s::timestamptz END, %(is_member)s
FROM messaging_delivery d
WHERE d.enterprise_id = %(enterprise)s AND d.group_id = %(group)s
  AND d.seq > %(from)s AND d.seq <= %(delivered)s
ON CONFLICT (enterprise_id, broadcast_id, group_id, person_id) DO UPDATE
SET delivered_at = coalesce(r.delivered_at, EXCLUDED.delivered_at),
    read_at = coalesce(r.read_at, EXCLUDED.read_at)
WHERE r.delivered_at IS NULL OR (r.read_at IS NULL AND EXCLUDED.read_at IS NOT NULL)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How far a person got in a group, after marking. Neither ever moves back."""

    delivered_seq: int
    read_seq: int


def mark_seen(
    *, actor: Actor, group_id: int, delivered_seq: int, read_seq: int, now: datetime
) -> Seen:
    """
    Move a person's marks on (never back, never past the last message) and prove broadcasts with them.

    :raises NotFound: no such group within the actor's reach
    :raises NotInGroup: he only looks on from outside, which proves nothing
    """
    with scope.writing(actor):
        seat = access.seat_for(actor, group_id)
        counter = Counter.objects.filter(group_id=group_id).first()
        last = counter.last_seq if counter else 0
        mark = ReadMark.objects.filter(group_id=group_id, person_id=seat.person_id).first()
        before = Seen(
            delivered_seq=mark.delivered_seq if mark else 0, read_seq=mark.read_seq if mark else 0
        )
        read = min(max(read_seq, before.read_seq), last)
        after = Seen(
            delivered_seq=max(min(delivered_seq, last), before.delivered_seq, read), read_seq=read
        )
        if after == before:
            return before
        facts: dict[str, Any] = {
            "enterprise": actor.enterprise_id,
            "group": group_id,
            "person": seat.person_id,
            "delivered": after.delivered_seq,
            "read": after.read_seq,
            "from": before.read_seq,
            "is_member": seat.role == "member",
            "now": now,
        }
        with connection.cursor() as cursor:
            cursor.execute(_MARK, facts)
            cursor.execute(_PROVE, facts)
        return after
