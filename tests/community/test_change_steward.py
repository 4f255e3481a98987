"""Handing a group to another steward."""

import pytest

from qunlian.community.actions.change_steward import (
    NoSuchSteward,
    StewardChange,
    change_steward,
)
from qunlian.community.queries.members import members_of
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.community.words import East


def test_the_new_one_sits_first(cast: Cast, two_groups: East) -> None:
    change = StewardChange(group_id=two_groups.east, staff_id=cast.ids["R2"])
    card = change_steward(actor=cast.ma, change=change, now=NOON)
    assert card.steward_name == "宋业务"
    roles = {m.person_id: m.role for m in members_of(cast.hua, two_groups.east)}
    assert roles[cast.song.person_id or 0] == "steward"
    assert roles[cast.rong.person_id or 0] == "member"


def test_refusals(cast: Cast, two_groups: East) -> None:
    with pytest.raises(NoSuchSteward):
        change_steward(
            actor=cast.ma, change=StewardChange(group_id=two_groups.east, staff_id=0), now=NOON
        )
    change = StewardChange(group_id=two_groups.east, staff_id=cast.ids["R2"])
    for onlooker in (cast.rong, cast.du):
        with pytest.raises(Forbidden):
            change_steward(actor=onlooker, change=change, now=NOON)
    for outsider in (cast.song, cast.wai):
        with pytest.raises(NotFound):
            change_steward(actor=outsider, change=change, now=NOON)
