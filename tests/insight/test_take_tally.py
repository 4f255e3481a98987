"""take_tally: each territory counted once a day, within reach, by enterprise."""

from datetime import timedelta

import pytest

from qunlian.channel.actions.close_store import close_store
from qunlian.insight.actions import take_tally as tallies
from qunlian.insight.actions.take_tally import take_tally
from qunlian.insight.queries.coverage import change_of_share, coverage
from qunlian.insight.queries.freshness import is_tally_due
from qunlian.insight.queries.kinds import coverage_by_kind
from qunlian.insight.rules import rest_after
from qunlian.kernel.actor import system_actor
from tests.cast_words import NOON, TODAY, Cast


def test_it_counts_the_stores_of_each_territory(cast: Cast) -> None:
    machinery = system_actor(cast.ids["brand"])

    assert take_tally(actor=machinery, now=NOON).territories == 4

    assert coverage(cast.hua, TODAY).stores == 7
    assert coverage(cast.rong, TODAY).stores == 4
    assert coverage(cast.song, TODAY).stores == 3
    assert coverage(cast.wai, TODAY).stores == 0


def test_a_second_count_of_a_day_replaces_the_first(cast: Cast) -> None:
    machinery = system_actor(cast.ids["brand"])
    take_tally(actor=machinery, now=NOON)
    take_tally(actor=machinery, now=NOON + timedelta(hours=1))
    assert coverage(cast.hua, TODAY).stores == 7


def test_a_day_before_the_newest_counts_territories_alone(cast: Cast) -> None:
    machinery = system_actor(cast.ids["brand"])
    take_tally(actor=machinery, now=NOON - timedelta(days=1), is_newest=False)
    assert coverage(cast.hua, TODAY).stores == 7
    assert coverage_by_kind(cast.hua, None) == ()
    take_tally(actor=machinery, now=NOON)
    assert coverage_by_kind(cast.hua, None) != ()


def test_a_distributor_is_counted_live(cast: Cast) -> None:
    counted = coverage(cast.du, TODAY)
    assert (counted.stores, counted.live, counted.share) == (2, 0, 0)


def test_without_a_count_there_is_no_change_to_tell(cast: Cast) -> None:
    assert change_of_share(cast.hua, TODAY) is None


def test_a_count_is_due_until_it_is_taken(cast: Cast) -> None:
    machinery = system_actor(cast.ids["brand"])
    assert is_tally_due(machinery, NOON)
    take_tally(actor=machinery, now=NOON)
    assert not is_tally_due(machinery, NOON)


def test_a_long_count_rests_thirty_times_its_length(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    machinery = system_actor(cast.ids["brand"])
    monkeypatch.setattr(tallies, "_TOOK", "SELECT 6000")
    take_tally(actor=machinery, now=NOON)
    close_store(actor=cast.hua, store_id=cast.ids["A1"], now=NOON + timedelta(seconds=1))
    assert not is_tally_due(machinery, NOON + timedelta(seconds=179))
    assert is_tally_due(machinery, NOON + timedelta(seconds=180))


def test_the_rest_is_a_share_of_the_time_and_never_longer_than_half_an_hour() -> None:
    assert rest_after(timedelta(0)) == timedelta(0)
    assert rest_after(timedelta(seconds=2)) == timedelta(minutes=1)
    assert rest_after(timedelta(hours=1)) == timedelta(minutes=30)
