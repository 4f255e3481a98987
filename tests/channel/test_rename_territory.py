"""A territory gets another name."""

from qunlian.channel.actions.rename_territory import rename_territory
from tests.cast_words import NOON, Cast


def test_a_territory_is_renamed(cast: Cast) -> None:
    done = rename_territory(
        actor=cast.hua, territory_id=cast.ids["PA"], code="PA9", name="东片", now=NOON
    )
    assert (done.code, done.name) == ("PA9", "东片")
