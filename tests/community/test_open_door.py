"""Ways into groups: where they lead, how they follow the groups' life, and what platforms make of them."""

from collections.abc import Iterator

import pytest

from qunlian.community import doorkeeping
from qunlian.community.actions.fade_group import fade_group
from qunlian.community.actions.open_door import DoorUnsound, NewDoor, open_door
from qunlian.community.actions.retire_group import retire_group
from qunlian.community.models import Door, Group, Request
from qunlian.community.rules import doors as rules
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import Forbidden, NotFound, PlatformTrouble
from qunlian.platforms.extensions import Door as Way
from tests.cast_words import NOON, Cast
from tests.community import make, ways


@pytest.fixture
def made(cast: Cast) -> Iterator[dict[str, Way]]:
    with ways.coded() as made:
        yield made


def _seeds(cast: Cast, name: str, **facts: object) -> int:
    usual: dict[str, object] = {"layer": "consumer", "life": "live", "platform": "coded"}
    return make.group(cast.ids["brand"], name, territory_id=cast.ids["N-1"], **usual | facts)


def _set(cast: Cast, group_id: int, **facts: object) -> None:
    with scope.writing(system_actor(cast.ids["brand"])):
        Group.objects.filter(pk=group_id).update(**facts)


def test_a_places_door_leads_to_its_oldest_groups_with_a_seat(
    cast: Cast, made: dict[str, Way]
) -> None:
    full = _seeds(cast, "尝鲜1群", seats_cap=0)
    first, second, third = (_seeds(cast, f"尝鲜{n}群") for n in (2, 3, 4))
    _seeds(cast, "别处的群", layer="vip")
    opened = ways.opened(cast, place="N", source="event", name="年货节")
    door = ways.door(cast, opened.door_id)
    assert door.group_ids == [first, second]  # two rooms per door there
    assert full not in door.group_ids
    assert (door.way_key, door.code_url) == ("way-1", "https://codes.example/way-1.png")
    assert made["way-1"] == Way(
        room_keys=(f"group-{first}", f"group-{second}"),
        state=opened.code,
        remark="年货节",
        next_name="尝鲜",
        next_number=4,
    )
    fade_group(actor=cast.hua, group_id=first, now=NOON)
    retire_group(actor=cast.hua, group_id=second, now=NOON)
    ways.tend(cast)
    assert made["way-1"].room_keys == (f"group-{third}",)
    assert ways.door(cast, opened.door_id).due_at is None


def test_when_all_are_full_a_person_is_asked_for_the_next_once(
    cast: Cast, made: dict[str, Way]
) -> None:
    only = _seeds(cast, "尝鲜群", seats_cap=1)
    opened = ways.opened(cast, group_id=only)
    other = ways.opened(cast, place="N-1")
    make.member(cast.oyang, only)
    ways.tend(cast)
    with scope.reading(cast.hua):
        (following,) = Group.objects.filter(layer="consumer").exclude(pk=only)
        assert (following.name, following.life) == ("尝鲜群2", "planned")
        assert following.owner_person_id == Group.objects.get(pk=only).owner_person_id
        assert Request.objects.get(kind="create").group_id == following.pk
    assert ways.door(cast, opened.door_id).group_ids == []
    _set(cast, following.pk, platform_key="room-2", life="inviting")
    doorkeeping.look_over(system_actor(cast.ids["brand"]), NOON)
    ways.tend(cast)
    for door_id in (opened.door_id, other.door_id):
        assert ways.door(cast, door_id).group_ids == [following.pk]


def test_a_platform_in_trouble_is_asked_later_and_its_cap_is_kept(
    cast: Cast, made: dict[str, Way]
) -> None:
    group = _seeds(cast, "尝鲜群")
    ways.TROUBLES.append(PlatformTrouble(permanent=False))
    opened = ways.opened(cast, group_id=group)
    door = ways.door(cast, opened.door_id)
    assert door.due_at is not None
    assert (door.way_key, door.tries, bool(door.problem)) == ("", 1, True)
    with scope.writing(cast.hua):
        Door.objects.update(due_at=NOON)
    ways.tend(cast)
    door = ways.door(cast, opened.door_id)
    assert (door.way_key, door.due_at, door.problem) == ("way-1", None, "")
    doors = [ways.opened(cast, group_id=group, name=f"{n}") for n in range(3)]
    assert ways.door(cast, doors[-1].door_id).problem == "too_many_doors"
    assert len(made) == 3


def test_one_that_looks_only_opens_none(cast: Cast) -> None:
    group = make.group(cast.ids["brand"], "东片群", territory_id=cast.ids["PA"])
    with pytest.raises(NotFound):
        open_door(actor=cast.wai, door=NewDoor(group_id=group), now=NOON)
    with pytest.raises(NotFound):
        open_door(actor=cast.rong, door=NewDoor(territory_id=cast.ids["PB"]), now=NOON)
    with pytest.raises((Forbidden, NotFound)):
        open_door(actor=cast.oyang, door=NewDoor(territory_id=cast.ids["PA"]), now=NOON)
    for door, field in (
        (NewDoor(group_id=group, source="nowhere"), "source"),
        (NewDoor(group_id=group, name="长" * 31), "name"),
        (NewDoor(), "territory_id"),
    ):
        with pytest.raises(DoorUnsound) as refused:
            open_door(actor=cast.hua, door=door, now=NOON)
        assert refused.value.facts["field"] == field


@pytest.mark.parametrize(
    ("name", "taken", "following"),
    [
        ("东片·2群", set(), "东片·3群"),
        ("种子用户群", {"种子用户群2"}, "种子用户群3"),
        ("长" * 40, set(), "长" * 39 + "2"),
    ],
)
def test_the_next_group_is_called_by_the_next_number(
    name: str, taken: set[str], following: str
) -> None:
    assert rules.next_name(name, taken) == following
