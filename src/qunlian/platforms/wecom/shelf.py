"""
The company's list of welcomes as we keep it: one template for all rooms of the same words.

Written before WeCom is asked. WeCom lists no templates, so that one whose answer got lost can't be looked
for: it stays ``lost``, and a person looks.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from qunlian.kernel import scope
from qunlian.platforms.wecom.accounts import Account
from qunlian.platforms.wecom.models import Corp, RoomWelcome, WelcomeTemplate

_STATES = {"adding": "waiting", "editing": "edit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """
    How a room's template stands.

    :ivar state: add and edit (ours to ask for now), kept, waiting (another asks for it), lost
    """

    row_id: int
    state: str
    template_id: str = ""


def take(account: Account, room_key: str, content: str, *, now: datetime) -> Kept:
    """
    Give a room the template with these words: one that is there, its own with other words, or a new one.

    What another worker has only just asked for is waited for.
    """
    patience = timedelta(seconds=account.settings.unknown_settle_seconds)
    with scope.writing(account.machinery):
        _hold()
        row = WelcomeTemplate.objects.filter(digest=_digest_of(content)).first()
        if row is not None:
            _give_up(row, now - patience)
        row = row or _reworded(room_key, content)
        state = "add" if row is None else _STATES.get(row.state, row.state)
        row = row or _made(account, content, now)
        RoomWelcome.objects.update_or_create(
            enterprise_id=account.enterprise_id,
            room_key=room_key,
            defaults={"template_id": row.pk},
        )
    return Kept(row_id=row.pk, state=state, template_id=row.template_id)


def keep(account: Account, row_id: int, template_id: str) -> None:
    """Keep that a template stands in the list as it should."""
    with scope.writing(account.machinery):
        WelcomeTemplate.objects.filter(pk=row_id).update(state="kept", template_id=template_id)


def forget(account: Account, row_id: int) -> None:
    """Forget a template that never came to be, or is there no more, with the rooms that should have it."""
    with scope.writing(account.machinery):
        RoomWelcome.objects.filter(template_id=row_id).delete()
        WelcomeTemplate.objects.filter(pk=row_id).delete()


def leave(account: Account, room_key: str) -> None:
    """Take it that a room greets nobody any more."""
    with scope.writing(account.machinery):
        RoomWelcome.objects.filter(room_key=room_key).delete()


def going(account: Account) -> dict[int, str]:
    """Set aside the templates that no room has any more; return them, to be deleted there."""
    with scope.writing(account.machinery):
        _hold()
        used = RoomWelcome.objects.values("template_id")
        free = WelcomeTemplate.objects.filter(state__in=("kept", "editing")).exclude(pk__in=used)
        free.update(state="going", digest=Concat(Value("going-"), Cast("pk", CharField())))
        rows = WelcomeTemplate.objects.filter(state="going")
        return dict(rows.values_list("pk", "template_id"))


def rooms(account: Account) -> tuple[str, ...]:
    """Return the rooms that have a template."""
    with scope.reading(account.machinery):
        return tuple(RoomWelcome.objects.order_by("pk").values_list("room_key", flat=True))


def _hold() -> None:
    """Let one at a time change the list of a corp."""
    Corp.objects.select_for_update().first()


def _made(account: Account, content: str, now: datetime) -> WelcomeTemplate:
    """Write that a template is about to be made."""
    return WelcomeTemplate.objects.create(
        enterprise_id=account.enterprise_id,
        digest=_digest_of(content),
        content=content,
        state="adding",
        asked_at=now,
    )


def _reworded(room_key: str, content: str) -> WelcomeTemplate | None:
    """Let the template that a room has alone say something else."""
    mine = RoomWelcome.objects.filter(room_key=room_key).select_related("template").first()
    if mine is None or mine.template.state not in ("kept", "editing"):
        return None
    row = mine.template
    if RoomWelcome.objects.filter(template=row).count() > 1:
        return None
    row.digest, row.content, row.state = _digest_of(content), content, "editing"
    row.save(update_fields=["digest", "content", "state"])
    return row


def _give_up(row: WelcomeTemplate, before: datetime) -> None:
    """Take a template as lost whose answer should have come long ago."""
    if row.state == "adding" and row.asked_at <= before:
        row.state = "lost"
        row.save(update_fields=["state"])


def _digest_of(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()
