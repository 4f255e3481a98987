"""A look at everybody is asked for, once at a time."""

import pytest

from qunlian.channel.actions.look_for_duplicates import look_for_duplicates
from qunlian.kernel.errors import Forbidden
from tests.cast_words import NOON, Cast
from tests.channel.rosters import fetch

ASKED = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'channel.find_likely_duplicates'"


def test_asking_twice_waits_for_one_look(cast: Cast) -> None:
    for who in (cast.rong, cast.hua):
        look_for_duplicates(actor=who, now=NOON)
    assert fetch(cast.hua, ASKED) == [(1,)]
    look_for_duplicates(actor=cast.wai, now=NOON)
    assert fetch(cast.hua, ASKED) == [(2,)]


def test_who_may_not_decide_does_not_ask(cast: Cast) -> None:
    for who in (cast.du, cast.guan, cast.oyang):
        with pytest.raises(Forbidden):
            look_for_duplicates(actor=who, now=NOON)
