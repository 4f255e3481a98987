"""One's own password changes."""

import pytest

from qunlian.channel.actions.change_password import WrongPassword, change_password
from qunlian.channel.actions.log_in import LogInAttempt, WrongLogIn, log_in
from qunlian.channel.models import Account
from qunlian.channel.steps import WeakPassword
from tests.cast_words import NOON, PASSWORD, Cast


def test_the_new_one_holds_and_the_old_one_does_not(cast: Cast) -> None:
    change_password(actor=cast.rong, old=PASSWORD, new="quite-another-9", session_key="", now=NOON)
    login = Account.objects.get(pk=cast.rong.account_id).login
    good = LogInAttempt(login=login, password="quite-another-9", address="10.0.0.1")
    assert log_in(attempt=good, now=NOON).actor == cast.rong
    old = LogInAttempt(login=login, password=PASSWORD, address="10.0.0.1")
    with pytest.raises(WrongLogIn):
        log_in(attempt=old, now=NOON)


def test_refusals(cast: Cast) -> None:
    for old, new, refusal in (
        ("x", "quite-another-9", WrongPassword),
        (PASSWORD, "short", WeakPassword),
        (PASSWORD, "password123", WeakPassword),
    ):
        with pytest.raises(refusal):
            change_password(actor=cast.rong, old=old, new=new, session_key="", now=NOON)
