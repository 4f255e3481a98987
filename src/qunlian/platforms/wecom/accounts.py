"""The corp that an enterprise uses: what a set-up page writes and reads, and what the client needs."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from django.conf import settings as django

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import Invalid
from qunlian.platforms.sealing import seal, unseal
from qunlian.platforms.wecom.crypto import Envelope
from qunlian.platforms.wecom.errors import NotConnected
from qunlian.platforms.wecom.models import CallbackCode, Corp, Token

BASE_URL = "https://qyapi.weixin.qq.com"


class BadCallbackKey(Invalid):
    """The EncodingAESKey has 43 letters and digits; copy it from the app's page."""

    code = "wecom.bad_callback_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    What WeCom changes now and then, or tells third-hand only; one may set each per corp.

    :ivar calls_per_minute: per corp and API, and ``calls_per_hour`` (document 90454, 2023-08-28)
    :ivar calls_at_once: of one API; WeCom names no number (45033), users on its forum name five
    :ivar masses_per_month: per room; 0 = as many as the month has days (document 92135, 2025-11-17)
    :ivar reads_settle_seconds: reads follow events by about two seconds
    :ivar unknown_settle_seconds: after so long a mass message whose answer was lost is there or never comes
    :ivar park_seconds: how long a 45009 parks an API at first; 0 = until the minute ends
    :ivar public_url: where phones reach our pages, where it is another than the installation's
    :ivar authorize_url: where people log in, and ``qr_url``; empty = WeCom's own
    """

    calls_per_minute: int = 10_000
    calls_per_hour: int = 150_000
    calls_at_once: int = 5
    tries: int = 3
    timeout_seconds: float = 10
    back_off_seconds: float = 0.5
    masses_per_month: int = 0
    reminders_per_day: int = 3
    transfers_per_receiver_and_day: int = 300
    transfers_per_room_in_90_days: int = 2
    reads_settle_seconds: float = 2
    unknown_settle_seconds: float = 60
    park_seconds: float = 0
    public_url: str = ""
    authorize_url: str = ""
    qr_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveAccess:
    """What opens the message archive: its own secret, and a private key (PEM) per version."""

    secret: str = field(default="", repr=False)
    keys: Mapping[int, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A corp's app as the client uses it. Secrets are never shown."""

    enterprise_id: int
    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    base_url: str
    settings: Settings
    archive: "ArchiveAccess" = field(repr=False)

    @property
    def public_url(self) -> str:
        """Return where phones reach our pages, without a slash at its end; "" when nobody has said."""
        return public_url_of({"public_url": self.settings.public_url})

    @property
    def machinery(self) -> Actor:
        """Return the actor that the adapter's own tables are kept by."""
        return system_actor(self.enterprise_id)

    @property
    def secret_digest(self) -> str:
        """Name the corp and secret that a token belongs to."""
        named = f"{self.base_url} {self.corp_id} {self.secret}"
        return hashlib.sha256(named.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """
    What somebody enters for a corp. An empty secret, token or key keeps the one there is.

    :ivar archive_keys: PEM by version, added to those there are
    """

    corp_id: str
    agent_id: int
    secret: str = field(default="", repr=False)
    callback_token: str = field(default="", repr=False)
    callback_key: str = field(default="", repr=False)
    archive_secret: str = field(default="", repr=False)
    archive_keys: Mapping[int, str] = field(default_factory=dict, repr=False)
    base_url: str = BASE_URL
    settings: dict[str, Any] = field(default_factory=dict)


def configure(*, actor: Actor, setup: Setup, now: datetime) -> str:
    """
    Connect an enterprise with a corp, or change how; return the code in its callback's address.

    Token and key of the callback are made up where none is given, for the administrator to copy into WeCom.

    :raises BadCallbackKey: the key is not 43 letters and digits
    """
    with scope.writing(actor):
        return lay_down(actor, setup, now)


def lay_down(actor: Actor, setup: Setup, now: datetime) -> str:
    """Do what ``configure`` does, inside a transaction of the caller's."""
    row = Corp.objects.filter(enterprise_id=actor.enterprise_id).first() or Corp(
        enterprise_id=actor.enterprise_id, callback_code=secrets.token_hex(12)
    )
    row.corp_id, row.agent_id = setup.corp_id.strip(), setup.agent_id
    row.base_url = setup.base_url.strip().rstrip("/")
    row.settings = {**row.settings, **setup.settings}
    _seal_secrets(row, setup)
    row.changed_at = now
    row.save()
    CallbackCode.objects.update_or_create(
        enterprise_id=actor.enterprise_id, defaults={"code": row.callback_code}
    )
    Token.objects.update_or_create(
        enterprise_id=actor.enterprise_id,
        defaults={"secret_digest": _account(row).secret_digest, "expires_at": None},
    )
    return row.callback_code


def _seal_secrets(row: Corp, setup: Setup) -> None:
    if setup.secret or not row.sealed_secret:
        row.sealed_secret = seal(setup.secret.strip())
    if setup.callback_token or not row.sealed_callback_token:
        row.sealed_callback_token = seal(setup.callback_token or secrets.token_hex(12))
    if setup.callback_key or not row.sealed_callback_key:
        row.sealed_callback_key = seal(_callback_key(setup.callback_key))
    if setup.archive_secret:
        row.sealed_archive_secret = seal(setup.archive_secret.strip())
    if setup.archive_keys:
        keys = {**_archive(row).keys, **setup.archive_keys}
        row.sealed_archive_keys = seal(json.dumps(keys))


def _archive(row: Corp) -> ArchiveAccess:
    secret, keys = row.sealed_archive_secret, row.sealed_archive_keys
    return ArchiveAccess(
        secret=unseal(secret) if secret else "",
        keys={int(name): pem for name, pem in json.loads(unseal(keys) if keys else "{}").items()},
    )


def corp_of(enterprise_id: int) -> Account:
    """
    Return the corp of an enterprise.

    :raises NotConnected: none is set up
    """
    with scope.reading(system_actor(enterprise_id)):
        row = Corp.objects.first()
    if row is None:
        raise NotConnected
    return _account(row)


def envelope_of(enterprise_id: int) -> Envelope:
    """
    Return what opens this enterprise's callbacks; its token and key are for the administrator to copy.

    :raises NotConnected: none is set up
    """
    with scope.reading(system_actor(enterprise_id)):
        row = Corp.objects.first()
    if row is None:
        raise NotConnected
    return Envelope(
        token=unseal(row.sealed_callback_token),
        aes_key=unseal(row.sealed_callback_key),
        receiver=row.corp_id,
    )


def public_url_of(kept: Mapping[str, Any]) -> str:
    """Return where phones and WeCom reach us by these settings of a corp; "" when nobody has said."""
    return str(kept.get("public_url") or django.PUBLIC_URL).rstrip("/")


def fresh_callback_key() -> str:
    """Make an EncodingAESKey."""
    return secrets.token_hex(22)[:43]


def callback_path(enterprise_id: int) -> str:
    """
    Return the path of this enterprise's callback address.

    :raises NotConnected: none is set up
    """
    row = CallbackCode.objects.filter(enterprise_id=enterprise_id).first()
    if row is None:
        raise NotConnected
    return f"/callbacks/wecom/{row.code}/"


def enterprise_of(code: str) -> int | None:
    """Return whose callback address this is; needs no scope."""
    row = CallbackCode.objects.filter(code=code).first()
    return row.enterprise_id if row else None


def companies() -> dict[str, int]:
    """Return the enterprises that are connected with a corp, by code; needs no scope."""
    return dict(CallbackCode.objects.values_list("code", "enterprise_id"))


def connected_enterprises() -> list[int]:
    """Return the enterprises that are connected with a corp; needs no scope."""
    return list(
        CallbackCode.objects.order_by("enterprise_id").values_list("enterprise_id", flat=True)
    )


def _account(row: Corp) -> Account:
    known = {one.name for one in fields(Settings)}
    return Account(
        enterprise_id=row.enterprise_id,
        corp_id=row.corp_id,
        agent_id=row.agent_id,
        secret=unseal(row.sealed_secret),
        base_url=row.base_url,
        settings=Settings(**{key: row.settings[key] for key in known & row.settings.keys()}),
        archive=_archive(row),
    )


def _callback_key(given: str) -> str:
    made = given.strip() or fresh_callback_key()
    try:
        Envelope(token="", aes_key=made, receiver="")
    except ValueError:
        raise BadCallbackKey from None
    return made
