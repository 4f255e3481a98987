"""A patch goes to another rep from a day on."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from qunlian.channel.actions.assign_territory import assign_territory
from qunlian.channel.models import TerritoryAssignment
from qunlian.channel.queries.actors import actor_of_account
from qunlian.kernel import clock, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden
from tests.cast_words import NOON, SINCE, Cast


def test_a_patch_goes_to_another_rep_from_a_day_on(cast: Cast) -> None:
    on = date(2026, 11, 21)
    done = assign_territory(
        actor=cast.ma, territory_id=cast.ids["PA"], staff_id=cast.ids["R2"], from_on=on, now=NOON
    )
    assert done.relieved == (cast.ids["R1"],)
    with scope.reading(cast.hua):
        past = TerritoryAssignment.objects.get(staff_id=cast.ids["R1"])
        assert (past.from_on, past.until_on) == (SINCE, on)
    for actor in (cast.rong, cast.ding):
        with pytest.raises(Forbidden):
            assign_territory(
                actor=actor,
                territory_id=cast.ids["PA"],
                staff_id=cast.ids["R1"],
                from_on=on,
                now=NOON,
            )


def _patches(who: Actor, moment: datetime) -> int:
    actor = actor_of_account(who.account_id or 0, now=moment)
    assert actor is not None
    return len(actor.reach.territory_paths)


def test_reach_begins_and_ends_with_the_day_in_china(cast: Cast) -> None:
    on = date(2026, 11, 25)
    assign_territory(
        actor=cast.ma, territory_id=cast.ids["PA"], staff_id=cast.ids["R2"], from_on=on, now=NOON
    )
    eve = datetime(2026, 11, 24, 15, 59, tzinfo=UTC)  # one minute to midnight in China
    assert (_patches(cast.rong, eve), _patches(cast.song, eve)) == (1, 1)
    midnight = eve + timedelta(minutes=1)
    assert (_patches(cast.rong, midnight), _patches(cast.song, midnight)) == (0, 2)


def _assign(cast: Cast, staff: str, on: date) -> None:
    assign_territory(
        actor=cast.hua,
        territory_id=cast.ids["PA"],
        staff_id=cast.ids[staff],
        from_on=on,
        now=NOON,
    )


def _times(cast: Cast) -> list[tuple[int, date, date | None]]:
    with scope.reading(cast.hua):
        rows = TerritoryAssignment.objects.filter(territory_id=cast.ids["PA"])
        return list(rows.order_by("from_on", "pk").values_list("staff_id", "from_on", "until_on"))


def test_a_change_before_a_planned_one_leaves_no_gap_and_no_two_at_once(cast: Cast) -> None:
    rong, song = cast.ids["R1"], cast.ids["R2"]
    later, sooner = date(2026, 12, 1), date(2026, 11, 25)
    _assign(cast, "R2", later)
    _assign(cast, "R2", sooner)
    assert _times(cast) == [(rong, SINCE, sooner), (song, sooner, None)]
    _assign(cast, "R1", later)
    assert _times(cast) == [(rong, SINCE, sooner), (song, sooner, later), (rong, later, None)]
    _assign(cast, "R1", sooner)
    assert _times(cast) == [(rong, SINCE, None)]


def test_his_page_shows_past_present_and_coming(
    cast: Cast, logged_in: Callable[[Actor], Client]
) -> None:
    today = clock.now().date()
    _assign(cast, "R2", today + timedelta(days=9))
    page = logged_in(cast.hua).get(f"/staff/{cast.ids['R2']}")
    assert [word for (word, _tone), _time in page.context["times"]] == ["将来", "现在"]
    page = logged_in(cast.hua).get(f"/territories/{cast.ids['PA']}")
    assert [word for (word, _tone), _time in page.context["covers"]] == ["将来", "现在"]
    assert page.context["node"].staff[0].staff_id == cast.ids["R1"]
