"""
Customers just added: greeted with the code that came with the event, within 20 seconds, once.

Source: document 92137 (send_welcome_msg); error codes 41050, 41051 and 41096.
"""

from collections.abc import Sequence
from typing import Final

from qunlian.kernel import scope
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms.extensions import Newcomer
from qunlian.platforms.port import Outcome, Result
from qunlian.platforms.wecom.accounts import Account
from qunlian.platforms.wecom.api import contacts
from qunlian.platforms.wecom.client import Client, on_thread
from qunlian.platforms.wecom.errors import OutcomeUnknown, WeComTrouble
from qunlian.platforms.wecom.models import Callback

#: Its time is over; they talk already; another one is being sent.
_LATE: Final = (41050, 41051, 41096)


def newcomers(account: Account, limit: int) -> tuple[Newcomer, ...]:
    """Return those whom nobody has seen to."""
    with scope.reading(account.machinery):
        rows = list(Callback.objects.filter(greet_by__isnull=False).order_by("pk")[:limit])
    return tuple(
        Newcomer(
            key=str(row.pk),
            contact_key=row.contact_key,
            staff_key=row.staff_key,
            state=str(row.body.get("State", "")),
            told_at=row.received_at,
            greet_by=row.greet_by,
        )
        for row in rows
        if row.greet_by is not None
    )


async def greet(client: Client, key: str, text: str) -> Result:
    """Send one welcome; an answer that got lost leaves it unknown."""
    code = await on_thread(_code, client.account, key)
    if not code:
        return Result(item=key, outcome=Outcome.REFUSED, problem="late", is_permanent=True)
    try:
        await contacts.welcome(client, code, text)
    except PlatformTrouble as trouble:
        return _failed(key, trouble)
    return Result(item=key, outcome=Outcome.SENT)


def heed(account: Account, keys: Sequence[str]) -> None:
    """Forget that these wait."""
    with scope.writing(account.machinery):
        Callback.objects.filter(pk__in=[int(key) for key in keys]).update(greet_by=None)


def _code(account: Account, key: str) -> str:
    with scope.reading(account.machinery):
        row = Callback.objects.filter(pk=int(key)).first()
    return str(row.body.get("WelcomeCode", "")) if row else ""


def _failed(key: str, trouble: PlatformTrouble) -> Result:
    """Say why not: what came too late, and a welcome whose answer was lost, are never tried again."""
    if isinstance(trouble, OutcomeUnknown):
        return Result(item=key, outcome=Outcome.UNKNOWN)
    is_late = isinstance(trouble, WeComTrouble) and trouble.errcode in _LATE
    problem = "late" if is_late else trouble.code
    return Result(item=key, outcome=Outcome.REFUSED, problem=problem, is_permanent=True)
