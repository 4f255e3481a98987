"""Log-ins, passwords of strangers and keys: shapes and limits."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from qunlian.kernel.errors import Invalid

WINDOW = timedelta(minutes=15)
ATTEMPTS_PER_LOGIN = 10
ATTEMPTS_PER_ADDRESS = 60
#: No 0/o, 1/l/i: people read these aloud and type them from paper.
CODE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 10
#: A link for a new phone is opened while its maker is on the telephone or in the shop; a day is ample.
RETURN_LINK_LASTS = timedelta(hours=24)
TOKEN_PREFIX = "qlk_"  # noqa: S105  (a prefix that secret scanners can find)
_LOGIN = re.compile(r"[^\s\x00-\x1f]{2,80}")


def tidy_login(text: str) -> str:
    """Return a log-in the way it is kept: trimmed, small letters."""
    return text.strip().casefold()


class LoginRefused(Invalid):
    """A log-in name has 2 to 80 characters and no blanks."""

    code: ClassVar[str] = "channel.login_refused"


def fit_login(text: str) -> str:
    """
    Return a log-in that may be given to somebody, the way it is kept.

    :raises LoginRefused: blanks inside, too short or too long
    """
    login = tidy_login(text)
    if _LOGIN.fullmatch(login) is None:
        raise LoginRefused(field="login")
    return login


def attempt_keys(login: str, address: str) -> tuple[tuple[str, int], ...]:
    """Return what one attempt counts against, each with its limit; a log-in is kept as a digest."""
    digest = hashlib.sha256(login.encode()).hexdigest()[:40]
    return ((f"login:{digest}", ATTEMPTS_PER_LOGIN), *address_keys(address))


def address_keys(address: str) -> tuple[tuple[str, int], ...]:
    """Return what an attempt counts against whose log-in nobody knows yet."""
    return ((f"address:{address}", ATTEMPTS_PER_ADDRESS),)


def window_of(now: datetime) -> datetime:
    """Return the start of the counting window that ``now`` falls into."""
    seconds = WINDOW.total_seconds()
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, tz=UTC)


def seconds_left(now: datetime) -> int:
    """Return how many whole seconds the counting window still lasts, at least one."""
    return max(1, int((window_of(now) + WINDOW - now).total_seconds()) + 1)


def token_digest(token: str) -> str:
    """Return what is kept of an API key: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def session_handle(session_key: str) -> str:
    """Return a name for a session that pages may show; the key itself would log one in."""
    return hashlib.sha256(b"session" + session_key.encode()).hexdigest()[:16]
