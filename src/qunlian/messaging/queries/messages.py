"""The messages of a group: a page of them, and what changed since one last looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound
from qunlian.messaging import access
from qunlian.messaging.models import Counter, Message, PersonView
from qunlian.messaging.rules import bodies

PAGE = 30
#: As many as a page of them may hold, for somebody who leaps far back.
LEAP = 300
CHANGES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """The message that a reply answers, in short. ``line`` is empty when it was recalled."""

    seq: int
    name: str
    line: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """One message as a chat shows it. Of a recalled one no more is left than ``by_group``: another did it."""

    group_id: int
    seq: int
    change_no: int
    posted_at: datetime
    kind: str
    body: dict[str, Any]
    sender_person_id: int | None
    sender_name: str
    quoted: Quoted | None
    mentions: tuple[int, ...]
    is_for_all: bool
    broadcast_id: int | None
    is_recalled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed in a group, oldest first; ``last_change_no`` is where to go on."""

    lines: tuple[MessageLine, ...]
    last_change_no: int
    has_more: bool


def line_as_json(line: MessageLine) -> dict[str, Any]:
    """Return a message as pages, the live process and the API tell it."""
    quoted = line.quoted
    return {
        "group": line.group_id,
        "seq": line.seq,
        "change": line.change_no,
        "at": line.posted_at.isoformat(timespec="milliseconds"),
        "kind": line.kind,
        "body": line.body,
        "sender": line.sender_person_id,
        "name": line.sender_name,
        "quoted": {"seq": quoted.seq, "name": quoted.name, "line": quoted.line} if quoted else None,
        "mentions": list(line.mentions),
        "for_all": line.is_for_all,
        "broadcast": line.broadcast_id,
        "recalled": line.is_recalled,
    }


def messages_before(
    actor: Actor, group_id: int, *, before_seq: int | None = None, limit: int = PAGE
) -> tuple[MessageLine, ...]:
    """
    Return a page of messages in their order: the newest, or those before ``before_seq``.

    :raises NotFound: there is no such group within the actor's reach
    """
    with scope.reading(actor):
        access.group_for(actor, group_id)
        rows = Message.objects.filter(group_id=group_id)
        if before_seq is not None:
            rows = rows.filter(seq__lt=before_seq)
        return lines_of(list(rows.order_by("-seq")[:limit])[::-1])


def message_line(actor: Actor, group_id: int, seq: int) -> MessageLine:
    """
    Return one message of a group.

    :raises NotFound: there is no such group within the actor's reach, or no such message in it
    """
    with scope.reading(actor):
        access.group_for(actor, group_id)
        lines = lines_of(list(Message.objects.filter(group_id=group_id, seq=seq)))
    if not lines:
        raise NotFound(kind="message", id=seq)
    return lines[0]


def changes_after(actor: Actor, group_id: int, change_no: int, *, limit: int = CHANGES) -> Changes:
    """
    Return what is new or recalled since ``change_no``; changes have no gaps, so none can be missed.

    :raises NotFound: there is no such group within the actor's reach
    """
    with scope.reading(actor):
        access.group_for(actor, group_id)
        rows = list(_changed(group_id, change_no)[: limit + 1])
        lines = lines_of(rows[:limit])
    return Changes(
        lines=lines,
        last_change_no=lines[-1].change_no if lines else change_no,
        has_more=len(rows) > limit,
    )


def change_heads(actor: Actor, group_ids: Sequence[int]) -> dict[int, int]:
    """Return the last change of each of these groups that has any; for the live process."""
    with scope.reading(actor):
        rows = Counter.objects.filter(group_id__in=group_ids)
        return dict(rows.values_list("group_id", "last_change_no"))


def _changed(group_id: int, change_no: int) -> QuerySet[Message]:
    return Message.objects.filter(group_id=group_id, change_no__gt=change_no).order_by("change_no")


def lines_of(rows: Sequence[Message]) -> tuple[MessageLine, ...]:
    """Return rows of one group as a chat shows them: two queries more; inside a scope."""
    replied = {row.reply_to_seq for row in rows if row.reply_to_seq}
    originals: dict[int, Message] = {}
    if replied:
        found = Message.objects.filter(group_id=rows[0].group_id, seq__in=replied)
        originals = {row.seq: row for row in found}
    senders = {row.sender_person_id for row in (*rows, *originals.values())}
    people = PersonView.objects.filter(pk__in=[one for one in senders if one])
    known = list(people.values_list("pk", "known_as_id", "name")) if senders - {None} else []
    speakers = {pk: (now_id, name) for pk, now_id, name in known}
    return tuple(_line(row, originals, speakers) for row in rows)


def _line(
    row: Message, originals: dict[int, Message], speakers: dict[int, tuple[int, str]]
) -> MessageLine:
    """Show who was merged since as whom he is known now."""
    sender_id, sender = speakers.get(row.sender_person_id or 0, (row.sender_person_id, ""))
    is_recalled = row.recalled_at is not None
    return MessageLine(
        group_id=row.group_id,
        seq=row.seq,
        change_no=row.change_no,
        posted_at=row.posted_at,
        kind=row.kind,
        body=_left(row) if is_recalled else row.body,
        sender_person_id=sender_id,
        sender_name=sender,
        quoted=_quoted(originals.get(row.reply_to_seq or 0), speakers),
        mentions=tuple(row.mentions),
        is_for_all=row.is_for_all,
        broadcast_id=row.broadcast_id,
        is_recalled=is_recalled,
    )


def _left(row: Message) -> dict[str, Any]:
    """Return what is left of a message that is gone: whether it was not its writer who took it back."""
    return {"by_group": True} if row.body.get("by_group") else {}


def _quoted(row: Message | None, speakers: dict[int, tuple[int, str]]) -> Quoted | None:
    if row is None:
        return None
    return Quoted(
        seq=row.seq,
        name=speakers.get(row.sender_person_id or 0, (0, ""))[1],
        line={} if row.recalled_at else bodies.line_of(row.kind, row.body),
    )
