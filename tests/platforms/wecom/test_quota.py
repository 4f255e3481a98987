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
    assert spend(account, MONTH, ["a", "b"], now=NOON) == {"a", "b"}
    assert spend(account, MONTH, ["a", "a"], now=NOON + timedelta(hours=1)) == {"a"}
    assert spend(account, MONTH, ["a", "b"], now=NOON + timedelta(hours=2)) == {"b"}
    assert spend(account, MONTH, ["b"], now=NOON + timedelta(hours=3)) == set()


def test_what_was_spent_before_the_window_counts_no_more(account: Account) -> None:
    within = timedelta(hours=24)
    for hours in (0, 1, 25, 26):
        now = NOON + timedelta(hours=hours)
        allowance = Allowance(kind="remind", cap=2, since=now - within)
        assert spend(account, allowance, ["m"], now=now) == {"m"}, hours
    now = NOON + timedelta(hours=27)
    assert not spend(account, Allowance(kind="remind", cap=2, since=now - within), ["m"], now=now)


def test_what_was_not_used_is_given_back(account: Account) -> None:
    spend(account, MONTH, ["a"], now=NOON)
    spend(account, MONTH, ["a"], now=NOON + timedelta(hours=1))
    give_back(account, "mass", ["a", "never"], now=NOON)
    give_back(account, "mass", ["a"], now=NOON)
    assert spend(account, MONTH, ["a"], now=NOON + timedelta(hours=2)) == {"a"}
    assert spend(account, MONTH, ["a"], now=NOON + timedelta(hours=3)) == set()


def test_many_at_once_never_take_more_than_there_is(account: Account) -> None:
    def take(number: int) -> int:
        try:
            now = NOON + timedelta(seconds=number)
            return len(spend(account, MONTH, ["a", "b", "c"], now=now))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(take, range(12))) == 6


@pytest.mark.negative_control
def test_without_the_guard_the_database_still_refuses(
    account: Account, owner: psycopg.Connection
) -> None:
    spend(account, MONTH, ["a"], now=NOON)
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute(
            "UPDATE platforms_wecom_quota SET spent_at = array_fill(now(), ARRAY[3]) WHERE subject = 'a'"
        )


def test_nothing_is_granted_where_nothing_is_allowed(account: Account) -> None:
    assert spend(account, Allowance(kind="mass", cap=0, since=NOON), ["a"], now=NOON) == set()
    assert spend(account, MONTH, [], now=NOON) == set()
