"""Putting stores in order, and cutting the order into waves."""

from qunlian.activation.actions.nominate_store import nominate_store
from qunlian.activation.actions.rank_rollout import rank_rollout
from qunlian.activation.queries.rollouts import stores_in_wave, waves_of
from qunlian.channel.models import Store
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from tests.activation.make import held_groups, only, opened, rolled_out
from tests.cast_words import NOON, Cast


def _closeness(cast: Cast, **closeness: int) -> None:
    with scope.writing(system_actor(cast.ids["brand"])):
        for code, value in closeness.items():
            Store.objects.filter(code=code).update(closeness=value)


def _codes(cast: Cast, rollout: int, number: int) -> list[str]:
    return [store.code for store in stores_in_wave(cast.ma, rollout, number).rows]


def test_the_best_suited_stores_come_first(cast: Cast) -> None:
    held_groups(cast)
    only(cast, closeness=1)
    _closeness(cast, B1=10, B2=90, B3=50)
    rollout = rolled_out(cast)
    assert [_codes(cast, rollout, n) for n in (1, 2, 3)] == [["B2"], ["B3"], ["B1"]]
    first, *_ = waves_of(cast.ma, rollout)
    assert (first.stores, first.groups, first.highest) == (1, 1, 90)
    again = rank_rollout(actor=system_actor(cast.ids["brand"]), rollout_id=rollout, now=NOON)
    assert again.stores == 3


def test_whole_groups_follow_the_mean_of_their_stores(cast: Cast) -> None:
    held_groups(cast)
    only(cast, closeness=1)
    _closeness(cast, B1=10, B2=90, B3=60)
    rollout = rolled_out(cast, unit="group", bounds=(30, 100))
    assert [_codes(cast, rollout, n) for n in (1, 2)] == [["B3"], ["B2", "B1"]]


def test_a_nomination_moves_a_store_ahead(cast: Cast) -> None:
    held_groups(cast)
    nominate_store(actor=cast.song, store_id=cast.ids["B3"], reason="带得动一条街", now=NOON)
    rollout = rolled_out(cast)
    assert _codes(cast, rollout, 1) == ["B3"]
    (store,) = stores_in_wave(cast.ma, rollout, 1).rows
    assert (store.nomination, store.activity) == (50, 0)


def test_a_store_waits_in_one_rollout_only(cast: Cast) -> None:
    held_groups(cast)
    first = rolled_out(cast)
    assert waves_of(cast.ma, rolled_out(cast)) == ()
    opened(cast, first)
    third = rolled_out(cast)
    assert len(_codes(cast, third, 1)) == 1
