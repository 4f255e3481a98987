"""Joining the group of one's store."""

import itertools
import threading
from contextlib import suppress

import pytest
from django.db import connection

from qunlian.channel.models import Contact, Person
from qunlian.channel.steps import AlreadyEnlisted, NotAPhone
from qunlian.community import opening, steps
from qunlian.community.actions import join_group as module
from qunlian.community.actions.join_group import (
    Joining,
    NameMissing,
    PhoneMissing,
    StoreFull,
    join_group,
)
from qunlian.community.models import Group, Member, Request, Waiting
from qunlian.community.queries.groups import group_card
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import NotFound, Refusal
from tests.cast_words import NOON, Cast
from tests.community import make, ways
from tests.community.words import East


@pytest.fixture
def door(cast: Cast) -> Actor:
    return system_actor(cast.ids["brand"])


def _for(store_id: int, number: int = 1, **more) -> Joining:
    return Joining(target_id=store_id, name=f"店主{number}", phone=f"1390000{number:04}", **more)


def test_a_stranger_with_the_code_sits_in_his_stores_group(
    cast: Cast, door: Actor, two_groups: East
) -> None:
    joined = join_group(actor=door, joining=_for(cast.ids["A3"], source="poster"), now=NOON)
    assert (joined.group_id, joined.group_name, joined.is_new) == (
        two_groups.east,
        "东片一群",
        True,
    )
    with scope.reading(door):
        stay = Member.objects.get(person_id=joined.person_id)
    assert (stay.store_id, stay.source, stay.role) == (cast.ids["A3"], "poster", "member")
    assert group_card(cast.hua, two_groups.east).life == "live"
    with pytest.raises(AlreadyEnlisted):
        join_group(actor=door, joining=_for(cast.ids["A3"]), now=NOON)


def test_a_member_known_by_his_session_joins_for_another_store(
    cast: Cast, door: Actor, two_groups: East
) -> None:
    joining = Joining(target_id=cast.ids["B1"], member=cast.oyang)
    joined = join_group(actor=door, joining=joining, now=NOON)
    assert (joined.person_id, joined.group_id) == (cast.oyang.person_id, two_groups.west)
    again = join_group(actor=door, joining=joining, now=NOON)
    assert not again.is_new
    assert make.seats_taken(cast.ids["brand"], two_groups.west) == (1, 1)


def test_without_a_group_he_waits(cast: Cast, door: Actor) -> None:
    joined = join_group(actor=door, joining=_for(cast.ids["A3"]), now=NOON)
    assert joined.group_id is None
    with scope.reading(door):
        assert Waiting.objects.get().person_id == joined.person_id


def test_a_full_group_says_whom_to_ask_and_keeps_nothing(
    cast: Cast, door: Actor, two_groups: East
) -> None:
    with scope.writing(door):
        Group.objects.filter(pk=two_groups.east).update(seats_cap=3)
    with pytest.raises(steps.GroupFull) as refused:
        join_group(actor=door, joining=_for(cast.ids["A3"]), now=NOON)
    assert refused.value.facts == {"group": "东片一群", "seats_cap": 3, "steward": "荣业务"}
    with scope.writing(door):
        Group.objects.filter(pk=two_groups.east).update(seats_cap=4)
    join_group(actor=door, joining=_for(cast.ids["A3"]), now=NOON)


def _seeds(cast: Cast) -> int:
    place = cast.ids["N-1"]
    return make.group(cast.ids["brand"], "尝鲜群", territory_id=place, layer="consumer")


