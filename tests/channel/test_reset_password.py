"""Headquarters gives somebody a new first password."""

import pytest

from qunlian.channel.actions.log_in import LogInAttempt, log_in
from qunlian.channel.actions.reset_password import reset_password
from qunlian.channel.models import Account
from qunlian.channel.steps import WeakPassword
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast


def test_the_new_password_holds(cast: Cast) -> None:
    rong = cast.rong.account_id or 0
    reset_password(actor=cast.hua, account_id=rong, password="quite-new-77", now=NOON)
    login = Account.objects.get(pk=rong).login
    attempt = LogInAttempt(login=login, password="quite-new-77", address="10.0.0.1")
    assert log_in(attempt=attempt, now=NOON).actor == cast.rong


def test_refusals(cast: Cast) -> None:
    rong = cast.rong.account_id or 0
    for actor, password, refusal in (
        (cast.ma, "quite-new-77", Forbidden),
        (cast.wai, "quite-new-77", NotFound),
        (cast.hua, "1", WeakPassword),
    ):
        with pytest.raises(refusal):
            reset_password(actor=actor, account_id=rong, password=password, now=NOON)
