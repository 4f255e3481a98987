"""Take in what a group said elsewhere: an export, or a conversation that somebody pasted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, Invalid
from qunlian.messaging import access
from qunlian.messaging.models import MemberView
from qunlian.messaging.queries.chats import STAFF_SEATS
from qunlian.messaging.rules import bodies
from qunlian.messaging.steps import Incoming, take_in

MOST_LINES = 5_000
LONGEST_KEY = 60


class ConversationUnreadable(Invalid):
    """Line %(line)s of this conversation cannot be taken in; nothing was."""

    code = "messaging.conversation_unreadable"


class NotTheGroupsStaff(Forbidden):
    """Only headquarters and the group's own staff may bring in a conversation."""

    code = "messaging.not_the_groups_staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """
    What somebody said and when. ``key`` is the line's name where it comes from, once per group.

    ``card`` is a product card's body in place of a text; ``answers`` the key of an earlier line.
    """

    key: str
    person_id: int
    posted_at: datetime
    text: str = ""
    card: Mapping[str, Any] = field(default_factory=dict)
    answers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationTakenIn:
    """How many lines are new; the others had come before."""

    messages: int
    last_seq: int


def take_in_conversation(
    *, actor: Actor, group_id: int, lines: Sequence[Line], now: datetime
) -> ConversationTakenIn:
    """
    Put a conversation into a group, in the order of its moments, each key once. All of it or nothing.

    It stands behind what the group said here; the moments stay those at which it was said.

    :raises NotFound: no such group within the actor's reach
    :raises NotTheGroupsStaff: neither headquarters nor staff who sits in it
    :raises ConversationUnreadable: a line of nobody who is or was in the group, empty, too long, with
        a moment to come, or too many lines
    """
    with scope.writing(actor):
        _staff_only(actor, group_id)
        ordered = sorted(lines, key=lambda line: line.posted_at)
        if len(ordered) > MOST_LINES:
            raise ConversationUnreadable(line=MOST_LINES + 1)
        people = set(
            MemberView.objects.filter(group_id=group_id).values_list("person_id", flat=True)
        )
        messages = [
            _message(place, line, people, now) for place, line in enumerate(ordered, start=1)
        ]
        taken = take_in(actor, group_id, messages)
        fresh = sum(each.is_new for each in taken)
        if fresh:
            journal.record(
                "messaging.conversation_taken_in",
                actor=actor,
                at=now,
                about={"group": [group_id]},
                messages=fresh,
            )
        return ConversationTakenIn(
            messages=fresh, last_seq=max((each.seq for each in taken), default=0)
        )


def _staff_only(actor: Actor, group_id: int) -> None:
    access.group_for(actor, group_id)
    seats = access.seats_of(actor).filter(group_id=group_id, role__in=STAFF_SEATS)
    if not actor.is_headquarters and not seats.exists():
        raise NotTheGroupsStaff(group_id=group_id)


def _message(place: int, line: Line, people: set[int], now: datetime) -> Incoming:
    is_sound = (
        0 < len(line.key) <= LONGEST_KEY and line.person_id in people and line.posted_at <= now
    )
    try:
        body = dict(line.card) if line.card else bodies.text_body(line.text)
    except bodies.BadBody:
        is_sound, body = False, {}
    if not is_sound:
        raise ConversationUnreadable(line=place)
    return Incoming(
        key=_key(line.key),
        kind="card" if line.card else "text",
        body=body,
        posted_at=line.posted_at,
        sender_person_id=line.person_id,
        reply_to_key=_key(line.answers) if line.answers else "",
    )


def _key(name: str) -> str:
    return f"import:{name}"
