"""Taking somebody out of a group."""

import pytest

from qunlian.community.actions.remove_member import OwnerStays, Removal, remove_member
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.community import make
from tests.community.words import East


def test_the_seat_is_free_again(cast: Cast, two_groups: East) -> None:
    removal = Removal(group_id=two_groups.east, person_id=cast.oyang.person_id or 0, reason="广告")
    remove_member(actor=cast.rong, removal=removal, now=NOON)
    assert make.seats_taken(cast.ids["brand"], two_groups.east) == (2, 2)
    with pytest.raises(NotFound):
        remove_member(actor=cast.rong, removal=removal, now=NOON)
    make.member(cast.oyang, two_groups.east, store_id=cast.ids["A1"])
    assert make.seats_taken(cast.ids["brand"], two_groups.east) == (3, 3)


def test_refusals(cast: Cast, two_groups: East) -> None:
    for who in (cast.hua, cast.rong):
        with pytest.raises(OwnerStays):
            remove_member(
                actor=cast.ma,
                removal=Removal(group_id=two_groups.east, person_id=who.person_id or 0),
                now=NOON,
            )
    removal = Removal(group_id=two_groups.east, person_id=cast.oyang.person_id or 0)
    with pytest.raises(Forbidden):
        remove_member(actor=cast.du, removal=removal, now=NOON)
    for outsider in (cast.song, cast.wai):
        with pytest.raises(NotFound):
            remove_member(actor=outsider, removal=removal, now=NOON)
