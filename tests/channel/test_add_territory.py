"""Territories are added below their parents."""

import pytest

from qunlian.channel.actions.add_territory import NewTerritory, add_territory
from qunlian.channel.models import Territory
from qunlian.channel.rules.entries import CodeRefused, TextRefused
from qunlian.channel.steps import CodeTaken
from qunlian.kernel import scope
from tests.cast_words import NOON, Cast


def paths(cast: Cast) -> dict[str, tuple[str, int]]:
    with scope.reading(cast.hua):
        return {row.code: (row.path, row.depth) for row in Territory.objects.all()}


def test_a_territory_is_added_below_its_parent(cast: Cast) -> None:
    new = NewTerritory(parent_id=cast.ids["N-1"], code="PC", name=" 石原  南片 ", is_patch=True)
    added = add_territory(actor=cast.hua, new=new, now=NOON)
    known = paths(cast)
    assert added.path == f"{known['N-1'][0]}{added.territory_id}/"
    assert known["PC"] == (added.path, 2)
    with pytest.raises(CodeTaken):
        add_territory(actor=cast.hua, new=new, now=NOON)


@pytest.mark.parametrize(
    ("code", "name", "refusal"),
    [("P C", "x", CodeRefused), ("", "x", CodeRefused), ("PC", " ", TextRefused)],
)
def test_what_cannot_be_kept_is_refused(
    cast: Cast, code: str, name: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        add_territory(
            actor=cast.hua, new=NewTerritory(parent_id=None, code=code, name=name), now=NOON
        )
