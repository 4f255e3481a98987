"""What a person enters on the set-up page: read, checked, kept; all inside a transaction of the caller's."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from qunlian.kernel.actor import Actor
from qunlian.platforms.extensions import EntryRefused
from qunlian.platforms.setups import ToCopy
from qunlian.platforms.wecom.accounts import (
    BASE_URL,
    Settings,
    Setup,
    fresh_callback_key,
    lay_down,
)
from qunlian.platforms.wecom.doctor import is_archive_key
from qunlian.platforms.wecom.errors import NotConnected
from qunlian.platforms.wecom.models import Corp

ADDRESSES = {"public_url", "authorize_url", "qr_url"}
_SECRETS = ("secret", "archive_secret")
_LONGEST = {"corp_id": 64, "secret": 200, "archive_secret": 200}
_MOST = 10_000_000
_PLAIN = {one.name: one for one in fields(Settings)}


def set_up(actor: Actor, entries: Mapping[str, str], now: datetime) -> tuple[str, ...]:
    """
    Keep what was entered, also a part of it; return the names of what changed.

    :raises EntryRefused: something cannot be used (``field``)
    """
    row = Corp.objects.first()
    was = Setup(
        corp_id=row.corp_id if row else "",
        agent_id=row.agent_id if row else 0,
        base_url=row.base_url if row else BASE_URL,
        settings=dict(row.settings) if row else {},
    )
    read = {
        name: _READERS[name](name, text.strip())
        for name, text in entries.items()
        if name in _READERS
    }
    settings = {name: value for name, value in read.items() if name in _PLAIN}
    changed = [
        name for name, value in settings.items() if value != was.settings.get(name, _default(name))
    ]
    own = {name: read[name] for name in ("corp_id", "agent_id", "base_url") if name in read}
    changed += [name for name, value in own.items() if value != getattr(was, name)]
    changed += [name for name in _SECRETS if read.get(name)]
    keys = _archive_key(entries, read)
    setup = Setup(
        corp_id=own.get("corp_id", was.corp_id),
        agent_id=own.get("agent_id", was.agent_id),
        base_url=own.get("base_url", was.base_url),
        secret=read.get("secret", ""),
        archive_secret=read.get("archive_secret", ""),
        archive_keys=keys,
        settings=settings,
    )
    lay_down(actor, setup, now)
    return (*sorted(changed), *(["archive_key"] if keys else []))


def renew_keys(actor: Actor, now: datetime) -> tuple[ToCopy, ...]:
    """
    Make another token and EncodingAESKey; WeCom's own must be changed to them at once.

    :raises NotConnected: no corp is set up
    """
    row = Corp.objects.first()
    if row is None:
        raise NotConnected
    token, key = secrets.token_hex(12), fresh_callback_key()
    setup = Setup(
        corp_id=row.corp_id,
        agent_id=row.agent_id,
        base_url=row.base_url,
        callback_token=token,
        callback_key=key,
    )
    lay_down(actor, setup, now)
    return (ToCopy(_("Token"), token), ToCopy(_("EncodingAESKey"), key))


def _default(name: str) -> Any:
    return _PLAIN[name].default


def _text(name: str, text: str) -> str:
    if not text.isprintable() or len(text) > _LONGEST[name] or (name == "corp_id" and not text):
        raise EntryRefused(field=name)
    return text


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > _MOST:
        raise EntryRefused(field=name)
    return int(text)


def _setting(name: str, text: str) -> Any:
    """Read a number of the settings; nothing typed is the usual one."""
    if not text:
        return _default(name)
    try:
        value = float(text)
    except ValueError:
        raise EntryRefused(field=name) from None
    if not 0 <= value <= _MOST:
        raise EntryRefused(field=name)
    return value if _PLAIN[name].type is float else int(value)


def _address(name: str, text: str) -> str:
    if not text:
        return BASE_URL if name == "base_url" else ""
    try:
        parts = urlsplit(text)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good or len(text) > 200 or not text.isprintable():  # noqa: PLR2004 (the column's)
        raise EntryRefused(field=name)
    return text.rstrip("/")


def _archive_key(entries: Mapping[str, str], read: Mapping[str, Any]) -> dict[int, str]:
    """Read a private key of the archive, with the version it opens."""
    pem = entries.get("archive_key", "").strip()
    if not pem:
        return {}
    if not is_archive_key(pem):
        raise EntryRefused(field="archive_key")
    return {read.get("archive_version") or 1: pem}


_READERS: dict[str, Callable[[str, str], Any]] = {
    "corp_id": _text,
    "agent_id": _number,
    "secret": _text,
    "archive_secret": _text,
    "archive_version": _number,
    "base_url": _address,
    **{name: _address if name in ADDRESSES else _setting for name in _PLAIN},
}
