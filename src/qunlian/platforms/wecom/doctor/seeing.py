"""All that the checks judge, asked once and in order: what fails is kept as the trouble it was."""

import asyncio
import secrets
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

from asgiref.sync import async_to_sync
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.db.models import Count, Max

from qunlian.kernel import clock, scope
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms.findings import OurPerson
from qunlian.platforms.wecom import gaps, native, quota, tally
from qunlian.platforms.wecom.accounts import Account, callback_path, envelope_of
from qunlian.platforms.wecom.api import apps, contacts
from qunlian.platforms.wecom.client import Client, converse, on_thread
from qunlian.platforms.wecom.crypto import Envelope
from qunlian.platforms.wecom.inbox import KEYS_SECONDS, OWN_NONCE
from qunlian.platforms.wecom.models import ArchiveReading, Callback, Pace

T = TypeVar("T")
#: What was counted longer ago says nothing about the set-up of today.
MEMORY = timedelta(days=30)
_ROOT = 1
_MOST_ASKED_ONE_BY_ONE = 300
_KNOCK_SECONDS = 4
_FORBIDDEN = "HTTP 403"
_RSA_BITS = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came to our callback's address; ``counted`` by kind and reason (tally.py)."""

    events: int = 0
    last_at: datetime | None = None
    counted: Mapping[tuple[str, str], tally.Counted] = field(default_factory=dict)

    def count(self, kind: str) -> int:
        """Return how often something was counted, whatever the reason."""
        return sum(one.count for (name, _), one in self.counted.items() if name == kind)

    def last(self, kind: str) -> datetime | None:
        """Return when something was counted last."""
        return max(
            (one.last_at for (name, _), one in self.counted.items() if name == kind), default=None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """
    What we have of the message archive.

    :ivar bad_keys: versions whose private key is none that the archive could use
    :ivar archived: whose words it holds, or why WeCom does not say
    :ivar library: why WeCom's own library cannot be used here; "" when it can
    :ivar locked: how many messages cannot be opened, by version of their key
    :ivar read_at: when it was read last
    """

    has_secret: bool = False
    keys: int = 0
    bad_keys: tuple[int, ...] = ()
    archived: tuple[str, ...] | PlatformTrouble | None = None
    library: str = ""
    locked: Mapping[int, int] = field(default_factory=dict)
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """
    What was found; None is what was not asked, because something before it failed.

    :ivar ahead_seconds: how far our clock is ahead of WeCom's
    :ivar staff: members by userid, as far as the app sees those that matter
    :ivar knock: what became of asking our own callback address from outside: "" = it answered rightly
    :ivar used_up: how many subjects have nothing left, by kind of quota
    :ivar parked: the calls that WeCom allows no more for now
    """

    account: Account
    people: tuple[OurPerson, ...]
    token: PlatformTrouble | None = None
    ahead_seconds: float | None = None
    app: apps.AppCard | PlatformTrouble | None = None
    staff: Mapping[str, contacts.StaffMember] | PlatformTrouble | None = None
    followers: frozenset[str] | PlatformTrouble | None = None
    knock: str | None = None
    heard: Heard = field(default_factory=Heard)
    used_up: Mapping[str, int] = field(default_factory=dict)
    parked: tuple[str, ...] = ()
    archive: Archive = field(default_factory=Archive)


def see(account: Account, people: Sequence[OurPerson], now: datetime) -> Seen:
    """Ask WeCom, then our own database."""
    seen = Seen(account=account, people=tuple(people))
    seen = converse(account.enterprise_id, lambda client: _ask(client, seen))
    knock = None
    if account.public_url:
        envelope, path = envelope_of(account.enterprise_id), callback_path(account.enterprise_id)
        knock = async_to_sync(_knock)(f"{account.public_url}{path}", envelope)
    with scope.reading(account.machinery):
        return replace(
            seen,
            knock=knock,
            heard=_heard(now),
            used_up=quota.used_up(now),
            parked=_parked(now),
            archive=_archive_here(seen.archive),
        )


async def _ask(client: Client, seen: Seen) -> Seen:
    token = await _told(apps.fresh_token(client, client.account.secret))
    seen = replace(seen, ahead_seconds=await _ahead(client))
    if isinstance(token, PlatformTrouble):
        return replace(seen, token=token)
    archive = await _archive(client)
    seen = replace(seen, archive=archive)
    app = await _told(apps.card(client, client.account.agent_id))
    seen = replace(seen, app=app)
    followers = await _told(contacts.followers(client))
    return replace(
        seen,
        followers=followers if isinstance(followers, PlatformTrouble) else frozenset(followers),
        staff=await _staff(client, seen.people),
    )


async def _told(asked: Awaitable[T]) -> T | PlatformTrouble:
    try:
        return await asked
    except PlatformTrouble as trouble:
        return trouble


async def _ahead(client: Client) -> float | None:
    """Return how far our clock is ahead of the one that dated WeCom's last answer."""
    now = await on_thread(clock.now)
    try:
        return float((now - parsedate_to_datetime(client.heard_date)).total_seconds())
    except (TypeError, ValueError):
        return None


async def _staff(
    client: Client, people: Sequence[OurPerson]
) -> dict[str, contacts.StaffMember] | PlatformTrouble:
    """Return who is seen: the whole list, or, where the app may not have that, each of ours by name."""
    listed = await _told(contacts.staff_of(client, _ROOT))
    if not isinstance(listed, PlatformTrouble):
        return {one.userid: one for one in listed}
    keys = [one.key for one in people if one.key][:_MOST_ASKED_ONE_BY_ONE]
    told = await asyncio.gather(*(_told(contacts.staff_member(client, key)) for key in keys))
    return {one.userid: one for one in told if not isinstance(one, PlatformTrouble)}


async def _archive(client: Client) -> Archive:
    access = client.account.archive
    bad = tuple(version for version, pem in sorted(access.keys.items()) if not is_archive_key(pem))
    found = Archive(has_secret=bool(access.secret), keys=len(access.keys), bad_keys=bad)
    if not access.secret:
        return found
    token = await _told(apps.fresh_token(client, access.secret))
    if isinstance(token, PlatformTrouble):
        return replace(found, archived=token)
    return replace(found, archived=await _told(apps.archived(client, token)))


def _archive_here(archive: Archive) -> Archive:
    """Add what we know ourselves of the archive; inside a scope."""
    if not archive.has_secret:
        return archive
    reading = ArchiveReading.objects.first()
    return replace(
        archive,
        library=native.why_not(),
        locked=gaps.waiting(),
        read_at=reading.read_at if reading else None,
    )


def is_archive_key(pem: str) -> bool:
    """Tell whether a text is a private key that the archive can use."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        return False
    return isinstance(key, RSAPrivateKey) and key.key_size == _RSA_BITS


async def _knock(address: str, envelope: Envelope) -> str:
    """
    Ask our own callback address as WeCom would; return what went wrong.

    A process that knew other keys a moment ago refuses ours for two seconds; so it is asked twice.
    """
    said = await _knock_once(address, envelope)
    if said == _FORBIDDEN:
        await asyncio.sleep(KEYS_SECONDS)
        said = await _knock_once(address, envelope)
    return said


async def _knock_once(address: str, envelope: Envelope) -> str:
    import aiohttp  # noqa: PLC0415 (as in client.py)

    echo, stamp = secrets.token_hex(8), "1"
    cipher = envelope.encrypt(echo.encode())
    query = {"timestamp": stamp, "nonce": OWN_NONCE, "echostr": cipher}
    query["msg_signature"] = envelope.sign(stamp, OWN_NONCE, cipher)
    patience = aiohttp.ClientTimeout(total=_KNOCK_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=patience) as http,
            http.get(address, params=query) as answer,
        ):
            return "" if await answer.text() == echo else f"HTTP {answer.status}"
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return type(error).__name__


def _heard(now: datetime) -> Heard:
    rows = Callback.objects.filter(received_at__gt=now - MEMORY)
    found = rows.aggregate(events=Count("pk"), last_at=Max("received_at"))
    return Heard(
        events=found["events"], last_at=found["last_at"], counted=tally.since(now - MEMORY)
    )


def _parked(now: datetime) -> tuple[str, ...]:
    rows = Pace.objects.filter(parked_until__gt=now).order_by("api")
    return tuple(rows.values_list("api", flat=True))
