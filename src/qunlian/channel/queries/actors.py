"""Who is asking: from a session, a token or an account id to an actor, reach as of the day of ``now``."""

import dataclasses
import hashlib
from datetime import date, datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare

from qunlian.channel.access import standing_on
from qunlian.channel.models import (
    Account,
    ApiToken,
    Contact,
    Distributor,
    TerritoryAssignment,
)
from qunlian.channel.rules.staff import day_of
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, Reach, Role

SESSION_ACCOUNT = "_auth_user_id"
SESSION_HASH = "_auth_user_hash"
#: Stands in the session of one who must choose a password of his own before anything else.
SESSION_MUST_CHANGE = "must_change_password"
_USE_NOTED_EVERY = timedelta(minutes=5)


def actor_of_session(session: SessionBase, *, now: datetime) -> Actor | None:
    """Return the actor behind a browser session; a changed password ends it."""
    account = _active(session.get(SESSION_ACCOUNT))
    if account is None:
        return None
    if not constant_time_compare(session.get(SESSION_HASH, ""), account.get_session_auth_hash()):
        return None
    return _actor(account, now)


def actor_of_token(token: str, *, now: datetime) -> Actor | None:
    """Return the actor behind an API token, and note that it was used."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    row = ApiToken.objects.filter(digest=digest).first()
    account = _active(row.account_id) if row else None
    if row is None or account is None:
        return None
    stale = Q(last_used_at=None) | Q(last_used_at__lt=Now() - _USE_NOTED_EVERY)
    ApiToken.objects.filter(stale, pk=row.pk).update(last_used_at=Now())
    return _actor(account, now)


def actor_of_account(account_id: int, *, now: datetime) -> Actor | None:
    """Return the actor of an account, for a job that goes on with what a person asked for."""
    account = _active(account_id)
    return _actor(account, now) if account else None


def actor_of_login(login: str, *, now: datetime) -> Actor | None:
    """Return the actor behind a log-in name, for somebody at the machine's own command line."""
    account = Account.objects.filter(login=login.strip().casefold(), is_active=True).first()
    return _actor(account, now) if account else None


def session_values(account_id: int) -> dict[str, str]:
    """Return what a browser session must hold to be this account's; a changed password ends it."""
    account = Account.objects.get(pk=account_id, is_active=True)
    values = {SESSION_ACCOUNT: str(account.pk), SESSION_HASH: account.get_session_auth_hash()}
    return values | ({SESSION_MUST_CHANGE: "yes"} if account.must_change_password else {})


def enterprise_ids() -> list[int]:
    """Return every tenant, from the registry."""
    return list(Account.objects.values_list("enterprise_id", flat=True).distinct())


def _active(account_id: object) -> Account | None:
    if not account_id:
        return None
    return Account.objects.filter(pk=int(str(account_id)), is_active=True).first()


def _actor(account: Account, now: datetime) -> Actor:
    bare = Actor(
        enterprise_id=account.enterprise_id,
        account_id=account.pk,
        role=Role(account.role),
        person_id=account.person_id,
        staff_id=account.staff_id,
        distributor_id=account.distributor_id,
    )
    if bare.role is Role.HEADQUARTERS:
        reach = Reach(is_everything=True)
    else:
        with scope.reading(bare):
            reach = _reach(bare, day_of(now))
    return dataclasses.replace(bare, reach=reach)


def _reach(actor: Actor, on: date) -> Reach:
    if actor.distributor_id is not None:
        own = Distributor.objects.filter(pk=actor.distributor_id)
        return Reach(distributor_paths=tuple(own.values_list("path", flat=True)))
    if actor.staff_id is not None:
        covered = TerritoryAssignment.objects.filter(standing_on(on), staff_id=actor.staff_id)
        return Reach(territory_paths=tuple(covered.values_list("territory__path", flat=True)))
    if actor.person_id is not None:
        stores = Contact.objects.filter(person_id=actor.person_id).exclude(store=None)
        return Reach(store_ids=tuple(stores.values_list("store_id", flat=True)))
    return Reach()
