"""Moving stores of a plan by hand."""

import threading

import pytest
from django.db import connection

from qunlian.community import edits
from qunlian.community.actions import move_stores as module
from qunlian.community.actions.move_stores import StoreMove, StoresElsewhere, move_stores
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community import plans


def _move(plan_id: int, from_number: int, to_number: int, *store_ids: int, version: int = 0):
    return StoreMove(
        plan_id=plan_id,
        version=version,
        from_number=from_number,
        to_number=to_number,
        store_ids=store_ids,
    )


def test_a_store_changes_groups_and_both_are_measured_again(cast: Cast) -> None:
    plan_id = plans.small_groups(cast.hua)
    brand = cast.ids["brand"]
    before = plans.stores_by_group(brand, plan_id)
    store = min(before[1])
    edited = move_stores(actor=cast.hua, move=_move(plan_id, 1, 2, store), now=NOON)
    after = plans.stores_by_group(brand, plan_id)
    assert after[1] == before[1] - {store}
    assert after[2] == before[2] | {store}
    assert (edited.version, plans.sizes(brand, plan_id)[2]) == (1, 3)
    assert plans.groups(brand, plan_id)[1].is_edited


def test_an_emptied_group_leaves_the_plan(cast: Cast) -> None:
    plan_id = plans.small_groups(cast.hua)
    brand = cast.ids["brand"]
    both = plans.stores_by_group(brand, plan_id)[1]
    move_stores(actor=cast.hua, move=_move(plan_id, 1, 2, *both), now=NOON)
    assert plans.sizes(brand, plan_id) == {2: 4, 3: 1, 4: 2}


def test_not_over_the_hard_cap(cast: Cast) -> None:
    plan_id = plans.small_groups(cast.hua, hard=4)
    store = min(plans.stores_by_group(cast.ids["brand"], plan_id)[1])
    with pytest.raises(edits.NoSeats) as refused:
        move_stores(actor=cast.hua, move=_move(plan_id, 1, 2, store), now=NOON)
    assert (refused.value.facts["seats"], refused.value.facts["room"]) == (3, 2)


def test_refusals(cast: Cast) -> None:
    plan_id = plans.small_groups(cast.hua)
    groups = plans.stores_by_group(cast.ids["brand"], plan_id)
    store = min(groups[1])
    for move, refusal in (
        (_move(plan_id, 1, 3, store), edits.NotSamePatch),
        (_move(plan_id, 1, 9, store), NotFound),
        (_move(plan_id, 1, 2), StoresElsewhere),
        (_move(plan_id, 1, 2, min(groups[2])), StoresElsewhere),
        (_move(plan_id, 1, 2, store, version=7), edits.PlanChanged),
        (_move(0, 1, 2, store), NotFound),
    ):
        with pytest.raises(refusal):
            move_stores(actor=cast.hua, move=move, now=NOON)
    for outsider in (cast.song, cast.rong, cast.du, cast.wai, cast.ma):
        with pytest.raises(NotFound):
            move_stores(actor=outsider, move=_move(plan_id, 1, 2, store), now=NOON)


def _race(cast: Cast, plan_id: int) -> list[str]:
    """Two people move different stores at once, both upon version 0."""
    stores = sorted(plans.stores_by_group(cast.ids["brand"], plan_id)[1])
    start = threading.Barrier(2)
    told: list[str] = []

    def edit(store_id: int) -> None:
        try:
            start.wait(timeout=10)
            move_stores(actor=cast.hua, move=_move(plan_id, 1, 2, store_id), now=NOON)
            told.append("moved")
        except (edits.PlanChanged, edits.NoSeats, StoresElsewhere) as refusal:
            told.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=[store]) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def test_of_two_who_edit_at_once_the_second_is_told(cast: Cast) -> None:
    plan_id = plans.small_groups(cast.hua)
    assert _race(cast, plan_id) == ["community.plan_changed", "moved"]
    assert plans.sizes(cast.ids["brand"], plan_id) == {1: 1, 2: 3, 3: 1, 4: 2}


@pytest.mark.negative_control
def test_without_the_guard_the_race_corrupts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_id = plans.small_groups(cast.hua)
    both_in = threading.Barrier(2)

    def unguarded(actor, plan_id, version):
        from qunlian.community import access

        plan = access.plan_for(actor, plan_id)
        both_in.wait(timeout=10)
        return plan

    monkeypatch.setattr(edits, "open_plan", unguarded)
    told = _race(cast, plan_id)
    sizes = plans.sizes(cast.ids["brand"], plan_id)
    kept = {
        number: len(stores)
        for number, stores in plans.stores_by_group(cast.ids["brand"], plan_id).items()
    }
    assert told == ["moved", "moved"]
    assert sizes != kept or sizes != {1: 1, 2: 3, 3: 1, 4: 2}
    assert module.move_stores is move_stores
