"""A rep says whose store somebody in his group belongs to."""

import pytest

from qunlian.channel.models import Contact
from qunlian.community.actions.bind_member import bind_member
from qunlian.community.actions.unbind_member import unbind_member
from qunlian.kernel import scope
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community import bound
from tests.community.bound import handle_of, store_of
from tests.community.outside import person_of, room, take_in


@pytest.fixture
def adopted(cast: Cast) -> tuple[int, int]:
    return bound.adopt(cast)


def test_a_rep_says_whose_store_it_is_and_takes_it_back(
    cast: Cast, adopted: tuple[int, int]
) -> None:
    _, group_id = adopted
    handle_id = handle_of(cast, "wm3")
    bind_member(
        actor=cast.rong, group_id=group_id, handle_id=handle_id, store_id=cast.ids["A3"], now=NOON
    )
    assert store_of(cast, group_id, "wm3") == cast.ids["A3"]
    unbind_member(
        actor=cast.rong, group_id=group_id, handle_id=handle_id, store_id=cast.ids["A3"], now=NOON
    )
    assert store_of(cast, group_id, "wm3") is None
    person_id = person_of(cast.hua, "wm3")
    with scope.reading(cast.hua):
        assert not Contact.objects.filter(person_id=person_id).exists()


def test_refusals(cast: Cast, adopted: tuple[int, int]) -> None:
    _, group_id = adopted
    handle_id = handle_of(cast, "wm3")
    take_in(cast.hua, room("r2", people="wm9:别群的"))
    elsewhere = handle_of(cast, "wm9")
    for outsider in (cast.wai, cast.song):
        for action in (bind_member, unbind_member):
            with pytest.raises(NotFound):
                action(
                    actor=outsider,
                    group_id=group_id,
                    handle_id=handle_id,
                    store_id=cast.ids["A3"],
                    now=NOON,
                )
    with pytest.raises(NotFound):
        bind_member(
            actor=cast.rong, group_id=group_id, handle_id=handle_id,
            store_id=cast.ids["B1"], now=NOON,
        )  # fmt: skip
    for action in (bind_member, unbind_member):
        with pytest.raises(NotFound):
            action(
                actor=cast.hua,
                group_id=group_id,
                handle_id=elsewhere,
                store_id=cast.ids["A3"],
                now=NOON,
            )
