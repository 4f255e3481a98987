"""Distributors are added, edited and moved."""

import pytest

from qunlian.channel.actions.add_distributor import NewDistributor, add_distributor
from qunlian.channel.actions.edit_distributor import DistributorEntry, edit_distributor
from qunlian.channel.actions.move_distributor import move_distributor
from qunlian.channel.models import Distributor
from qunlian.channel.steps import CodeTaken, InsideItself
from qunlian.kernel import scope
from qunlian.kernel.errors import Forbidden
from tests.cast_words import NOON, Cast


def test_distributors_are_added_edited_and_moved(cast: Cast) -> None:
    new = NewDistributor(
        parent_id=cast.ids["D2"],
        territory_id=cast.ids["PA"],
        code="D3",
        name="小杜",
        contact_name="小杜",
        contact_phone="13900000001",
    )
    added = add_distributor(actor=cast.hua, new=new, now=NOON)
    assert added.tier == 3
    moved = move_distributor(
        actor=cast.hua, distributor_id=cast.ids["D2"], parent_id=None, now=NOON
    )
    assert moved.moved == 2
    with scope.reading(cast.hua):
        assert Distributor.objects.get(code="D3").tier == 2
    with pytest.raises(InsideItself):
        move_distributor(
            actor=cast.hua,
            distributor_id=cast.ids["D2"],
            parent_id=added.distributor_id,
            now=NOON,
        )
    entry = DistributorEntry(code="D1", name="x", address="", territory_id=None, is_active=False)
    with pytest.raises(CodeTaken):
        edit_distributor(actor=cast.hua, distributor_id=added.distributor_id, entry=entry, now=NOON)
    with pytest.raises(Forbidden):
        edit_distributor(actor=cast.ding, distributor_id=cast.ids["D2"], entry=entry, now=NOON)
