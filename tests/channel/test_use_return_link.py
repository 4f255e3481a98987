"""The link for a new phone: it works once, for a day, for one of two who open it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from qunlian.channel.actions.deactivate_account import deactivate_account
from qunlian.channel.actions.use_return_link import LinkSpent, use_return_link
from qunlian.channel.models import Session
from tests.cast_words import NOON, Cast
from tests.channel.test_make_return_link import made


def test_he_comes_in_as_himself_once(cast: Cast, logged_in) -> None:
    token = made(cast).token
    logged_in(cast.oyang)
    done = use_return_link(token=token, now=NOON)
    assert done.actor == cast.oyang
    assert done.session["_auth_user_id"] == str(cast.oyang.account_id)
    assert not Session.objects.filter(account_id=cast.oyang.account_id).exists()
    with pytest.raises(LinkSpent):
        use_return_link(token=token, now=NOON)


def test_refusals(cast: Cast) -> None:
    token = made(cast).token
    with pytest.raises(LinkSpent):
        use_return_link(token=token + "x", now=NOON)
    with pytest.raises(LinkSpent):
        use_return_link(token=token, now=NOON + timedelta(hours=24))
    deactivate_account(actor=cast.hua, account_id=cast.oyang.account_id or 0, now=NOON)
    with pytest.raises(LinkSpent):
        use_return_link(token=token, now=NOON)


def test_of_many_who_open_it_one_comes_in(cast: Cast) -> None:
    token = made(cast).token

    def attempt(_: int) -> bool:
        try:
            use_return_link(token=token, now=NOON)
        except LinkSpent:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(max_workers=4) as threads:
        assert sorted(threads.map(attempt, range(4))) == [False, False, False, True]