def test_a_consumer_joins_a_seed_group_by_its_own_code(
    cast: Cast, door: Actor, two_groups: East
) -> None:
    seeds = _seeds(cast)
    come = Joining(kind="group", target_id=seeds, name="小雨", phone="13900000021", source="poster")
    joined = join_group(actor=door, joining=come, now=NOON)
    assert (joined.group_id, joined.group_name, joined.is_new) == (seeds, "尝鲜群", True)
    with scope.reading(door):
        stay = Member.objects.get(person_id=joined.person_id)
        assert (stay.store_id, stay.source) == (None, "poster")
        assert not Contact.objects.filter(person_id=joined.person_id).exists()
    owner = Joining(kind="group", target_id=seeds, member=cast.oyang)
    assert join_group(actor=door, joining=owner, now=NOON).person_id == cast.oyang.person_id
    stranger = Joining(kind="group", target_id=two_groups.east, name="甲", phone="13900000022")
    with pytest.raises(NotFound):  # a store's group is open to its stores only
        join_group(actor=door, joining=stranger, now=NOON)


def test_a_consumer_gets_no_store_by_a_number_he_only_types(cast: Cast, door: Actor) -> None:
    with scope.writing(door):
        known = Person.objects.create(
            enterprise_id=door.enterprise_id, name="真店主", phone="+8613900000023", created_at=NOON
        )
    come = Joining(kind="group", target_id=_seeds(cast), name="小雨", phone="13900000023")
    joined = join_group(actor=door, joining=come, now=NOON)
    assert joined.person_id != known.pk
    with pytest.raises(AlreadyEnlisted):  # nor does a second with that number come in beside him
        join_group(actor=door, joining=come, now=NOON)


def test_refusals(cast: Cast, door: Actor, two_groups: East) -> None:
    store = cast.ids["A3"]
    for joining, refusal in (
        (Joining(target_id=store, phone="13900000001"), NameMissing),
        (Joining(target_id=store, name="甲"), PhoneMissing),
        (Joining(target_id=store, name="甲", phone="12"), NotAPhone),
        (_for(cast.ids["X1"]), NotFound),
    ):
        with pytest.raises(refusal):
            join_group(actor=door, joining=joining, now=NOON)


