"""Entering the owners of stores who sit in the group already."""

import pytest

from qunlian.community.actions.enroll_owners import NoStoresChosen, enroll_owners
from qunlian.community.models import Group, Member
from qunlian.community.queries.groups import group_card, stores_of
from qunlian.community.queries.placements import stores_of_each
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import Forbidden
from tests.cast_words import NOON, Cast
from tests.community import make
from tests.community.words import East


def test_owners_come_in_once_and_the_group_lives(cast: Cast, two_groups: East) -> None:
    stores = [cast.ids[code] for code in ("A1", "A3", "B1")]
    first = enroll_owners(actor=cast.hua, store_ids=stores, now=NOON)
    again = enroll_owners(actor=cast.hua, store_ids=stores, now=NOON)
    assert (again.people, again.groups, again.left_out) == (0, 0, 3)
    assert first.people + first.left_out == 3
    with scope.reading(cast.hua):
        came = Member.objects.filter(source="roster")
        assert came.count() == first.people
        assert all(row.store_id in stores for row in came)
    for group_id in (two_groups.east, two_groups.west):
        taken, stays = make.seats_taken(cast.ids["brand"], group_id)
        assert taken == stays
        if taken > 3:
            assert group_card(cast.hua, group_id).life == "live"


def test_the_stores_of_many_groups_are_those_of_each(cast: Cast, two_groups: East) -> None:
    enroll_owners(actor=cast.hua, store_ids=[cast.ids["A1"], cast.ids["A3"]], now=NOON)
    for actor in (cast.hua, cast.rong):
        found = stores_of_each(actor, [two_groups.east, two_groups.west])
        seen = {group_id: stores for group_id, stores in found.items() if stores}
        assert seen == {group_id: stores_of(actor, group_id).rows for group_id in seen}
        assert two_groups.east in seen
    assert set(stores_of_each(cast.wai, [two_groups.east]).values()) == {()}


def test_no_more_come_in_than_there_are_seats(cast: Cast, two_groups: East) -> None:
    with scope.writing(system_actor(cast.ids["brand"])):
        Group.objects.update(seats_cap=3)
        Group.objects.filter(pk=two_groups.west).update(seats_cap=1, seats_taken=1)
    stores = [cast.ids[code] for code in ("A1", "A3", "B1")]
    assert enroll_owners(actor=cast.hua, store_ids=stores, now=NOON).people == 0


def test_a_sibling_rep_reaches_nobody_there(cast: Cast, two_groups: East) -> None:
    east = [cast.ids["A1"], cast.ids["A3"]]
    assert enroll_owners(actor=cast.song, store_ids=east, now=NOON).people == 0
    assert enroll_owners(actor=cast.wai, store_ids=east, now=NOON).people == 0


def test_partners_keep_no_groups(cast: Cast, two_groups: East) -> None:
    with pytest.raises(Forbidden):
        enroll_owners(actor=cast.ding, store_ids=[cast.ids["A1"]], now=NOON)
    with pytest.raises(NoStoresChosen):
        enroll_owners(actor=cast.hua, store_ids=[], now=NOON)
