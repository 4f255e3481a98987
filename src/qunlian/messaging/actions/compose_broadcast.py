"""Write what is to be said to many groups, or change it before it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Conflict, Forbidden, Invalid
from qunlian.messaging import access
from qunlian.messaging.models import Broadcast, Media
from qunlian.messaging.rules import bodies, slices

COMPOSERS = (Role.HEADQUARTERS, Role.MANAGER, Role.GROUP_MANAGER, Role.REP, Role.DISTRIBUTOR)


class BadBroadcast(Invalid):
    """Something is missing or too long in this message: look at the marked field."""

    code = "messaging.bad_broadcast"


class MayNotBroadcast(Forbidden):
    """Your role cannot speak to several groups at once."""

    code = "messaging.may_not_broadcast"


class AlreadyUnderway(Conflict):
    """This message is on its way already and can no longer be changed."""

    code = "messaging.already_underway"


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """
    A broadcast as it is written. ``card`` is a product card's body; ``right_option`` an index.

    ``mode`` is direct (to the groups at once) or cascade (each level passes it on).
    """

    title: str
    text: str = ""
    media_token: str = ""
    card: Mapping[str, Any] = field(default_factory=dict)
    question: str = ""
    options: tuple[str, ...] = ()
    right_option: int | None = None
    mode: str = "direct"
    is_wording_allowed: bool = True
    slice: slices.Slice = field(default_factory=slices.Slice)


def compose_broadcast(
    *, actor: Actor, broadcast_id: int | None, composition: Composition, now: datetime
) -> int:
    """
    Keep a broadcast as a draft; with an id, replace what was written. Returns its id.

    :raises MayNotBroadcast: a store owner or another role that has no groups of its own
    :raises NotFound: there is no such draft that the actor may change
    :raises AlreadyUnderway: it was sent (a scheduled one becomes a draft again)
    :raises BadBroadcast: no title, nothing said, a bad question, or a picture of somebody else's
    """
    with scope.writing(actor):
        if actor.role not in COMPOSERS or actor.account_id is None:
            raise MayNotBroadcast
        row = _draft(actor, broadcast_id, now)
        try:
            _write(actor, row, composition)
        except bodies.BadBody as trouble:
            raise BadBroadcast(reason=trouble.reason) from None
        row.state, row.scheduled_at, row.changed_at = "draft", None, now
        row.save()
        if composition.media_token:
            Media.objects.filter(token=composition.media_token).update(broadcast_id=row.pk)
        journal.record(
            "messaging.broadcast_composed", actor=actor, at=now, about={"broadcast": [row.pk]}
        )
        return row.pk


def _draft(actor: Actor, broadcast_id: int | None, now: datetime) -> Broadcast:
    if broadcast_id is None:
        return Broadcast(
            enterprise_id=actor.enterprise_id,
            created_by=actor.account_id or 0,
            sender_person_id=actor.person_id,
            created_at=now,
        )
    row = access.own_broadcast_for(actor, broadcast_id)
    if row.state not in ("draft", "scheduled"):
        raise AlreadyUnderway(broadcast_id=broadcast_id)
    return row


def _write(actor: Actor, row: Broadcast, given: Composition) -> None:
    row.title = bodies.clean_text(given.title, bodies.TITLE_LIMIT)
    if not row.title:
        raise bodies.BadBody("title")
    row.kind, row.body = _body(actor, row.pk, given)
    asked = bodies.question_of(given.question, given.options, given.right_option)
    row.question = asked.text if asked else ""
    row.options = list(asked.options) if asked else []
    row.right_option = asked.right if asked else None
    row.mode = given.mode if given.mode in ("direct", "cascade") else "direct"
    row.is_wording_allowed = given.is_wording_allowed
    row.slice = slices.as_json(given.slice)


def _body(actor: Actor, broadcast_id: int | None, given: Composition) -> tuple[str, dict[str, Any]]:
    """Return kind and body; a text may stand above a picture or a card, one of the three is needed."""
    text = bodies.clean_text(given.text)
    body: dict[str, Any] = {"text": text} if text else {}
    if given.card:
        return "card", {**given.card, **body}
    if given.media_token:
        media = (
            Media.objects.filter(
                Q(uploader_account_id=actor.account_id) | Q(broadcast_id=broadcast_id or 0),
                token=given.media_token,
                kind__in=["image", "video"],
            )
            .exclude(Q(broadcast_id=None) & Q(group_id__isnull=False))
            .first()
        )
        if media is None:
            raise bodies.BadBody("attachment")
        shown = bodies.media_body(
            media.token, width=media.width, height=media.height, duration_ms=media.duration_ms
        )
        mark = {"media_kind": "video"} if media.kind == "video" else {}
        return media.kind, {**shown, **mark, **body}
    if not text:
        raise bodies.BadBody("empty")
    return "text", body
