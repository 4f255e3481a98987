"""
What WeCom tells us: checked, opened, stored under a key that is unique for ever, answered; read later.

Stored is acknowledged. Events have no id of their own, so the key is made of what tells one from another.
Every group event means only "this room changed"; a repeat, however late, is dropped by its key.
Source: document 91144 (2024-07-18); WxJava pull requests 3572 and 3905 (members' lists).
"""

import hashlib
import json
import time
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.platforms.extensions import CallbackRefused
from qunlian.platforms.sealing import SealBroken
from qunlian.platforms.wecom import tally
from qunlian.platforms.wecom.accounts import Account, enterprise_of, envelope_of
from qunlian.platforms.wecom.crypto import Envelope, EnvelopeRefused
from qunlian.platforms.wecom.errors import NotConnected
from qunlian.platforms.wecom.models import Callback, Tally

#: Marks our own doctor's question whether the address answers; it is no sign of WeCom's.
OWN_NONCE = "qunlian-doctor"
_MOST_BYTES = 1_000_000
_KEEP = timedelta(days=30)
_AT_ONCE = 500
#: A new contact may be greeted so long. Source: document 92137
_GREET_SECONDS = 20.0

_STORE = """
WITH fresh AS (
    INSERT INTO platforms_wecom_inbox_key (enterprise_id, key) VALUES (%(enterprise)s, %(key)s)
    ON CONFLICT (enterprise_id, key) DO NOTHING RETURNING enterprise_id
)
INSERT INTO platforms_wecom_callback (enterprise_id, event, change, room_key, contact_key, staff_key,
    last_version, version, body, happened_at, received_at, greet_by)
SELECT enterprise_id, %(event)s, %(change)s, %(room)s, %(contact)s, %(staff)s, %(last_version)s, %(version)s,
    %(body)s::jsonb, %(happened_at)s, clock_timestamp(),
    clock_timestamp() + make_interval(secs => %(greet_seconds)s) FROM fresh
"""
_HEAR = """
WITH fresh AS (
    UPDATE platforms_wecom_callback SET read_at = clock_timestamp() WHERE id IN (
        SELECT id FROM platforms_wecom_callback WHERE read_at IS NULL
        ORDER BY id LIMIT %(at_once)s FOR UPDATE SKIP LOCKED)
    RETURNING id, enterprise_id, room_key, received_at, version, happened_at
), late AS (
    SELECT r.id, least(r.untold, count(*))::int AS told
    FROM fresh f JOIN platforms_wecom_room r ON r.enterprise_id = f.enterprise_id AND r.key = f.room_key
        AND (r.version = f.version AND f.version <> '' OR f.happened_at <= r.read_at)
    WHERE r.untold > 0 GROUP BY r.id
), caught_up AS (
    UPDATE platforms_wecom_room r SET untold = r.untold - late.told FROM late WHERE r.id = late.id
    RETURNING late.told
), heard AS (
    INSERT INTO platforms_wecom_heard_room AS h
        (enterprise_id, room_key, mark, heard_at, due_at, is_stale)
    SELECT enterprise_id, room_key, max(id), min(received_at),
        max(received_at) + make_interval(secs => %(settle)s), false
    FROM fresh WHERE room_key <> '' GROUP BY enterprise_id, room_key ORDER BY room_key
    ON CONFLICT (enterprise_id, room_key) DO UPDATE
        SET mark = greatest(h.mark, EXCLUDED.mark), due_at = greatest(h.due_at, EXCLUDED.due_at)
)
SELECT count(*), (SELECT coalesce(sum(told), 0) FROM caught_up) FROM fresh
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One callback, opened."""

    key: str
    event: str
    change: str
    room_key: str
    contact_key: str
    staff_key: str
    last_version: str
    version: str
    body: Mapping[str, Any]
    happened_at: datetime


def greet(code: str, query: Mapping[str, str]) -> bytes:
    """
    Answer WeCom's question whether this address is ours: the opened ``echostr``, as it is.

    :raises CallbackRefused: it was not WeCom who asked, or not about this corp
    """
    if query.get("nonce") == OWN_NONCE:
        return _opened(code, query, query.get("echostr", ""))[1]
    with tally.refusals_counted(code):
        enterprise_id, plain = _opened(code, query, query.get("echostr", ""))
    actor = system_actor(enterprise_id)
    with scope.writing(actor):
        tally.note(actor, "greeted")
    return plain


def take(code: str, query: Mapping[str, str], body: bytes) -> int | None:
    """
    Check, open and store one callback; when this returns, it is not lost any more.

    Returns the enterprise, when somebody waits to be greeted now.

    :raises CallbackRefused: WeCom did not close it for us, or nothing can be read in it
    """
    with tally.refusals_counted(code):
        if len(body) > _MOST_BYTES:
            raise CallbackRefused(reason="size")
        enterprise_id, plain = _opened(code, query, _tree(body).findtext("Encrypt") or "")
        told = read_event(plain)
    is_greeted = bool(told.body.get("WelcomeCode"))
    actor = system_actor(enterprise_id)
    with scope.writing(actor), connection.cursor() as cursor:
        cursor.execute(
            _STORE,
            {
                "enterprise": enterprise_id,
                "key": told.key,
                "event": told.event,
                "change": told.change,
                "room": told.room_key,
                "contact": told.contact_key,
                "staff": told.staff_key,
                "last_version": told.last_version,
                "version": told.version,
                "body": json.dumps(told.body),
                "happened_at": told.happened_at,
                "greet_seconds": _GREET_SECONDS if is_greeted else None,
            },
        )
    return enterprise_id if is_greeted else None


