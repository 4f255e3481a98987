"""A company's groups on the sandbox are adopted: people, owners and stores as the company has them, in bad weather too."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from qunlian.community import listing
from qunlian.community.actions.adopt_rooms import Adoption, adopt_rooms
from qunlian.community.models import FoundRoom, HandleView, Member, Occupant
from qunlian.community.queries.rooms import list_rooms, room_counts
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, Role, system_actor
from qunlian.kernel.errors import PlatformTrouble
from qunlian.sandboxes.wecom import Sandbox, start
from tests import make
from tests.cast_words import Cast
from tests.platforms.worlds import connect

REPS = 3


@pytest.fixture
def company(cast: Cast) -> Iterator[tuple[Actor, Sandbox]]:
    """A brand with the roster that belongs to a made-up company of twelve groups; nothing read yet."""
    sandbox = start(seed=3, weather="breeze")
    brand = system_actor(cast.ids["brand"])
    try:
        connect(sandbox, brand.enterprise_id, timeout_seconds=3, park_seconds=0.5)
        told = sandbox.post(
            "company", seed=3, staff=REPS, groups=12, customers_per_group=10, groups_of_leavers=0.1
        )
        _roster(brand, told["shops"])
        yield brand, sandbox
    finally:
        sandbox.stop()


def _roster(brand: Actor, shops: list[dict[str, Any]]) -> None:
    """A rep with a patch for each of the company's reps, and the shops they know."""
    root = make.territory(brand, None, "WE", "西南大区")
    patches = {}
    for number in range(1, REPS + 1):
        code = f"rep{number:04}"
        patch = make.territory(brand, root, f"WE{number}", f"蓝河{number}片", is_patch=True)
        make.staff(brand, code, f"业务{number}", Role.REP, covers=patch)
        patches[code] = patch
    for number, shop in enumerate(shops):
        store = make.store(brand, f"WE{number:05}", shop["shop"], patches[shop["userid"]])
        make.store_owner(brand, store, shop["owner"], f"+86{shop['phone']}")


def _read_all(brand: Actor) -> int:
    """List and read until nothing stands in the way, as the worker does."""
    for _ in range(20):
        try:
            return listing.list_and_read(brand, "wecom")
        except PlatformTrouble:
            time.sleep(0.5)
    raise AssertionError("never read")


def _seats(brand: Actor) -> dict[str, set[str]]:
    """Room → the accounts that sit there, as we have it."""
    seats: dict[str, set[str]] = {}
    with scope.reading(brand):
        keys = dict(HandleView.objects.values_list("pk", "key"))
        for room_key, handle_id in Occupant.objects.values_list("room__room_key", "handle_id"):
            seats.setdefault(room_key, set()).add(keys[handle_id])
    return seats


def _truth(sandbox: Sandbox) -> dict[str, set[str]]:
    groups = sandbox.get("truth")["groups"]
    return {group["chat_id"]: {one["id"] for one in group["members"]} for group in groups}


def test_a_company_is_adopted_and_followed(cast: Cast, company: tuple[Actor, Sandbox]) -> None:
    brand, sandbox = company
    assert _read_all(brand) == 12
    assert _seats(brand) == _truth(sandbox)
    counts = room_counts(cast.hua)
    assert counts.people == sandbox.get("truth")["counts"]["customer_seats"]
    assert counts.bound >= 0.6 * counts.people
    leavers = counts.views["unknown"]
    assert leavers == sandbox.get("truth")["counts"]["groups_of_leavers"]
    clear = list_rooms(cast.hua, view="clear").rows
    assert len(clear) == 12 - leavers
    assert {row.layer for row in clear} == {"store"}
    adoptions = [Adoption(room_id=row.room_id) for row in clear]
    done = adopt_rooms(actor=cast.hua, adoptions=adoptions, now=make.NOON)
    assert len(done.groups) == len(clear)

    gone = sandbox.get("truth")["groups"][-1]
    leaving = next(one["id"] for one in gone["members"] if not one["is_staff"])
    sandbox.post("people/leave_group", chat_id=gone["chat_id"], member=leaving)
    time.sleep(0.5)  # its reads are a little late
    _read_all(brand)
    truth = _truth(sandbox)
    assert _seats(brand) == truth
    with scope.reading(brand):
        for room in FoundRoom.objects.exclude(group=None):
            seated = Member.objects.filter(group=room.group_id, left_at=None).count()
            assert seated == len(truth[room.room_key])
