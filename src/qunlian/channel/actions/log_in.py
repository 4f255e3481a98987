"""Check who somebody is, and answer with what his browser session must hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.hashers import make_password

from qunlian.channel.models import Account
from qunlian.channel.queries.actors import actor_of_account, session_values
from qunlian.channel.rules import accounts as rules
from qunlian.channel.steps import attempts
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid


class WrongLogIn(Invalid):
    """The log-in or the password is wrong."""

    code: ClassVar[str] = "channel.wrong_log_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInAttempt:
    """What a stranger brings. ``address`` is the network address he comes from."""

    login: str
    password: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """Who it is; ``session`` is what the interface puts into the browser session."""

    actor: Actor
    session: Mapping[str, str]


def log_in(*, attempt: LogInAttempt, now: datetime) -> LoggedIn:
    """
    Check a log-in and its password.

    Every attempt is counted before the password is looked at, so that many at once cannot slip past
    the limit; a right one is given back. An unknown log-in takes as long as a wrong password.

    :raises RateLimited: too many attempts for this log-in or from this address
    :raises WrongLogIn: no such account, a wrong password, or one that was deactivated
    """
    login = rules.tidy_login(attempt.login)
    keys = rules.attempt_keys(login, attempt.address)
    attempts.take(keys, now)
    account = _verified(login, attempt.password)
    actor = actor_of_account(account.pk, now=now) if account else None
    if account is None or actor is None:
        raise WrongLogIn
    with scope.writing(actor):
        attempts.give_back(keys, now)
        journal.record("channel.logged_in", actor=actor, at=now)
    return LoggedIn(actor=actor, session=session_values(account.pk))


def _verified(login: str, password: str) -> Account | None:
    account = Account.objects.filter(login=login, is_active=True).first()
    if account is None:
        make_password(password)  # the same work as for a known log-in
        return None
    return account if account.check_password(password) else None
