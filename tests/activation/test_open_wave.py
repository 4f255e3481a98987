"""Opening a wave after a look at those before."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection

from qunlian.activation import access
from qunlian.activation.actions.open_wave import (
    Look,
    LookMissing,
    WaveNotNext,
    WaveTooEarly,
    open_wave,
)
from qunlian.activation.models import Rollout
from qunlian.activation.queries.rollouts import results_of, stores_in_wave, waves_of
from qunlian.community import requests
from qunlian.community.models import Group
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import Forbidden, NotFound, Refusal
from qunlian.kernel.models import Fact
from tests.activation.make import WEEK, held_groups, opened, rolled_out
from tests.cast_words import NOON, Cast
from tests.commerce.shop import open_shop


def _lives(cast: Cast) -> dict[str, str]:
    with scope.reading(system_actor(cast.ids["brand"])):
        return dict(Group.objects.values_list("name", "life"))


def _settle(cast: Cast) -> None:
    while requests.settle_some(system_actor(cast.ids["brand"]), NOON):
        pass


def test_held_groups_begin_to_invite_with_their_wave(cast: Cast) -> None:
    held_groups(cast)
    rollout = rolled_out(cast, unit="group", bounds=(30, 100))
    _settle(cast)
    assert _lives(cast) == {"西片一群": "planned", "西片二群": "planned"}
    done = open_wave(actor=cast.ma, rollout_id=rollout, number=1, look=Look(), now=NOON)
    _settle(cast)
    assert done.groups == 1
    assert sorted(_lives(cast).values()) == ["inviting", "planned"]
    opened_group = stores_in_wave(cast.ma, rollout, 1).rows[0].group
    assert _lives(cast)[opened_group] == "inviting"


def test_the_next_wave_asks_for_a_look_and_keeps_what_was_seen(cast: Cast) -> None:
    held_groups(cast)
    rollout = rolled_out(cast)
    opened(cast, rollout)
    later = NOON + WEEK
    for look in (
        Look(),
        Look(seen_at=later),
        Look(seen_at=NOON - timedelta(hours=1), decision="好"),
        Look(seen_at=later + timedelta(hours=1), decision="好"),
    ):
        with pytest.raises(LookMissing):
            open_wave(actor=cast.ma, rollout_id=rollout, number=2, look=look, now=later)
    results = results_of(cast.ma, rollout, now=later)
    assert [(row.number, row.stores, row.joined) for row in results.rows] == [(1, 1, 0), (0, 2, 0)]
    good = Look(seen_at=results.taken_at, decision=" 回购好,  继续 ")
    open_wave(actor=cast.ma, rollout_id=rollout, number=2, look=good, now=later)
    second = waves_of(cast.ma, rollout)[1]
    assert (second.opened_at, second.decision) == (later, "回购好, 继续")
    assert [row.number for row in results_of(cast.ma, rollout, now=later).rows] == [1, 2, 0]


def test_an_early_wave_must_be_meant(cast: Cast) -> None:
    held_groups(cast)
    rollout = rolled_out(cast)
    opened(cast, rollout)
    soon = NOON + timedelta(days=2)
    look = Look(seen_at=soon, decision="等不及")
    with pytest.raises(WaveTooEarly):
        open_wave(actor=cast.ma, rollout_id=rollout, number=2, look=look, now=soon)
    meant = Look(seen_at=soon, decision="等不及", is_early=True)
    assert open_wave(actor=cast.ma, rollout_id=rollout, number=2, look=meant, now=soon).stores == 1


def test_waves_are_opened_in_order_once_by_those_who_may(cast: Cast) -> None:
    held_groups(cast)
    rollout = rolled_out(cast)
    with pytest.raises(WaveNotNext):
        open_wave(actor=cast.ma, rollout_id=rollout, number=2, look=Look(), now=NOON)
    with pytest.raises(Forbidden):
        open_wave(actor=cast.song, rollout_id=rollout, number=1, look=Look(), now=NOON)
    for outsider in (cast.rong, cast.du, cast.wai):
        with pytest.raises(NotFound):
            open_wave(actor=outsider, rollout_id=rollout, number=1, look=Look(), now=NOON)
    opened(cast, rollout)
    with pytest.raises(WaveNotNext):
        open_wave(actor=cast.ma, rollout_id=rollout, number=1, look=Look(), now=NOON)


def _race(cast: Cast, rollout: int, people: int = 4) -> list[str]:
    """All of them look, then open the first wave at once; what each was told."""
    together, told = threading.Barrier(people), []

    def run() -> None:
        try:
            together.wait(timeout=20)
            open_wave(actor=cast.ma, rollout_id=rollout, number=1, look=Look(), now=NOON)
            told.append("opened")
        except Refusal as refusal:
            told.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def _openings(cast: Cast) -> int:
    with scope.reading(cast.ma):
        return Fact.objects.filter(name="activation.wave_opened").count()


def test_four_open_a_wave_at_once_and_one_does(cast: Cast) -> None:
    held_groups(cast)
    rollout = rolled_out(cast)
    assert _race(cast, rollout) == ["activation.wave_not_next"] * 3 + ["opened"]
    assert _openings(cast) == 1


@pytest.mark.negative_control
def test_without_the_lock_a_wave_is_opened_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_groups(cast)
    rollout = rolled_out(cast)
    all_looked, real = threading.Barrier(4), access.may

    def unlocked(actor: Actor, rollout_id: int, **_: bool) -> Rollout:
        return access.rollouts_within(actor).get(pk=rollout_id)

    def look_together(actor: Actor, roles: object) -> None:
        real(actor, roles)
        with suppress(threading.BrokenBarrierError):
            all_looked.wait(timeout=3)

    monkeypatch.setattr(access, "rollout_for", unlocked)
    monkeypatch.setattr(access, "may", look_together)
    assert _race(cast, rollout).count("opened") > 1
    assert _openings(cast) > 1


def test_results_compare_the_invited_with_the_others(cast: Cast) -> None:
    from qunlian.commerce.actions.place_order import NewOrder, place_order
    from tests.community import make

    group, _ = held_groups(cast)
    shop = open_shop(cast)
    rollout = rolled_out(cast)
    opened(cast, rollout)
    store = stores_in_wave(cast.ma, rollout, 1).rows[0].store_id
    make.member(cast.song, group, store_id=store)
    wish = NewOrder(
        store_id=store, quantities=((shop.biscuits, 1),), pay_mode="cashier", request_key="one"
    )
    place_order(actor=cast.song, order=wish, now=NOON + timedelta(days=3))
    invited, others = results_of(cast.ma, rollout, now=NOON + timedelta(days=5)).rows
    assert (invited.joined, invited.active, invited.ordered, invited.ordered_before) == (1, 1, 1, 0)
    assert (others.stores, others.joined, others.ordered) == (2, 0, 0)


def test_a_plan_applied_in_waves_holds_its_groups_back(cast: Cast) -> None:
    from qunlian.activation.actions.draft_rollout import RolloutWish, draft_rollout
    from qunlian.activation.actions.rank_rollout import rank_rollout
    from qunlian.community.actions.apply_plan import apply_plan
    from qunlian.community.actions.carry_out_plan import carry_out_plan
    from tests.community.plans import approved, small_groups

    machinery = system_actor(cast.ids["brand"])
    plan = approved(cast.hua, small_groups(cast.hua))
    apply_plan(actor=cast.hua, plan_id=plan, now=NOON, in_waves=True)
    carry_out_plan(actor=machinery, plan_id=plan, now=NOON)
    _settle(cast)
    assert set(_lives(cast).values()) == {"planned"}
    wish = RolloutWish(bounds=(50, 100), unit="group")
    rollout = draft_rollout(actor=cast.hua, wish=wish, now=NOON).rollout_id
    rank_rollout(actor=machinery, rollout_id=rollout, now=NOON)
    done = open_wave(actor=cast.hua, rollout_id=rollout, number=1, look=Look(), now=NOON)
    _settle(cast)
    assert 0 < done.groups < len(_lives(cast))
    assert list(_lives(cast).values()).count("inviting") == done.groups
