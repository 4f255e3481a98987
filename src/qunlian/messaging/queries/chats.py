"""The chats of one person: which groups, what is new in each, who is in them."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging import access
from qunlian.messaging.models import Counter, MemberView, PersonView, ReadMark

STAFF_SEATS = ("owner", "steward", "superior", "manager")

_CHATS = """
SELECT g.id, g.name, g.layer, g.life, g.seats_taken, c.last_at, coalesce(c.last_line, '{}')::text, p.name,
       coalesce(c.last_seq, 0) AS last_seq, coalesce(c.last_change_no, 0),
       greatest(coalesce(c.last_seq, 0) - coalesce(r.read_seq, 0), 0) AS unread,
       EXISTS (
           SELECT 1 FROM messaging_message m
           WHERE m.enterprise_id = g.enterprise_id AND m.group_id = g.id
             AND m.seq > coalesce(r.read_seq, 0) AND m.seq > c.last_seq - 200
             AND (m.is_for_all OR m.mentions @> to_jsonb(s.person_id)) AND m.recalled_at IS NULL
       ) AS is_mentioned
FROM community_member_view s
JOIN community_group_view g ON g.enterprise_id = s.enterprise_id AND g.id = s.group_id
LEFT JOIN messaging_group_counter c ON c.enterprise_id = g.enterprise_id AND c.group_id = g.id
LEFT JOIN messaging_read r ON r.enterprise_id = g.enterprise_id AND r.group_id = g.id
     AND r.person_id = s.person_id
LEFT JOIN channel_person_view p ON p.enterprise_id = g.enterprise_id
     AND p.id = (c.last_line ->> 'by')::bigint
WHERE s.person_id = %s AND s.left_at IS NULL AND g.life NOT IN ('merged', 'retired')
ORDER BY c.last_at DESC NULLS LAST, g.id
LIMIT 500
"""

_UNREAD = """
SELECT coalesce(sum(greatest(c.last_seq - coalesce(r.read_seq, 0), 0)), 0)
FROM community_member_view s
JOIN community_group_view g ON g.enterprise_id = s.enterprise_id AND g.id = s.group_id
JOIN messaging_group_counter c ON c.enterprise_id = s.enterprise_id AND c.group_id = s.group_id
LEFT JOIN messaging_read r ON r.enterprise_id = s.enterprise_id AND r.group_id = s.group_id
     AND r.person_id = s.person_id
WHERE s.person_id = %s AND s.left_at IS NULL AND g.life NOT IN ('merged', 'retired')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLine:
    """One line of the list of chats. ``last_line`` is as rules.bodies.line_of made it."""

    group_id: int
    name: str
    layer: str
    life: str
    people: int
    last_at: datetime | None
    last_line: dict[str, Any]
    last_by: str
    last_seq: int
    last_change_no: int
    unread: int
    is_mentioned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatHead:
    """
    What a chat page says above the messages. ``role`` is empty for one who only looks on.

    ``staff`` are those who look after the group: person → role in it.
    """

    group_id: int
    name: str
    theme: str
    layer: str
    life: str
    people: int
    role: str
    last_seq: int
    last_change_no: int
    read_seq: int
    may_speak: bool
    may_call_all: bool
    staff: dict[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """Someone in a group, for the mentions picker and the members' list."""

    person_id: int
    name: str
    role: str


def my_chats(actor: Actor) -> tuple[ChatLine, ...]:
    """Return the groups the actor sits in, the latest first (at most 500)."""
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(_CHATS, [actor.person_id or 0])
        return tuple(
            ChatLine(
                group_id=row[0],
                name=row[1],
                layer=row[2],
                life=row[3],
                people=row[4],
                last_at=row[5],
                last_line=json.loads(row[6]),
                last_by=row[7] or "",
                last_seq=row[8],
                last_change_no=row[9],
                unread=row[10],
                is_mentioned=row[11],
            )
            for row in cursor.fetchall()
        )


def unread_messages(actor: Actor) -> int:
    """Return how many messages are new to the actor in all his groups together."""
    if actor.person_id is None:
        return 0
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(_UNREAD, [actor.person_id])
        (unread,) = cursor.fetchone()
    return int(unread)


def chat_head(actor: Actor, group_id: int) -> ChatHead:
    """
    Return what stands above a chat.

    :raises NotFound: there is no such group within the actor's reach
    """
    with scope.reading(actor):
        group = access.group_for(actor, group_id)
        seat = access.seats_of(actor).filter(group_id=group_id).first()
        counter = Counter.objects.filter(group_id=group_id).first()
        mark = ReadMark.objects.filter(group_id=group_id, person_id=actor.person_id or 0).first()
        seats = MemberView.objects.filter(group_id=group_id, left_at=None, role__in=STAFF_SEATS)
        staff = dict(seats.values_list("person_id", "role"))
    is_open = group.life not in ("merged", "retired")
    return ChatHead(
        group_id=group.pk,
        name=group.name,
        theme=group.theme,
        layer=group.layer,
        life=group.life,
        people=group.seats_taken,
        role=seat.role if seat else "",
        last_seq=counter.last_seq if counter else 0,
        last_change_no=counter.last_change_no if counter else 0,
        read_seq=mark.read_seq if mark else 0,
        may_speak=seat is not None and is_open and group.platform == "web",
        may_call_all=seat is not None and seat.role in STAFF_SEATS,
        staff=staff,
    )


def people_in_chat(actor: Actor, group_id: int, *, limit: int = 500) -> tuple[Seated, ...]:
    """
    Return who sits in a group that the actor may read, staff first.

    :raises NotFound: there is no such group within the actor's reach
    """
    with scope.reading(actor):
        access.group_for(actor, group_id)
        seats = list(
            MemberView.objects.filter(group_id=group_id, left_at=None).order_by("joined_at")[:limit]
        )
        people = PersonView.objects.filter(pk__in=[seat.person_id for seat in seats])
        names = dict(people.values_list("pk", "name"))
    seated = [
        Seated(person_id=s.person_id, name=names.get(s.person_id, ""), role=s.role) for s in seats
    ]
    return tuple(sorted(seated, key=lambda one: one.role not in STAFF_SEATS))
