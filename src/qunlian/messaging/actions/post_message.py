"""Say something in a group."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from qunlian.community.polite import moment
from qunlian.community.queries.ladder import silent_until
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Forbidden, Invalid
from qunlian.messaging import access
from qunlian.messaging.models import GroupView, Media, MemberView, Message, ReadMark
from qunlian.messaging.queries.chats import STAFF_SEATS
from qunlian.messaging.rules import bodies
from qunlian.messaging.steps import Incoming, TakenIn, take_in


class BadMessage(Invalid):
    """This message cannot be sent: it is empty, too long, or its attachment is not yours."""

    code = "messaging.bad_message"


class GroupSilent(Conflict):
    """Nothing can be written in this group any more."""

    code = "messaging.group_silent"


class Muted(Forbidden):
    """You can read along here, and write again from %(until)s on."""

    code = "messaging.muted"


class StaffOnly(Forbidden):
    """Only the group's staff may do this."""

    code = "messaging.staff_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """
    What a person sends. ``client_key`` is made once per message on the phone: same key, same message.

    ``card`` comes from the interface, which asked the catalogue; only the group's staff may send one.
    """

    client_key: str
    kind: str = "text"
    text: str = ""
    media_token: str = ""
    card: Mapping[str, Any] = field(default_factory=dict)
    reply_to_seq: int | None = None
    mentions: tuple[int, ...] = ()
    is_for_all: bool = False


def post_message(*, actor: Actor, group_id: int, draft: Draft, now: datetime) -> TakenIn:
    """
    Say something in a group one sits in; trying again with the same key returns the first message.

    Inbound messages are not journalled.

    :raises NotFound: no such group within the actor's reach
    :raises NotInGroup: he may see it but sits not in it
    :raises GroupSilent: it is merged or retired, or lives on a platform we cannot write to from here
    :raises BadMessage: empty, too long, an attachment of somebody else's, or a reply to nothing
    :raises Muted: he broke the group's rules and is silent for a while
    :raises StaffOnly: a card or a call to all by somebody who is not the group's staff
    """
    with scope.writing(actor):
        seat = access.seat_for(actor, group_id)
        group = access.group_for(actor, group_id)
        if group.life in ("merged", "retired") or group.platform != "web":
            raise GroupSilent(group_id=group_id)
        if (draft.card or draft.is_for_all) and seat.role not in STAFF_SEATS:
            raise StaffOnly(group_id=group_id)
        message = _message(actor, group, draft, now)
        if seat.role not in STAFF_SEATS:
            _check_silence(actor, group_id, now)
        (taken,) = take_in(actor, group_id, [message])
        if taken.is_new:
            _read_own(actor, seat, taken.seq, now)
        return taken


def _message(actor: Actor, group: GroupView, draft: Draft, now: datetime) -> Incoming:
    if not 8 <= len(draft.client_key) <= 64 or draft.kind not in bodies.WRITTEN_KINDS:  # noqa: PLR2004
        raise BadMessage(reason="key_or_kind")
    try:
        body = _body(actor, group, draft)
    except bodies.BadBody as trouble:
        raise BadMessage(reason=trouble.reason) from None
    replied = draft.reply_to_seq
    if replied and not Message.objects.filter(group_id=group.pk, seq=replied).exists():
        raise BadMessage(reason="reply")
    called = MemberView.objects.filter(
        group_id=group.pk, left_at=None, person_id__in=draft.mentions[: bodies.MENTIONS_LIMIT]
    )
    return Incoming(
        key=f"p{actor.person_id}:{draft.client_key}",
        kind=draft.kind,
        body=body,
        posted_at=now,
        sender_person_id=actor.person_id,
        reply_to_seq=replied,
        mentions=tuple(sorted(called.values_list("person_id", flat=True)))
        if draft.mentions
        else (),
        is_for_all=draft.is_for_all,
    )


def _check_silence(actor: Actor, group_id: int, now: datetime) -> None:
    """
    Let nobody write who is silent for a while.

    :raises Muted: he is
    """
    until = silent_until(actor, group_id, now=now)
    if until is not None:
        raise Muted(until=moment(until))


def _body(actor: Actor, group: GroupView, draft: Draft) -> dict[str, Any]:
    if draft.kind == "text":
        return bodies.text_body(draft.text)
    if draft.kind == "card":
        if not draft.card:
            raise bodies.BadBody("empty")
        return dict(draft.card)
    media = Media.objects.filter(
        token=draft.media_token,
        kind=draft.kind,
        group_id=group.pk,
        uploader_account_id=actor.account_id or 0,
    ).first()
    if media is None:
        raise bodies.BadBody("attachment")
    return bodies.media_body(
        media.token,
        width=media.width,
        height=media.height,
        duration_ms=media.duration_ms,
        text=draft.text,
    )


def _read_own(actor: Actor, seat: MemberView, seq: int, now: datetime) -> None:
    """Whoever writes has read up to his own message when nothing was new before it."""
    ReadMark.objects.filter(
        group_id=seat.group_id, person_id=actor.person_id or 0, read_seq=seq - 1
    ).update(read_seq=seq, delivered_seq=seq, changed_at=now)
