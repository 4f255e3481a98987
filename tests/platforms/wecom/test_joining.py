"""Joining on the sandbox: by a store's poster and by a place's, into the next group when one is full."""

from collections.abc import Iterator

import pytest
from django.test import Client

from qunlian.channel.steps import public_code
from qunlian.community import doorkeeping, listing
from qunlian.community.actions.adopt_rooms import Adoption, adopt_rooms
from qunlian.community.actions.open_door import NewDoor, open_door
from qunlian.community.models import Door, FoundRoom, Group, GroupStore, Member
from qunlian.community.queries.doors import sources_of
from qunlian.kernel import clock, scope
from qunlian.kernel.actor import system_actor
from qunlian.sandboxes.wecom import Sandbox, start
from tests import make
from tests.cast_words import Cast
from tests.platforms.worlds import connect


@pytest.fixture
def company(cast: Cast) -> Iterator[Sandbox]:
    """A company whose rep R1 is ours, with no group yet."""
    sandbox = start(seed=5)
    try:
        connect(sandbox, cast.ids["brand"])
        sandbox.post("people/hire", userid="R1", name="荣业务")
        yield sandbox
    finally:
        sandbox.stop()


def _adopted(cast: Cast, sandbox: Sandbox, name: str, layer: str = "store") -> int:
    """A group of Rong's in patch A, made on his phone and adopted."""
    sandbox.post("people/make_group", userid="R1", name=name)
    _read(cast)
    brand = system_actor(cast.ids["brand"])
    with scope.reading(brand):
        row = FoundRoom.objects.get(name=name)
    adoption = Adoption(
        room_id=row.pk, layer=layer, territory_id=cast.ids["PA"], steward_staff_id=cast.ids["R1"]
    )
    done = adopt_rooms(actor=cast.hua, adoptions=[adoption], now=make.NOON)
    return done.groups[row.pk]


def _read(cast: Cast) -> None:
    listing.list_and_read(system_actor(cast.ids["brand"]), "wecom")


def _tend(cast: Cast) -> None:
    while doorkeeping.tend_some(system_actor(cast.ids["brand"]), clock.now()):
        pass


def _scan(sandbox: Sandbox, door: Door, name: str) -> str:
    """Somebody scans the code that the page shows; returns the room he lands in."""
    person = sandbox.post("people/new_customer", name=name)["external_userid"]
    told = sandbox.post("people/scan", config_id=door.way_key, external_userid=person)
    return str(told["chat_id"])


def test_by_a_stores_poster_into_its_group_and_bound_to_it(cast: Cast, company: Sandbox) -> None:
    group_id = _adopted(cast, company, "石原东片老板群")
    brand, store = system_actor(cast.ids["brand"]), cast.ids["A3"]
    with scope.writing(brand):
        Group.objects.filter(pk=group_id).update(life="inviting")
        GroupStore.objects.create(
            enterprise_id=brand.enterprise_id,
            layer="store",
            store_id=store,
            group_id=group_id,
            since_at=make.NOON,
        )
        code = public_code(actor=brand, kind="store", target_id=store)
    phone, address = Client(), f"/m/j/{code}"
    phone.post(f"{address}/way?from=poster")
    _tend(cast)
    with scope.reading(brand):
        door = Door.objects.get(store_id=store)
    page = phone.get(f"{address}?from=poster")
    assert door.code_url.startswith(company.url)
    assert door.code_url in page.content.decode()
    _scan(company, door, "昵称看不出是谁")
    _read(cast)
    with scope.reading(brand):
        (stay,) = Member.objects.filter(group=group_id, left_at=None, role="member")
        assert (stay.store_id, stay.source, stay.door_id) == (store, "poster", door.pk)
        assert Group.objects.get(pk=group_id).life == "live"
        assert FoundRoom.objects.get(group=group_id).bound == 1
    assert [(one.source, one.people) for one in sources_of(cast.hua, group_id)] == [("poster", 1)]


def test_by_a_places_poster_and_on_into_the_next_group(cast: Cast, company: Sandbox) -> None:
    company.post("settings", join_way_seats=3)
    first = _adopted(cast, company, "东片种子用户群", layer="consumer")
    opened = open_door(
        actor=cast.hua,
        door=NewDoor(territory_id=cast.ids["PA"], source="event", name="品鉴会"),
        now=make.NOON,
    )
    _tend(cast)
    brand = system_actor(cast.ids["brand"])
    with scope.reading(brand):
        door = Door.objects.get(pk=opened.door_id)
    assert door.group_ids == [first]
    rooms = [_scan(company, door, f"客人{n}") for n in range(3)]
    assert rooms[0] == rooms[1] != rooms[2]  # two seats beside the owner's
    _read(cast)
    _tend(cast)
    with scope.reading(brand):
        following = Group.objects.get(platform_key=rooms[2])
        door = Door.objects.get(pk=opened.door_id)
        stays = Member.objects.filter(door_id=door.pk, left_at=None).values_list("group", "source")
        assert sorted(stays) == [(first, "event"), (first, "event"), (following.pk, "event")]
    assert (following.layer, following.name) == ("consumer", "东片种子用户群2")
    assert following.territory_id == cast.ids["PA"]
    assert following.steward_staff_id == cast.ids["R1"]
    assert following.pk in door.group_ids
    _read(cast)
    with scope.reading(brand):
        assert Group.objects.filter(layer="consumer").count() == 2


def test_a_retired_group_is_taken_out_of_its_door(cast: Cast, company: Sandbox) -> None:
    from qunlian.community.actions.retire_group import retire_group

    groups = [_adopted(cast, company, f"东片种子{n}群", layer="consumer") for n in (1, 2)]
    opened = open_door(
        actor=cast.hua, door=NewDoor(territory_id=cast.ids["PA"], source="circle"), now=make.NOON
    )
    _tend(cast)
    retire_group(actor=cast.hua, group_id=groups[0], now=make.NOON)
    _tend(cast)
    with scope.reading(system_actor(cast.ids["brand"])):
        door = Door.objects.get(pk=opened.door_id)
        second = Group.objects.get(pk=groups[1])
    assert door.group_ids == [second.pk]
    (way,) = company.get("truth")["join_ways"]
    assert way["chat_ids"] == [second.platform_key]
    assert _scan(company, door, "客人") == second.platform_key
