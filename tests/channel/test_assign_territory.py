"""A patch goes to another rep from a day on."""

from datetime import date

import pytest

from qunlian.channel.actions.assign_territory import assign_territory
from qunlian.channel.models import TerritoryAssignment
from qunlian.channel.queries.actors import actor_of_account
from qunlian.kernel import scope
from qunlian.kernel.errors import Forbidden
from tests.cast_words import NOON, TODAY, Cast


def test_a_patch_goes_to_another_rep_from_a_day_on(cast: Cast) -> None:
    on = date(2026, 11, 21)
    done = assign_territory(
        actor=cast.ma, territory_id=cast.ids["PA"], staff_id=cast.ids["R2"], from_on=on, now=NOON
    )
    assert done.relieved == (cast.ids["R1"],)
    with scope.reading(cast.hua):
        past = TerritoryAssignment.objects.get(staff_id=cast.ids["R1"])
        assert (past.from_on, past.until_on) == (TODAY, on)
    song = actor_of_account(cast.song.account_id or 0)
    assert song is not None
    assert len(song.reach.territory_paths) == 2
    for actor in (cast.rong, cast.ding):
        with pytest.raises(Forbidden):
            assign_territory(
                actor=actor,
                territory_id=cast.ids["PA"],
                staff_id=cast.ids["R1"],
                from_on=on,
                now=NOON,
            )
