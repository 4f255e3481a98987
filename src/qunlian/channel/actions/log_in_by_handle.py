"""Log a member of staff in by his account on an outside platform, once the platform has told whose it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.channel.actions.log_in import LoggedIn
from qunlian.channel.models import Account, Handle
from qunlian.channel.queries.actors import SESSION_MUST_CHANGE, actor_of_account, session_values
from qunlian.channel.rules import accounts as rules
from qunlian.channel.steps import attempts
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Role, system_actor
from qunlian.kernel.errors import Forbidden


class UnknownHandle(Forbidden):
    """We do not know whose account “%(key)s” is. Headquarters can say so under Staff, Accounts of staff."""

    code: ClassVar[str] = "channel.unknown_handle"


class NoLogInYet(Forbidden):
    """There is no log-in for the account “%(key)s” yet. Headquarters can open one under Accounts."""

    code: ClassVar[str] = "channel.no_log_in_yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenHandle:
    """Whose browser it is by the platform's word. ``address`` is the network address it comes from."""

    enterprise_id: int
    platform: str
    key: str
    address: str


def log_in_by_handle(*, handle: ProvenHandle, now: datetime) -> LoggedIn:
    """
    Log in whoever the account is tied to; the session is the same as after a password.

    A first password that somebody else chose is not asked to be changed: it was not used.

    :raises UnknownHandle: nobody of our staff is tied to it
    :raises NoLogInYet: he has no log-in, or it was closed
    """
    with scope.reading(system_actor(handle.enterprise_id)):
        row = Handle.objects.filter(platform=handle.platform, key=handle.key, is_staff=True).first()
    if row is None or row.person_id is None:
        raise UnknownHandle(key=handle.key)
    account = _account(handle.enterprise_id, row.person_id)
    actor = actor_of_account(account.pk, now=now) if account else None
    if account is None or actor is None:
        raise NoLogInYet(key=handle.key)
    with scope.writing(actor):
        attempts.give_back(rules.address_keys(handle.address), now)
        journal.record("channel.logged_in", actor=actor, at=now, platform=handle.platform)
    values = session_values(account.pk)
    return LoggedIn(
        actor=actor, session={k: v for k, v in values.items() if k != SESSION_MUST_CHANGE}
    )


def _account(enterprise_id: int, person_id: int) -> Account | None:
    own = Account.objects.filter(enterprise_id=enterprise_id, person_id=person_id, is_active=True)
    return own.exclude(role=Role.MEMBER).order_by("pk").first()
