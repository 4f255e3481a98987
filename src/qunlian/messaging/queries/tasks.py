"""What of messages needs doing now; for Today."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging import access
from qunlian.messaging.models import Broadcast, Relay

_TROUBLE = """
SELECT d.broadcast_id, b.title, d.state, count(*)
FROM messaging_delivery_view d
JOIN messaging_broadcast_view b ON b.enterprise_id = d.enterprise_id AND b.id = d.broadcast_id
WHERE d.state IN ('failed', 'unknown', 'with_person') AND b.state IN ('sending', 'sent')
  AND b.created_at > %s
GROUP BY d.broadcast_id, b.title, d.state ORDER BY d.broadcast_id DESC LIMIT 20
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastTrouble:
    """Groups that a broadcast failed in, hangs at, or that wait for a person to confirm."""

    broadcast_id: int
    title: str
    state: str
    groups: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTasks:
    """What waits for the actor."""

    relays_waiting: int
    troubles: tuple[BroadcastTrouble, ...]
    drafts: int
    scheduled: int


def message_tasks(actor: Actor, now: datetime) -> MessageTasks:
    """Return what of messages needs doing now: to pass on, to mend, to send."""
    with scope.reading(actor):
        waiting = Relay.objects.filter(staff_id=actor.staff_id or 0, state="waiting")
        own = access.broadcasts_within(actor).filter(created_by=actor.account_id or 0)
        with connection.cursor() as cursor:
            cursor.execute(_TROUBLE, [now - timedelta(days=14)])
            troubles = tuple(
                BroadcastTrouble(broadcast_id=row[0], title=row[1], state=row[2], groups=row[3])
                for row in cursor.fetchall()
            )
        return MessageTasks(
            relays_waiting=waiting.filter(
                broadcast_id__in=Broadcast.objects.filter(state="sending").values("pk")
            ).count(),
            troubles=troubles,
            drafts=own.filter(state="draft").count(),
            scheduled=own.filter(state="scheduled").count(),
        )
