"""Rooms that exist already become groups, with the people in them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from qunlian.channel.actions.note_accounts import note_accounts
from qunlian.channel.models import Contact, Staff
from qunlian.channel.queries.handles import staff_handles
from qunlian.channel.steps.handles import Met
from qunlian.community.actions.adopt_rooms import (
    Adoption,
    OwnerUnknown,
    RoomDecided,
    RoomUnread,
    adopt_rooms,
)
from qunlian.community.actions.note_rooms import note_rooms
from qunlian.community.adopting import HeirMissing, LayerUnfit
from qunlian.community.models import FoundRoom, Group, GroupStore, Member, Request
from qunlian.community.queries.rooms import list_rooms, room_counts, sat_twice
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import NotFound, Refusal
from qunlian.platforms.port import RoomHead
from tests.cast_words import NOON, Cast
from tests.community import make
from tests.community.outside import person_of, room, take_in


def _belongs(actor: Actor, key: str, store_id: int) -> int:
    """Tie the person behind an account to a store."""
    person_id = person_of(actor, key)
    with scope.writing(system_actor(actor.enterprise_id)):
        Contact.objects.create(
            enterprise_id=actor.enterprise_id,
            person_id=person_id,
            store_id=store_id,
            role="owner",
            since_at=NOON,
        )
    return person_id


def _adopt(actor: Actor, *room_ids: int, **choice: object) -> dict[int, int]:
    adoptions = [Adoption(room_id=room_id, **choice) for room_id in room_ids]
    return dict(adopt_rooms(actor=actor, adoptions=adoptions, now=NOON).groups)


def test_a_room_looks_made_for_its_owners_patch(cast: Cast) -> None:
    found = take_in(cast.hua, room("r1", people="wm1:老王 wm2:小李"))
    (row,) = list_rooms(cast.hua).rows
    assert (row.room_id, row.layer, row.territory_id) == (found.room_id, "store", cast.ids["PA"])
    assert (row.steward_staff_id, row.owner_name) == (cast.ids["R1"], "荣业务")
    assert dict(row.signs) == {
        "owner_covers": 40, "rep_inside": 25, "name_of_place": 20, "words_of_layer": 10,
    }  # fmt: skip
    assert (row.fit, row.is_clear, row.people, row.staff) == (95, True, 2, 1)


def test_adopted_it_is_a_group_with_its_people_and_their_stores(cast: Cast) -> None:
    read = room("r1", people="wm1:老王 wm2:小李 +R2 wm3:路人")
    found = take_in(cast.hua, read)
    wang = _belongs(cast.hua, "wm1", cast.ids["A1"])
    _belongs(cast.hua, "wm2", cast.ids["A2"])
    done = _adopt(cast.hua, found.room_id)
    group_id = done[found.room_id]
    with scope.reading(cast.hua):
        group = Group.objects.get(pk=group_id)
        stays = {one.person_id: one for one in Member.objects.filter(group_id=group_id)}
        stores = set(
            GroupStore.objects.filter(group_id=group_id).values_list("store_id", flat=True)
        )
    assert (group.name, group.platform, group.platform_key) == (read.name, "outside", "r1")
    assert (group.life, group.territory_id, group.seats_taken) == ("live", cast.ids["PA"], 5)
    assert group.owner_person_id == cast.rong.person_id
    assert stays[cast.rong.person_id].role == "owner"
    assert stays[cast.song.person_id].role == "manager"
    assert (stays[wang].role, stays[wang].store_id) == ("member", cast.ids["A1"])
    assert stores == {cast.ids["A1"], cast.ids["A2"]}
    assert [one.group_id for one in list_rooms(cast.hua, view="adopted").rows] == [group_id]


def test_who_comes_and_goes_in_the_room_does_in_the_group(cast: Cast) -> None:
    found = take_in(cast.hua, room("r1", people="wm1:老王 wm2:小李"))
    group_id = _adopt(cast.hua, found.room_id)[found.room_id]
    later = room("r1", "东片新名", owner="R2", people="wm2:小李 wm3:小张 +R1")
    done = take_in(cast.hua, later, minutes=1)
    assert done.joined == tuple(sorted((cast.song.person_id, person_of(cast.hua, "wm3"))))
    assert done.left == (person_of(cast.hua, "wm1"),)
    again = take_in(cast.hua, later, minutes=2)
    assert (again.joined, again.left) == ((), ())
    with scope.reading(cast.hua):
        group = Group.objects.get(pk=group_id)
    assert (group.name, group.owner_person_id) == ("东片新名", cast.song.person_id)
    assert make.seats_taken(cast.ids["brand"], group_id) == (4, 4)


def test_an_older_reading_changes_nothing(cast: Cast) -> None:
    found = take_in(cast.hua, room("r1", people="wm1 wm2"), minutes=5)
    group_id = _adopt(cast.hua, found.room_id)[found.room_id]
    assert take_in(cast.hua, room("r1", people="wm9"), minutes=4).is_stale
    assert make.seats_taken(cast.ids["brand"], group_id) == (3, 3)


def test_a_store_with_a_base_group_keeps_it(cast: Cast) -> None:
    before = make.group(
        cast.ids["brand"], "旧群", territory_id=cast.ids["PA"], store_ids=(cast.ids["A1"],)
    )
    found = take_in(cast.hua, room("r1", people="wm1"))
    _belongs(cast.hua, "wm1", cast.ids["A1"])
    _adopt(cast.hua, found.room_id)
    with scope.reading(cast.hua):
        assert GroupStore.objects.get(store_id=cast.ids["A1"]).group_id == before


def test_who_sits_in_two_rooms_is_shown(cast: Cast) -> None:
    take_in(cast.hua, room("r1", people="wm1:老王 wm2"))
    take_in(cast.hua, room("r2", people="wm1:老王"))
    (twice,) = sat_twice(cast.hua)
    assert (twice.name, len(twice.rooms)) == ("老王", 2)


def test_a_room_that_is_listed_no_more_is_gone(cast: Cast) -> None:
    machinery = system_actor(cast.ids["brand"])
    take_in(cast.hua, room("r1"))
    later = take_in(cast.hua, room("r2"), minutes=3)
    noted = note_rooms(
        actor=machinery,
        platform="outside",
        heads=[RoomHead(key="r3")],
        since=NOON.replace(minute=2),
        now=NOON.replace(minute=4),
    )
    assert (noted.new, noted.gone) == (1, 1)
    assert room_counts(cast.hua).views["gone"] == 1
    assert later.room_id in {row.room_id for row in list_rooms(cast.hua).rows}


def test_refusals(cast: Cast) -> None:
    found = take_in(cast.hua, room("r1"))
    strange = take_in(cast.hua, room("r2", owner="nobody"))
    with pytest.raises(OwnerUnknown):
        _adopt(cast.hua, found.room_id, strange.room_id)
    assert room_counts(cast.hua).views["adopted"] == 0
    with pytest.raises(LayerUnfit):
        _adopt(cast.hua, found.room_id, layer="outside")
    for outsider in (cast.wai, cast.song, cast.du):
        with pytest.raises(NotFound):
            _adopt(outsider, found.room_id)
    with pytest.raises(NotFound):
        _adopt(cast.ma, found.room_id, territory_id=cast.ids["X"])
    _adopt(cast.ma, found.room_id)
    with pytest.raises(RoomDecided):
        _adopt(cast.hua, found.room_id)
    with scope.writing(cast.hua):
        FoundRoom.objects.filter(pk=strange.room_id).update(status="dissolved")
    with pytest.raises(RoomUnread):
        _adopt(cast.hua, strange.room_id)


def test_two_who_adopt_one_room_make_one_group(cast: Cast) -> None:
    found = take_in(cast.hua, room("r1", people="wm1 wm2"))

    def adopt(actor: Actor) -> str:
        try:
            return str(_adopt(actor, found.room_id)[found.room_id])
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        ends = sorted(pool.map(adopt, (cast.hua, cast.ma)))
    assert ends[1] == RoomDecided.code
    with scope.reading(cast.hua):
        assert Group.objects.filter(platform_key="r1").count() == 1


def _leaves(cast: Cast, code: str) -> None:
    """Let somebody have left before his groups are found."""
    with scope.writing(cast.hua):
        Staff.objects.filter(pk=cast.ids[code]).update(left_on=NOON.date() - timedelta(days=3))


def test_a_leavers_room_is_known_as_his_and_passes_to_the_steward_at_once(cast: Cast) -> None:
    _leaves(cast, "R2")
    found = take_in(cast.hua, room("r1", "石原东片老板群", owner="R2", people="wm1:老王 +R1"))
    (row,) = list_rooms(cast.hua, view="leavers").rows
    assert (row.room_id, row.is_owner_gone) == (found.room_id, True)
    made = _adopt(cast.hua, found.room_id, steward_staff_id=cast.ids["R1"])
    with scope.reading(cast.hua):
        request = Request.objects.get(group_id=made[found.room_id], kind="owner")
        people = dict(Staff.objects.values_list("code", "person_id"))
    ends = (request.payload["from_person_id"], request.payload["to_person_id"])
    assert (request.state, ends) == ("asked", (people["R2"], people["R1"]))
    took = room("r1", "石原东片老板群", owner="R1", people="wm1:老王 +R1")
    take_in(cast.hua, took, minutes=1)  # the platform has done it
    with scope.reading(cast.hua):
        group = Group.objects.get(pk=made[found.room_id])
        assert group.owner_person_id == people["R1"]
        assert Request.objects.get(pk=request.pk).state == "done"
    assert list_rooms(cast.hua, view="leavers").rows == ()


def test_a_leavers_room_that_nobody_looks_after_is_not_taken_over(cast: Cast) -> None:
    _leaves(cast, "R2")
    found = take_in(cast.hua, room("r1", "群", owner="R2", people="wm1:老王"))
    with pytest.raises(HeirMissing):
        _adopt(cast.hua, found.room_id, steward_staff_id=cast.ids["R2"])
    with scope.reading(cast.hua):
        assert FoundRoom.objects.get(pk=found.room_id).decision == "open"


def test_who_works_here_goes_before_a_leaver_of_his_name(cast: Cast) -> None:
    with scope.writing(cast.hua):
        working = Staff.objects.get(pk=cast.ids["R1"])
        gone = Staff.objects.get(pk=cast.ids["R2"])
        gone.person.name = working.person.name
        gone.person.save()
    _leaves(cast, "R2")
    note_accounts(
        actor=system_actor(cast.ids["brand"]),
        platform="outside",
        met=[Met(key="account", is_staff=True, name=working.person.name)],
        now=NOON,
    )
    (account,) = staff_handles(cast.hua, "outside")
    assert account.staff_code == "R1"
