"""A distributor buys from another one, with all below it."""

import pytest

from qunlian.channel.actions.move_distributor import move_distributor
from qunlian.channel.queries.distributors import distributor_page
from qunlian.channel.steps import InsideItself
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast


def test_it_moves_and_its_tier_follows(cast: Cast) -> None:
    done = move_distributor(actor=cast.hua, distributor_id=cast.ids["D2"], parent_id=None, now=NOON)
    assert done.moved == 1
    assert distributor_page(cast.hua, cast.ids["D2"]).row.tier == 1


def test_refusals(cast: Cast) -> None:
    d1, d2 = cast.ids["D1"], cast.ids["D2"]
    with pytest.raises(InsideItself):
        move_distributor(actor=cast.hua, distributor_id=d1, parent_id=d2, now=NOON)
    with pytest.raises(Forbidden):
        move_distributor(actor=cast.ding, distributor_id=d2, parent_id=None, now=NOON)
    with pytest.raises(NotFound):
        move_distributor(actor=cast.wai, distributor_id=d2, parent_id=None, now=NOON)