def test_a_leaked_code_does_not_fill_the_group(
    cast: Cast, door: Actor, two_groups: East, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_PER_STORE", 2)
    for number in (1, 2):
        join_group(actor=door, joining=_for(cast.ids["A3"], number), now=NOON)
    with pytest.raises(StoreFull):
        join_group(actor=door, joining=_for(cast.ids["A3"], 3), now=NOON)


def _race(cast: Cast, door: Actor, people: int) -> list[str]:
    start = threading.Barrier(people)
    told: list[str] = []

    def come(number: int) -> None:
        try:
            start.wait(timeout=20)
            store = cast.ids["A1"] if number % 2 else cast.ids["A3"]
            join_group(actor=door, joining=_for(store, number), now=NOON)
            told.append("in")
        except Refusal as refusal:
            told.append(refusal.code)
        except Exception as trouble:  # noqa: BLE001  (the negative control counts them)
            told.append(type(trouble).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=[number]) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_eight_race_for_three_seats(cast: Cast, door: Actor, two_groups: East) -> None:
    with scope.writing(door):
        Group.objects.filter(pk=two_groups.east).update(seats_cap=6)
    told = _race(cast, door, 8)
    assert sorted(told) == ["community.group_full"] * 5 + ["in"] * 3
    assert make.seats_taken(cast.ids["brand"], two_groups.east) == (6, 6)


@pytest.mark.negative_control
def test_without_the_guard_the_count_goes_wrong(
    cast: Cast, door: Actor, two_groups: East, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scope.writing(door):
        Group.objects.filter(pk=two_groups.east).update(seats_cap=6)
    all_looked = threading.Barrier(8)

    def look_then_write(group_id: int) -> None:
        group = Group.objects.get(pk=group_id)
        with suppress(threading.BrokenBarrierError):
            all_looked.wait(timeout=3)
        if group.seats_taken >= group.seats_cap:
            raise steps.GroupFull(group=group.name, seats_cap=group.seats_cap, steward="")
        Group.objects.filter(pk=group_id).update(seats_taken=group.seats_taken + 1)

    real = module.enlist_member

    def enlist(**facts):  # its lock on the store would let them in one by one
        facts["store_id"] = cast.ids[("A1", "A2", "A3", "A4", "B1", "B2", "B3")[next(turns) % 7]]
        return real(**facts)

    turns = itertools.count()
    monkeypatch.setattr(module, "enlist_member", enlist)
    monkeypatch.setattr(steps, "_take_seat", look_then_write)
    monkeypatch.setattr(module.founding, "placement_of", _unlocked)
    told = _race(cast, door, 8)
    counted, sitting = make.seats_taken(cast.ids["brand"], two_groups.east)
    assert told != ["in"] * 3 + ["community.group_full"] * 5
    assert sitting > 6 or counted != sitting


def _unlocked(store_id: int):
    from qunlian.community.models import GroupStore

    return GroupStore.objects.filter(layer="store", store_id=store_id).first()


def _by_door(door_id: int, number: int) -> Joining:
    return Joining(kind="door", target_id=door_id, name=f"客{number}", phone=f"1370000{number:04}")


def test_by_a_places_door_into_its_group_and_then_the_next(cast: Cast, door: Actor) -> None:
    seeds = _seeds(cast)
    with scope.writing(door):
        Group.objects.filter(pk=seeds).update(seats_cap=1)
    opened = ways.opened(cast, place="N", source="event", name="品鉴会")
    first = join_group(actor=door, joining=_by_door(opened.door_id, 1), now=NOON)
    second = join_group(actor=door, joining=_by_door(opened.door_id, 2), now=NOON)
    assert first.group_id == seeds
    with scope.reading(door):
        following = Group.objects.get(pk=second.group_id)
        stay = Member.objects.get(person_id=second.person_id)
        assert Request.objects.get(kind="create").group_id == following.pk
    assert (following.layer, following.territory_id) == ("consumer", cast.ids["N-1"])
    assert (stay.source, stay.door_id) == ("event", opened.door_id)
    ways.tend(cast)  # the next one is full, too: one seat; the one after it is ready
    with scope.reading(door):
        third = Group.objects.filter(layer="consumer").latest("pk").pk
    assert ways.door(cast, opened.door_id).group_ids == [third]
    assert third not in (seeds, following.pk)


def _race_by_door(cast: Cast, door: Actor, opened: int, people: int) -> list[object]:
    start, told = threading.Barrier(people), []

    def come(number: int) -> None:
        try:
            start.wait(timeout=20)
            told.append(join_group(actor=door, joining=_by_door(opened, number), now=NOON).group_id)
        except Exception as trouble:  # noqa: BLE001  (the negative control counts them)
            told.append(type(trouble).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=[number]) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_six_who_find_it_full_open_one_group(cast: Cast, door: Actor) -> None:
    seeds = _seeds(cast)
    opened = ways.opened(cast, group_id=seeds)
    with scope.writing(door):
        Group.objects.filter(pk=seeds).update(seats_cap=6, seats_taken=6)
    told = _race_by_door(cast, door, opened.door_id, 6)
    assert len(set(told)) == 1
    assert all(isinstance(one, int) for one in told)
    with scope.reading(door):
        assert Group.objects.filter(layer="consumer").count() == 2


@pytest.mark.negative_control
def test_without_holding_the_place_several_are_opened(
    cast: Cast, door: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = _seeds(cast)
    opened = ways.opened(cast, group_id=seeds)
    with scope.writing(door):
        Group.objects.filter(pk=seeds).update(seats_cap=6, seats_taken=6)
    all_looked = threading.Barrier(6)

    def not_held(group: Group) -> None:
        with suppress(threading.BrokenBarrierError):
            all_looked.wait(timeout=3)

    monkeypatch.setattr(opening, "hold", not_held)
    _race_by_door(cast, door, opened.door_id, 6)
    with scope.reading(door):
        assert Group.objects.filter(layer="consumer").count() > 2
