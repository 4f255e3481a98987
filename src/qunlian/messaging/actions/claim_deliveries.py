"""Take the next few groups of a broadcast in hand: the intent is written before anything is sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.models import Broadcast, Delivery, PersonView, Relay
from qunlian.messaging.rules import bodies
from qunlian.messaging.rules.deliveries import client_msg_id
from qunlian.platforms.port import Post

#: Longer than any call to a platform may take.
LEASE = timedelta(seconds=60)

#: Whoever held these died between intent and settling: what became of them must be asked.
_DOUBT = """
UPDATE messaging_delivery SET state = 'unknown', lease_until = NULL
WHERE id IN (SELECT id FROM messaging_delivery
             WHERE enterprise_id = %(enterprise)s AND broadcast_id = %(broadcast)s
               AND state = 'sending' AND lease_until < %(now)s
             FOR UPDATE SKIP LOCKED)
"""
_CLAIM = """
UPDATE messaging_delivery SET state = %(into)s, lease_until = %(lease)s,
    attempts = attempts + (CASE WHEN %(into)s = 'sending' THEN 1 ELSE 0 END)
WHERE id IN (SELECT id FROM messaging_delivery
             WHERE enterprise_id = %(enterprise)s AND broadcast_id = %(broadcast)s AND platform = %(platform)s
               AND state = %(from)s AND due_at <= %(now)s
               AND (lease_until IS NULL OR lease_until < %(now)s)
             ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """One batch in hand: posts to make now, and ids to ask the platform about."""

    posts: tuple[Post, ...]
    in_doubt: tuple[str, ...]


def claim_deliveries(
    *, actor: Actor, broadcast_id: int, platform: str, limit: int, now: datetime
) -> Claimed:
    """
    Claim up to ``limit`` groups under a lease; others skip them. Nothing while the broadcast is paused.

    Those in doubt (their sender died) come first and are asked about before anything else is sent.
    """
    with scope.writing(actor):
        row = Broadcast.objects.filter(pk=broadcast_id).first()
        if row is None or row.state != "sending":
            return Claimed(posts=(), in_doubt=())
        facts: dict[str, Any] = {
            "enterprise": actor.enterprise_id,
            "broadcast": broadcast_id,
            "platform": platform,
            "now": now,
            "lease": now + LEASE,
            "limit": limit,
        }
        with connection.cursor() as cursor:
            cursor.execute(_DOUBT, facts)
            doubtful = _claim(facts | {"from": "unknown", "into": "unknown"})
            fresh = [] if doubtful else _claim(facts | {"from": "planned", "into": "sending"})
        return Claimed(
            posts=_posts(row, fresh),
            in_doubt=tuple(
                client_msg_id(broadcast_id, d.group_id)
                for d in Delivery.objects.filter(pk__in=doubtful)
            ),
        )


def _claim(facts: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, facts)
        return [row[0] for row in cursor.fetchall()]


def _posts(broadcast: Broadcast, ids: list[int]) -> tuple[Post, ...]:
    rows = list(Delivery.objects.filter(pk__in=ids).order_by("group_id"))
    relays = {
        r.pk: r for r in Relay.objects.filter(pk__in={row.relay_id for row in rows if row.relay_id})
    }
    people = PersonView.objects.filter(pk__in={relay.person_id for relay in relays.values()})
    names = dict(people.values_list("pk", "name"))
    body: dict[str, Any] = dict(broadcast.body)
    if broadcast.question:
        body |= {"question": broadcast.question, "options": broadcast.options}
    posts = []
    for row in rows:
        relay = relays.get(row.relay_id or 0)
        wording, by = (relay.wording, names.get(relay.person_id, "")) if relay else ("", "")
        sender = relay.person_id if relay else broadcast.sender_person_id
        posts.append(
            Post(
                client_msg_id=client_msg_id(broadcast.pk, row.group_id),
                room_key=row.room_key,
                kind="question" if broadcast.question else broadcast.kind,
                body=bodies.passed_on(body, wording, by),
                sender_key=str(sender or ""),
            )
        )
    return tuple(posts)
