"""An enterprise begins with one log-in."""

import pytest

from qunlian.channel.actions.found_enterprise import Founding, found_enterprise
from qunlian.channel.actions.log_in import LogInAttempt, log_in
from qunlian.channel.queries.enterprises import enterprise_card
from qunlian.channel.queries.stores import StoreFilter, list_stores
from qunlian.channel.steps import CodeTaken, WeakPassword
from tests.cast_words import NOON, PASSWORD, Cast


def founding(login: str = "Boss", password: str = PASSWORD) -> Founding:
    return Founding(enterprise="新厂", name="老板", login=login, password=password)


def test_its_founder_logs_in_and_sees_nobody_elses(cast: Cast) -> None:
    found_enterprise(founding=founding(), now=NOON)
    attempt = LogInAttempt(login="boss", password=PASSWORD, address="10.0.0.1")
    boss = log_in(attempt=attempt, now=NOON).actor
    assert enterprise_card(boss).name == "新厂"
    assert list_stores(boss, StoreFilter()).rows == ()


def test_refusals(cast: Cast) -> None:
    found_enterprise(founding=founding(), now=NOON)
    with pytest.raises(CodeTaken):
        found_enterprise(founding=founding(), now=NOON)
    with pytest.raises(WeakPassword):
        found_enterprise(founding=founding("other", "123"), now=NOON)
