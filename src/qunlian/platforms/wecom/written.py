"""
What people wrote, read on from the message archive and told as events; where to go on is a cursor.

A cursor is ``corp/seq/late``: whose archive, up to which place it was read, and which places that could not
be opened at first were handed out since (gaps.py). The same page may be told twice; each message has one key
for ever. Another corp's archive is read from its beginning.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from qunlian.kernel import clock, scope
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms.port import Event, Events
from qunlian.platforms.wecom import gaps, native
from qunlian.platforms.wecom.accounts import Account
from qunlian.platforms.wecom.archive import Archive, ArchiveTrouble, Page, Written
from qunlian.platforms.wecom.errors import WeComTrouble, WeComUnreachable
from qunlian.platforms.wecom.models import ArchiveReading

_API = "GetChatData"
#: The library's own errors; those of network and time-outs pass.
_OWN_ERRORS = range(10_000, 10_100)
_LONGEST_TEXT = 2_000
#: Kinds that are shown as what they are, as WeCom calls them → as we do.
_FILES = {"image": "image", "emotion": "image", "video": "video"}


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor, read."""

    corp_id: str
    seq: int = 0
    late: int = 0

    @classmethod
    def of(cls, cursor: str, corp_id: str) -> "Place":
        """Read a cursor; an empty one, or another corp's, is the beginning."""
        corp, seq, late = cursor.rsplit("/", 2) if cursor else ("", "", "")
        return cls(corp_id, int(seq), int(late)) if corp == corp_id else cls(corp_id)

    def __str__(self) -> str:
        return f"{self.corp_id}/{self.seq}/{self.late}"


def is_set_up(account: Account) -> bool:
    """Tell whether there is an archive, with what opens it here."""
    return bool(account.archive.secret and account.archive.keys) and not native.why_not()


def events_since(account: Account, cursor: str, limit: int) -> Events:
    """
    Read on; what cannot be opened holds nobody up.

    :raises PlatformTrouble: the archive cannot be asked
    """
    if not is_set_up(account):
        return Events(events=(), cursor=cursor, has_more=False)
    place, now = Place.of(cursor, account.corp_id), clock.now()
    if place == Place(account.corp_id):
        gaps.forget(account)
    try:
        with native.NativeLibrary(account.corp_id, account.archive.secret) as library:
            archive = Archive(library, account.archive.keys)
            late = gaps.hand_out(account, place.late)
            if late:
                pages = [archive.read(seq - 1, limit=1) for seq in late]
                following = replace(place, late=place.late + 1)
            else:
                pages = [archive.read(place.seq, limit=limit)]
                following = replace(place, seq=pages[0].seq)
    except ArchiveTrouble as trouble:
        _note(account, None, str(trouble.errcode), now)
        raise _told(trouble) from None
    told = [page for page in pages if not late or page.seq in late]
    for page in told:
        gaps.note(account, page.versions, now)
    _note(account, following.seq, "", now)
    return Events(
        events=tuple(event for page in told for one in _messages(page) for event in [_event(one)]),
        cursor=str(following),
        has_more=following != place,
    )


def file(account: Account, reference: str, md5sum: str) -> bytes:
    """
    Fetch a picture or video of a message.

    :raises PlatformTrouble: it cannot be fetched; permanent when it is not there, or another
    """
    try:
        with native.NativeLibrary(account.corp_id, account.archive.secret) as library:
            return Archive(library, {}).file(reference, md5sum)
    except ArchiveTrouble as trouble:
        raise _told(trouble) from None
    except ValueError:
        raise WeComTrouble(errcode=native.BAD_FILE, api="GetMediaData") from None


def _messages(page: Page) -> list[Written]:
    """Leave out what two people wrote to each other, and who changed to another company."""
    return [one for one in page.messages if one.room_key and one.action != "switch"]


def _event(one: Written) -> Event:
    kind, body = _body(one)
    return Event(
        key=one.msgid,
        kind=kind,
        room_key=one.room_key,
        happened_at=one.sent_at,
        sender_key=one.sender_key,
        body=body,
    )


def _body(one: Written) -> tuple[str, dict[str, Any]]:
    """Say what it is as messaging keeps it; a file is named, to be fetched by whoever takes it in."""
    body = one.body
    if one.recalls:
        return "recalled", {"recalls": one.recalls}
    if one.kind == "text":
        return "text", {"text": str(body.get("content") or "")[:_LONGEST_TEXT]}
    if one.kind in _FILES and body.get("sdkfileid"):
        size = body.get("filesize") or body.get("imagesize") or 0
        told = {"reference": body["sdkfileid"], "md5sum": str(body.get("md5sum") or "")}
        named = {"text": f"[{_name(one.kind)}]"}
        return _FILES[one.kind], {**named, "file": {**told, "bytes": int(size)}}
    words = next(
        (str(body[name]) for name in ("title", "filename", "content") if body.get(name)), ""
    )
    link = str(body.get("link_url") or "")
    shown = "\n".join(part for part in (words, link) if part)
    return "text", {"text": f"[{_name(one.kind)}] {shown}".strip()[:_LONGEST_TEXT]}


def _name(kind: str) -> str:
    names = {
        "image": _("picture"),
        "emotion": _("sticker"),
        "video": _("video"),
        "voice": _("voice message"),
        "file": _("file"),
        "link": _("link"),
        "weapp": _("mini programme"),
        "location": _("place"),
        "card": _("business card"),
        "redpacket": _("red packet"),
        "external_redpacket": _("red packet"),
        "chatrecord": _("chat history"),
        "vote": _("poll"),
        "sphfeed": _("channel video"),
    }
    return names.get(kind) or _("something else")


def _told(trouble: ArchiveTrouble) -> PlatformTrouble:
    if trouble.errcode in _OWN_ERRORS and trouble.errcode != native.BAD_FILE:
        return WeComUnreachable(api=_API, reason=str(trouble.errcode))
    return WeComTrouble(errcode=trouble.errcode, api=_API)


def _note(account: Account, seq: int | None, trouble: str, now: datetime) -> None:
    read = {} if seq is None else {"seq": seq, "read_at": now}
    with scope.writing(account.machinery):
        ArchiveReading.objects.update_or_create(
            enterprise_id=account.enterprise_id,
            defaults={"trouble": trouble, "tried_at": now, **read},
        )
