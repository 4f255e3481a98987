"""A subtree moves whole, never below itself."""

import pytest

from qunlian.channel.actions.add_territory import NewTerritory, add_territory
from qunlian.channel.actions.move_territory import move_territory
from qunlian.channel.actions.rename_territory import rename_territory
from qunlian.channel.models import Territory
from qunlian.channel.steps import InsideItself
from qunlian.kernel import scope
from qunlian.kernel.errors import Forbidden
from tests.cast_words import NOON, Cast


def paths(cast: Cast) -> dict[str, tuple[str, int]]:
    with scope.reading(cast.hua):
        return {row.code: (row.path, row.depth) for row in Territory.objects.all()}


def test_a_subtree_moves_whole_and_never_below_itself(cast: Cast) -> None:
    root = add_territory(
        actor=cast.hua, new=NewTerritory(parent_id=None, code="S", name="华南"), now=NOON
    )
    moved = move_territory(
        actor=cast.hua, territory_id=cast.ids["N-1"], parent_id=root.territory_id, now=NOON
    )
    assert moved.moved == 3
    known = paths(cast)
    assert known["PA"] == (f"{root.path}{cast.ids['N-1']}/{cast.ids['PA']}/", 2)
    for parent in ("N-1", "PA"):
        with pytest.raises(InsideItself):
            move_territory(
                actor=cast.hua,
                territory_id=cast.ids["N-1"],
                parent_id=cast.ids[parent],
                now=NOON,
            )
    up = move_territory(actor=cast.hua, territory_id=cast.ids["PA"], parent_id=None, now=NOON)
    assert paths(cast)["PA"] == (up.path, 0)


@pytest.mark.parametrize("name", ["ma", "rong", "ding", "oyang"])
def test_only_headquarters_changes_the_tree(cast: Cast, name: str) -> None:
    actor = getattr(cast, name)
    with pytest.raises(Forbidden):
        move_territory(actor=actor, territory_id=cast.ids["PA"], parent_id=None, now=NOON)
    with pytest.raises(Forbidden):
        add_territory(actor=actor, new=NewTerritory(parent_id=None, code="Q", name="q"), now=NOON)
    with pytest.raises(Forbidden):
        rename_territory(actor=actor, territory_id=cast.ids["PA"], code="Q", name="q", now=NOON)
