"""The sure are bound at once, of the likely somebody is asked."""

import pytest

from qunlian.community.actions.find_bindings import find_bindings
from qunlian.community.actions.unbind_member import unbind_member
from qunlian.community.models import GroupStore
from qunlian.community.queries.bindings import bound_share, unbound_people
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from tests.cast_words import NOON, Cast
from tests.community import bound
from tests.community.bound import handle_of, store_of
from tests.community.outside import room, take_in


@pytest.fixture
def adopted(cast: Cast) -> tuple[int, int]:
    return bound.adopt(cast)


def test_the_sure_are_bound_and_the_others_proposed(cast: Cast, adopted: tuple[int, int]) -> None:
    room_id, group_id = adopted
    found = find_bindings(actor=system_actor(cast.ids["brand"]), room_id=room_id, now=NOON)
    assert (found.bound, found.proposed) == (1, 1)
    assert store_of(cast, group_id, "wm1") == cast.ids["A1"]
    share = bound_share(cast.hua, group_id)
    assert share is not None
    assert (share.people, share.bound) == (4, 1)
    with scope.reading(cast.hua):
        assert GroupStore.objects.get(store_id=cast.ids["A1"]).group_id == group_id
    first, *others = unbound_people(cast.rong, group_id)
    assert (first.name, first.proposals[0].code, first.proposals[0].signs) == (
        "欧阳店主", "A1", ("contact_name",),
    )  # fmt: skip
    assert [one.proposals for one in others] == [(), ()]


def test_looking_again_changes_nothing(cast: Cast, adopted: tuple[int, int]) -> None:
    machinery = system_actor(cast.ids["brand"])
    find_bindings(actor=machinery, room_id=adopted[0], now=NOON)
    again = find_bindings(actor=machinery, room_id=adopted[0], now=NOON)
    assert (again.bound, again.proposed) == (0, 1)


def test_what_was_refused_is_not_proposed_again(cast: Cast, adopted: tuple[int, int]) -> None:
    room_id, group_id = adopted
    machinery = system_actor(cast.ids["brand"])
    find_bindings(actor=machinery, room_id=room_id, now=NOON)
    for key in ("wm1", "wm4"):
        unbind_member(
            actor=cast.rong,
            group_id=group_id,
            handle_id=handle_of(cast, key),
            store_id=cast.ids["A1"],
            now=NOON,
        )
    again = find_bindings(actor=machinery, room_id=room_id, now=NOON)
    assert (again.bound, again.proposed) == (0, 0)
    assert all(one.proposals == () for one in unbound_people(cast.hua, group_id))


def test_what_nothing_speaks_for_any_more_is_proposed_no_longer(
    cast: Cast, adopted: tuple[int, int]
) -> None:
    room_id, group_id = adopted
    machinery = system_actor(cast.ids["brand"])
    find_bindings(actor=machinery, room_id=room_id, now=NOON)
    assert any(one.proposals for one in unbound_people(cast.hua, group_id))
    take_in(cast.hua, room("r1", people=bound.PEOPLE.replace("欧阳店主", "花开富贵")), minutes=1)
    find_bindings(actor=machinery, room_id=room_id, now=NOON)
    assert not any(one.proposals for one in unbound_people(cast.hua, group_id))
