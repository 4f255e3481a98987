"""What is kept about a distributor changes."""

import pytest

from qunlian.channel.actions.edit_distributor import DistributorEntry, edit_distributor
from qunlian.channel.queries.distributors import distributor_page
from qunlian.channel.steps import CodeTaken
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast

ENTRY = DistributorEntry(code="D9", name="杜记", address="东街", territory_id=None, is_active=False)


def test_a_distributor_is_changed(cast: Cast) -> None:
    edit_distributor(actor=cast.hua, distributor_id=cast.ids["D2"], entry=ENTRY, now=NOON)
    row = distributor_page(cast.hua, cast.ids["D2"]).row
    assert (row.code, row.name, row.is_active, row.tier) == ("D9", "杜记", False, 2)


def test_refusals(cast: Cast) -> None:
    taken = DistributorEntry(code="D1", name="x", address="", territory_id=None, is_active=True)
    with pytest.raises(CodeTaken):
        edit_distributor(actor=cast.hua, distributor_id=cast.ids["D2"], entry=taken, now=NOON)
    with pytest.raises(Forbidden):
        edit_distributor(actor=cast.ding, distributor_id=cast.ids["D2"], entry=ENTRY, now=NOON)
    with pytest.raises(NotFound):
        edit_distributor(actor=cast.wai, distributor_id=cast.ids["D2"], entry=ENTRY, now=NOON)
