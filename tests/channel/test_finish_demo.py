"""Noting that a demo is whole."""

import pytest

from qunlian.channel.actions.finish_demo import NotADemo, finish_demo
from qunlian.channel.actions.found_enterprise import Founding, found_enterprise
from qunlian.channel.queries.actors import actor_of_account
from qunlian.channel.queries.demo import demo_enterprise
from qunlian.channel.queries.enterprises import enterprises_at_work
from qunlian.kernel.errors import Forbidden
from tests.cast_words import NOON, PASSWORD, Cast


def test_a_demo_is_finished_when_somebody_says_so(cast: Cast) -> None:
    assert demo_enterprise() is None
    founding = Founding(
        enterprise="栗溪", name="栗总", login="demo", password=PASSWORD, is_demo=True
    )
    founded = found_enterprise(founding=founding, now=NOON)
    begun = demo_enterprise()
    assert begun
    assert (begun.enterprise_id, begun.is_finished) == (founded.enterprise_id, False)
    at_work = enterprises_at_work()
    assert founded.enterprise_id not in at_work
    assert cast.hua.enterprise_id in at_work
    founder = actor_of_account(begun.founder_account_id, now=NOON)
    assert founder
    finish_demo(actor=founder, seed=1, now=NOON)
    done = demo_enterprise()
    assert done
    assert done.is_finished
    assert founded.enterprise_id in enterprises_at_work()


def test_a_real_enterprise_is_no_demo(cast: Cast) -> None:
    with pytest.raises(NotADemo):
        finish_demo(actor=cast.hua, seed=1, now=NOON)
    with pytest.raises(Forbidden):
        finish_demo(actor=cast.rong, seed=1, now=NOON)
