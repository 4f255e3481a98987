"""Log a member of staff in by his account on an outside platform, once the platform has told whose it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from django.contrib.auth.hashers import make_password
from django.db.models import Q, QuerySet

from qunlian.channel.actions.log_in import LoggedIn
from qunlian.channel.models import Account, Handle, Staff
from qunlian.channel.queries.actors import SESSION_MUST_CHANGE, actor_of_account, session_values
from qunlian.channel.rules import accounts as rules
from qunlian.channel.rules.staff import day_of
from qunlian.channel.steps import attempts
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Role, system_actor
from qunlian.kernel.errors import Forbidden

#: Whose log-in is opened by coming from the platform; headquarters opens its own by hand.
OPENED_BY_COMING: Final = (Role.MANAGER, Role.REP, Role.GROUP_MANAGER)


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

    A first password that somebody else chose is not asked to be changed: it was not used. Whoever works
    in the field and never had a log-in gets one, without a password, of his own role.

    :raises UnknownHandle: nobody of our staff is tied to it
    :raises NoLogInYet: he has none and is not of the field, or it was closed
    """
    with scope.reading(system_actor(handle.enterprise_id)):
        row = Handle.objects.filter(platform=handle.platform, key=handle.key, is_staff=True).first()
    if row is None or row.person_id is None:
        raise UnknownHandle(key=handle.key)
    account = _account(handle.enterprise_id, row.person_id) or _opened(handle, row.person_id, now)
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
    return _all(enterprise_id, person_id).filter(is_active=True).order_by("pk").first()


def _all(enterprise_id: int, person_id: int) -> QuerySet[Account]:
    own = Account.objects.filter(enterprise_id=enterprise_id, person_id=person_id)
    return own.exclude(role=Role.MEMBER)


def _opened(handle: ProvenHandle, person_id: int, now: datetime) -> Account | None:
    """Give somebody of the field the log-in he never had; what was closed stays closed."""
    machinery = system_actor(handle.enterprise_id)
    with scope.writing(machinery):
        at_work = Staff.objects.select_for_update().filter(
            Q(left_on=None) | Q(left_on__gt=day_of(now)), person_id=person_id
        )
        staff = at_work.filter(role__in=OPENED_BY_COMING).first()
        if staff is None:
            return None
        if _all(handle.enterprise_id, person_id).exists():  # he came twice at once, or it is closed
            return _account(handle.enterprise_id, person_id)
        login = rules.fit_login("-".join(f"{staff.code}@{handle.enterprise_id}".split()))
        account = Account.objects.create(
            login=login,
            enterprise_id=handle.enterprise_id,
            role=staff.role,
            person_id=person_id,
            staff_id=staff.pk,
            password=make_password(None),
            created_at=now,
        )
        about = {"account": [account.pk], "person": [person_id]}
        facts = {"role": staff.role, "platform": handle.platform}
        journal.record("channel.account_opened", actor=machinery, at=now, about=about, **facts)
        return account
