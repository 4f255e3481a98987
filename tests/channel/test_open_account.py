"""Headquarters gives staff and distributors their log-ins."""

import pytest

from qunlian.channel.actions.log_in import LogInAttempt, log_in
from qunlian.channel.actions.open_account import NewAccount, NobodyChosen, open_account
from qunlian.channel.rules.accounts import LoginRefused
from qunlian.channel.steps import CodeTaken, WeakPassword
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, PASSWORD, Cast


def test_the_new_account_has_the_reach_of_its_owner(cast: Cast) -> None:
    for key, whom in (("staff_id", "R1"), ("distributor_id", "D2")):
        new = NewAccount(login=f"new-{whom}", password=PASSWORD, **{key: cast.ids[whom]})
        open_account(actor=cast.hua, new=new, now=NOON)
        attempt = LogInAttempt(login=f"new-{whom}", password=PASSWORD, address="10.0.0.1")
        known = cast.rong if whom == "R1" else cast.du
        assert log_in(attempt=attempt, now=NOON).actor.reach == known.reach


def test_refusals(cast: Cast) -> None:
    rep = cast.ids["R1"]
    for actor, new, refusal in (
        (cast.ma, NewAccount(login="ab", password=PASSWORD, staff_id=rep), Forbidden),
        (cast.wai, NewAccount(login="ab", password=PASSWORD, staff_id=rep), NotFound),
        (cast.hua, NewAccount(login="ab", password=PASSWORD), NobodyChosen),
        (cast.hua, NewAccount(login="a b", password=PASSWORD, staff_id=rep), LoginRefused),
        (cast.hua, NewAccount(login="ab", password="1", staff_id=rep), WeakPassword),
        (cast.hua, NewAccount(login="r1@1", password=PASSWORD, staff_id=rep), CodeTaken),
    ):
        with pytest.raises(refusal):
            open_account(actor=actor, new=new, now=NOON)
