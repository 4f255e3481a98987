"""Whoever the account of an outside platform is tied to gets the same session as after a password."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection

from qunlian.channel.actions.admit_log_in import admit_log_in
from qunlian.channel.actions.deactivate_account import deactivate_account
from qunlian.channel.actions.log_in_by_handle import (
    NoLogInYet,
    ProvenHandle,
    UnknownHandle,
    log_in_by_handle,
)
from qunlian.channel.models import Account, Handle, Staff
from qunlian.channel.queries.actors import SESSION_MUST_CHANGE, session_values
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from tests.cast_words import NOON, TODAY, Cast


def _tie(cast: Cast, key: str, person_id: int | None, *, is_staff: bool = True) -> None:
    brand = system_actor(cast.ids["brand"])
    with scope.writing(brand):
        Handle.objects.create(
            enterprise_id=brand.enterprise_id,
            platform="wecom",
            key=key,
            is_staff=is_staff,
            person_id=person_id,
            met_at=NOON,
        )


def _proven(cast: Cast, key: str, enterprise: str = "brand") -> ProvenHandle:
    return ProvenHandle(
        enterprise_id=cast.ids[enterprise], platform="wecom", key=key, address="203.0.113.7"
    )


def _log_in(cast: Cast, key: str) -> Actor:
    return log_in_by_handle(handle=_proven(cast, key), now=NOON).actor


def test_a_rep_comes_in_and_it_is_noted(cast: Cast, owner: psycopg.Connection) -> None:
    _tie(cast, "rong", cast.rong.person_id)
    admit_log_in(address="203.0.113.7", now=NOON)
    done = log_in_by_handle(handle=_proven(cast, "rong"), now=NOON)
    assert done.actor == cast.rong
    assert done.session == session_values(cast.rong.account_id or 0)
    noted = owner.execute("SELECT payload FROM kernel_fact WHERE name = 'channel.logged_in'")
    assert [row[0]["platform"] for row in noted.fetchall()] == ["wecom"]
    left = owner.execute("SELECT sum(failures) FROM channel_login_attempt").fetchone()
    assert left == (0,)


def test_a_first_password_that_was_not_used_is_not_asked_to_be_changed(cast: Cast) -> None:
    _tie(cast, "rong", cast.rong.person_id)
    Account.objects.filter(pk=cast.rong.account_id).update(must_change_password=True)
    done = log_in_by_handle(handle=_proven(cast, "rong"), now=NOON)
    assert SESSION_MUST_CHANGE not in done.session


def test_nobodys_and_strangers_accounts_are_refused(cast: Cast) -> None:
    _tie(cast, "loose", None)
    _tie(cast, "wm-customer", cast.oyang.person_id, is_staff=False)
    for key in ("loose", "wm-customer", "nobody", ""):
        with pytest.raises(UnknownHandle):
            _log_in(cast, key)


def test_another_enterprises_account_of_the_same_name_is_not_ours(cast: Cast) -> None:
    _tie(cast, "rong", cast.rong.person_id)
    with pytest.raises(UnknownHandle):
        log_in_by_handle(handle=_proven(cast, "rong", "other"), now=NOON)


def test_without_a_log_in_of_his_own_he_is_told_who_opens_one(cast: Cast) -> None:
    _tie(cast, "rong", cast.rong.person_id)
    deactivate_account(actor=cast.hua, account_id=cast.rong.account_id or 0, now=NOON)
    with pytest.raises(NoLogInYet):
        _log_in(cast, "rong")


def _without_account(cast: Cast, actor: Actor) -> None:
    _tie(cast, "new", actor.person_id)
    Account.objects.filter(person_id=actor.person_id).delete()


def test_whoever_works_in_the_field_gets_the_log_in_he_never_had(
    cast: Cast, owner: psycopg.Connection
) -> None:
    _without_account(cast, cast.rong)
    come = _log_in(cast, "new")
    assert (come.role, come.staff_id, come.reach) == ("rep", cast.rong.staff_id, cast.rong.reach)
    assert _log_in(cast, "new").account_id == come.account_id
    account = Account.objects.get(pk=come.account_id)
    assert not account.has_usable_password()
    told = owner.execute("SELECT payload FROM kernel_fact WHERE name = 'channel.account_opened'")
    assert told.fetchall()[-1][0]["platform"] == "wecom"


def test_two_browsers_at_once_open_one(cast: Cast) -> None:
    _without_account(cast, cast.rong)

    def come(_: int) -> int | None:
        try:
            return _log_in(cast, "new").account_id
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(come, range(4)))) == 1


def test_headquarters_and_whoever_has_left_open_none_by_coming(cast: Cast) -> None:
    _without_account(cast, cast.hua)
    with pytest.raises(NoLogInYet):
        _log_in(cast, "new")
    _tie(cast, "gone", cast.rong.person_id)
    Account.objects.filter(person_id=cast.rong.person_id).delete()
    with scope.writing(system_actor(cast.ids["brand"])):
        Staff.objects.filter(pk=cast.rong.staff_id).update(left_on=TODAY)
    with pytest.raises(NoLogInYet):
        _log_in(cast, "gone")
