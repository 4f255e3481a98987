"""Take in what groups said elsewhere: an export, or a conversation that somebody pasted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, Invalid, NotFound
from qunlian.messaging import access
from qunlian.messaging.models import MemberView
from qunlian.messaging.queries.chats import STAFF_SEATS
from qunlian.messaging.rules import bodies
from qunlian.messaging.steps import Incoming, take_in_all

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
class ConversationsTakenIn:
    """How many lines are new (the others had come before), and where each group's last one stands."""

    messages: int
    last_seqs: Mapping[int, int]


def take_in_conversations(
    *, actor: Actor, conversations: Mapping[int, Sequence[Line]], now: datetime
) -> ConversationsTakenIn:
    """
    Put conversations into their groups, each in the order of its moments, each key once. All or nothing.

    They stand behind what the groups said here; the moments stay those at which it was said.

    :param conversations: group → what it said
    :raises NotFound: no such group within the actor's reach
    :raises NotTheGroupsStaff: neither headquarters nor staff who sits in each of them
    :raises ConversationUnreadable: a line of nobody who is or was in the group, empty, too long, with
        a moment to come, or too many lines
    """
    with scope.writing(actor):
        _staff_only(actor, conversations)
        people = _people(conversations)
        messages = {
            group_id: _messages(lines, people[group_id], now)
            for group_id, lines in conversations.items()
        }
        taken = take_in_all(actor, messages)
        fresh = {
            group_id: count
            for group_id, lines in taken.items()
            if (count := sum(each.is_new for each in lines))
        }
        if fresh:
            journal.record(
                "messaging.conversations_taken_in",
                actor=actor,
                at=now,
                about={"group": list(fresh)},
                messages=sum(fresh.values()),
            )
        return ConversationsTakenIn(
            messages=sum(fresh.values()),
            last_seqs={
                group_id: max((each.seq for each in lines), default=0)
                for group_id, lines in taken.items()
            },
        )


def _staff_only(actor: Actor, group_ids: Collection[int]) -> None:
    known = set(access.groups_within(actor).filter(pk__in=group_ids).values_list("pk", flat=True))
    if missing := set(group_ids) - known:
        raise NotFound(kind="group", id=min(missing))
    if actor.is_headquarters:
        return
    seats = access.seats_of(actor).filter(group_id__in=group_ids, role__in=STAFF_SEATS)
    if strange := set(group_ids) - set(seats.values_list("group_id", flat=True)):
        raise NotTheGroupsStaff(group_id=min(strange))


def _people(group_ids: Collection[int]) -> dict[int, set[int]]:
    """Return who is or was in each group."""
    people: dict[int, set[int]] = {group_id: set() for group_id in group_ids}
    rows = MemberView.objects.filter(group_id__in=group_ids)
    for group_id, person_id in rows.values_list("group_id", "person_id"):
        people[group_id].add(person_id)
    return people


def _messages(lines: Sequence[Line], people: set[int], now: datetime) -> list[Incoming]:
    ordered = sorted(lines, key=lambda line: line.posted_at)
    if len(ordered) > MOST_LINES:
        raise ConversationUnreadable(line=MOST_LINES + 1)
    return [_message(place, line, people, now) for place, line in enumerate(ordered, start=1)]


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
