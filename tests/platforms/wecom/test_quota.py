"""What is scarce is counted before it is spent, and never above its cap, however many spend at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from qunlian.platforms.wecom.accounts import Account, corp_of
from qunlian.platforms.wecom.quota import Allowance, give_back, spend
from tests.cast_words import NOON
from tests.platforms.wecom.scripted import Scripted

MONTH = Allowance(kind="mass", cap=2, since=NOON.replace(day=1))


@pytest.fixture
def account(server: Scripted, connect) -> Account:
    return corp_of(connect(server))


def test_each_subject_has_its_own_and_no_more_than_its_cap(account: Account) -> None:
    assert spend(account, MONTH, {"a": 1, "b": 1}, now=NOON) == {"a": 1, "b": 1}
    assert spend(account, MONTH, {"a": 1}, now=NOON + timedelta(hours=1)) == {"a": 1}
    assert spend(account, MONTH, {"a": 1, "b": 1}, now=NOON + timedelta(hours=2)) == {"b": 1}
    assert spend(account, MONTH, {"b": 1}, now=NOON + timedelta(hours=3)) == {}


def test_what_was_spent_before_the_window_counts_no_more(account: Account) -> None:
    within = timedelta(hours=24)
    for hours in (0, 1, 25, 26):
        now = NOON + timedelta(hours=hours)
        allowance = Allowance(kind="remind", cap=2, since=now - within)
        assert spend(account, allowance, {"m": 1}, now=now) == {"m": 1}, hours
    now = NOON + timedelta(hours=27)
    assert not spend(
        account, Allowance(kind="remind", cap=2, since=now - within), {"m": 1}, now=now
    )


def test_what_was_not_used_is_given_back(account: Account) -> None:
    spend(account, MONTH, {"a": 1}, now=NOON)
    spend(account, MONTH, {"a": 1}, now=NOON + timedelta(hours=1))
    give_back(account, "mass", {"a": 1, "never": 1}, now=NOON)
    give_back(account, "mass", {"a": 1}, now=NOON)
    assert spend(account, MONTH, {"a": 1}, now=NOON + timedelta(hours=2)) == {"a": 1}
    assert spend(account, MONTH, {"a": 1}, now=NOON + timedelta(hours=3)) == {}


def test_of_many_units_as_many_are_given_as_are_left(account: Account) -> None:
    day = Allowance(kind="transfer", cap=5, since=NOON)
    later = NOON + timedelta(minutes=1)
    assert spend(account, day, {"heir": 3, "other": 9}, now=NOON) == {"heir": 3, "other": 5}
    assert spend(account, day, {"heir": 3}, now=later) == {"heir": 2}
    give_back(account, "transfer", {"heir": 1}, now=later)
    give_back(account, "transfer", {"other": 4}, now=NOON)
    assert spend(account, day, {"heir": 9, "other": 9}, now=later) == {"heir": 2, "other": 4}


def test_many_at_once_never_take_more_than_there_is(account: Account) -> None:
    def take(number: int) -> int:
        try:
            now = NOON + timedelta(seconds=number)
            return len(spend(account, MONTH, dict.fromkeys("abc", 1), now=now))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(take, range(12))) == 6


@pytest.mark.negative_control
def test_without_the_guard_the_database_still_refuses(
    account: Account, owner: psycopg.Connection
) -> None:
    spend(account, MONTH, {"a": 1}, now=NOON)
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute(
            "UPDATE platforms_wecom_quota SET spent_at = array_fill(now(), ARRAY[3]) WHERE subject = 'a'"
        )


def test_nothing_is_granted_where_nothing_is_allowed(account: Account) -> None:
    assert spend(account, Allowance(kind="mass", cap=0, since=NOON), {"a": 1}, now=NOON) == {}
    assert spend(account, MONTH, {}, now=NOON) == {}
