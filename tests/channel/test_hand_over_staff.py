"""A leaver hands everything over."""

from datetime import timedelta

import pytest

from qunlian.channel.actions.assign_territory import assign_territory
from qunlian.channel.actions.hand_over_staff import OwnSuccessor, hand_over_staff
from qunlian.channel.actions.move_distributor import move_distributor
from qunlian.channel.actions.move_territory import move_territory
from qunlian.channel.models import Staff, TerritoryAssignment
from qunlian.kernel import scope
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, TODAY, Cast


def test_a_leaver_hands_over_all_at_once(cast: Cast) -> None:
    done = hand_over_staff(
        actor=cast.hua, staff_id=cast.ids["M1"], successor_id=cast.ids["R1"], on=TODAY, now=NOON
    )
    assert done.territory_ids == (cast.ids["N"],)
    with scope.reading(cast.hua):
        assert Staff.objects.get(code="R2").superior_id == cast.ids["R1"]
        assert Staff.objects.get(code="R1").superior_id == cast.ids["HQ1"]
    with pytest.raises(OwnSuccessor):
        hand_over_staff(
            actor=cast.hua,
            staff_id=cast.ids["R1"],
            successor_id=cast.ids["R1"],
            on=TODAY,
            now=NOON,
        )


def test_an_outsider_finds_nothing(cast: Cast) -> None:
    with pytest.raises(NotFound):
        move_territory(actor=cast.wai, territory_id=cast.ids["PA"], parent_id=None, now=NOON)
    with pytest.raises(NotFound):
        move_distributor(actor=cast.wai, distributor_id=cast.ids["D2"], parent_id=None, now=NOON)
    with pytest.raises(NotFound):
        hand_over_staff(
            actor=cast.wai, staff_id=cast.ids["R1"], successor_id=cast.ids["R2"], on=TODAY, now=NOON
        )


def test_what_he_was_to_cover_later_is_handed_over_for_that_day(cast: Cast) -> None:
    later = TODAY + timedelta(days=30)
    assign_territory(
        actor=cast.hua,
        territory_id=cast.ids["PB"],
        staff_id=cast.ids["R1"],
        from_on=later,
        now=NOON,
    )
    hand_over_staff(
        actor=cast.hua, staff_id=cast.ids["R1"], successor_id=cast.ids["M1"], on=TODAY, now=NOON
    )
    with scope.reading(cast.hua):
        rows = TerritoryAssignment.objects.filter(staff_id=cast.ids["M1"]).order_by("from_on")
        found = [(row.territory_id, row.from_on, row.until_on) for row in rows]
    assert found[1:] == [(cast.ids["PA"], TODAY, None), (cast.ids["PB"], later, None)]