def read_event(plain: bytes) -> Told:
    """
    Read an opened callback.

    :raises CallbackRefused: it is no event
    """
    root = _tree(plain)
    body = {child.tag: _value(child) for child in root}
    flat = {name: value for name, value in body.items() if isinstance(value, str)}
    named = {
        name: flat.get(name, "")[:64]
        for name in ("ToUserName", "Event", "ChangeType", "ChatId", "ExternalUserID", "UserID")
    }
    event = named["Event"] or flat.get("MsgType", "")
    if not event:
        raise CallbackRefused(reason="no event")
    told = [*named.values(), flat.get("CreateTime", ""), flat.get("UpdateDetail", "")]
    told.append(flat.get("CurMemVer", ""))
    if not (named["ChatId"] or named["ExternalUserID"]):
        told.append(json.dumps(body, sort_keys=True))  # tags, archive: all of it tells them apart
    return Told(
        key=hashlib.sha256("\n".join(told).encode()).hexdigest(),
        event=event[:40],
        change=named["ChangeType"][:40],
        room_key=named["ChatId"],
        contact_key=named["ExternalUserID"],
        staff_key=named["UserID"],
        last_version=flat.get("LastMemVer", "")[:64],
        version=flat.get("CurMemVer", "")[:64],
        body=body,
        happened_at=_moment(flat.get("CreateTime", "")),
    )


def hear(account: Account) -> int:
    """
    Read what was stored: note the rooms that something happened in. Returns how many were read.

    What a reading found before its callback came was told all the same.
    """
    read: int = 0
    while True:
        with scope.writing(account.machinery), connection.cursor() as cursor:
            settle = account.settings.reads_settle_seconds
            cursor.execute(_HEAR, {"at_once": _AT_ONCE, "settle": settle})
            count, late = cursor.fetchone()
            tally.note(account.machinery, "told", count=int(late))
        read += int(count)
        if count < _AT_ONCE:
            return read


def forget(account: Account, now: datetime) -> int:
    """Delete what was read or counted long ago; keys stay for ever."""
    with scope.writing(account.machinery):
        old = Callback.objects.filter(received_at__lt=now - _KEEP).exclude(read_at=None)
        count, _ = old.delete()
        Tally.objects.filter(on_day__lt=(now - 2 * _KEEP).date()).delete()
    return int(count)


def _opened(code: str, query: Mapping[str, str], cipher: str) -> tuple[int, bytes]:
    """Open a message with the keys this process knows, or, when they do not fit, with those of now."""
    signed = {name: query.get(name, "") for name in ("timestamp", "nonce")}
    signed |= {"signature": query.get("msg_signature", ""), "cipher": cipher}
    try:
        keys = _keys(code)
        try:
            return keys.enterprise_id, keys.envelope.open(**signed)
        except EnvelopeRefused:
            if time.monotonic() < keys.known_at + KEYS_SECONDS:
                raise
            _known.pop(code, None)
            keys = _keys(code)
            return keys.enterprise_id, keys.envelope.open(**signed)
    except EnvelopeRefused as refused:
        raise CallbackRefused(reason=str(refused)) from None
    except (NotConnected, SealBroken) as trouble:
        raise CallbackRefused(reason=trouble.code) from None


@dataclass(frozen=True, slots=True)
class _Keys:
    enterprise_id: int
    envelope: Envelope
    known_at: float


#: A process keeps each address's keys; they change seldom, and strangers may not make it look often.
_known: dict[str, _Keys] = {}
KEYS_SECONDS = 2.0


def _keys(code: str) -> _Keys:
    keys = _known.get(code)
    if keys is None:
        enterprise_id = enterprise_of(code)
        if enterprise_id is None:
            raise NotConnected
        keys = _known[code] = _Keys(enterprise_id, envelope_of(enterprise_id), time.monotonic())
    return keys


def _tree(text: bytes) -> ET.Element:
    """Parse XML that holds no document type: with none there are no entities to expand."""
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\x00" in text:
        raise CallbackRefused(reason="document type")
    try:
        return ET.fromstring(text)  # noqa: S314 (see above)
    except ET.ParseError:
        raise CallbackRefused(reason="xml") from None


def _value(element: ET.Element) -> Any:
    """Return an element's text, or what it holds: members' lists come nested or flat."""
    if len(element) == 0:
        return (element.text or "").replace("\x00", "")
    return [_value(child) for child in element]


def _moment(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
