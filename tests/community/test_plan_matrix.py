"""From a roster to proposed groups."""

import pytest

from qunlian.channel.models import Store
from qunlian.community import proposals
from qunlian.community.actions import plan_matrix as module
from qunlian.community.actions.draft_plan import draft_plan
from qunlian.community.actions.plan_matrix import plan_matrix
from qunlian.community.models import Plan, PlanStore
from qunlian.community.wishes import PlanWish
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community import plans


def test_each_store_in_exactly_one_group_of_its_patch_staffed(cast: Cast) -> None:
    ids = cast.ids
    plan_id = plans.planned(cast.hua)
    first, second = plans.groups(ids["brand"], plan_id)
    assert plans.stores_by_group(ids["brand"], plan_id) == {
        1: {ids["A1"], ids["A2"], ids["A3"], ids["A4"]},
        2: {ids["B1"], ids["B2"], ids["B3"]},
    }
    assert (first.name, second.name) == ("临江食品·石原东片·1群", "临江食品·石原西片·1群")
    assert (first.steward_staff_id, second.steward_staff_id) == (ids["R1"], ids["R2"])
    assert first.superior_staff_id == ids["M1"]
    assert first.second_superior_staff_id == ids["HQ1"]
    assert first.manager_staff_id == ids["G1"]
    assert (first.stores, first.seats, first.reserved, first.seats_cap) == (4, 4, 5, 500)
    summary = plans.row(ids["brand"], plan_id).summary
    assert set(summary["modes"]) == {"strict", "balanced", "fewest"}
    assert (summary["bound_soft"], summary["groups"], summary["without_steward"]) == (2, 2, 0)


def test_only_the_chosen_part_and_open_stores(cast: Cast) -> None:
    ids = cast.ids
    with scope.writing(system_actor(ids["brand"])):
        Store.objects.filter(pk=ids["B2"]).update(status="closed")
    plan_id = plans.planned(cast.ma, territory_id=ids["PB"])
    assert plans.stores_by_group(ids["brand"], plan_id) == {1: {ids["B1"], ids["B3"]}}


def test_seats_split_a_patch(cast: Cast) -> None:
    plan_id = plans.planned(cast.hua, seats_soft=4, reserved=2, minimum=1)
    sizes = [(g.territory_id, g.seats) for g in plans.groups(cast.ids["brand"], plan_id)]
    assert all(seats <= 2 for _, seats in sizes)
    assert sum(seats for _, seats in sizes) == 7


def test_names_with_sql_and_quotes_survive(cast: Cast) -> None:
    with scope.writing(system_actor(cast.ids["brand"])):
        Store.objects.filter(pk=cast.ids["A1"]).update(type='便,"利\n店\t\\N', management="")
    plan_id = plans.planned(cast.hua, mode="strict", minimum=0)
    types = {g.main_type for g in plans.groups(cast.ids["brand"], plan_id)}
    assert types == {'便,"利\n店\t\\N', "便利店"}


def test_no_stores_fails_with_its_reason(cast: Cast) -> None:
    with scope.writing(system_actor(cast.ids["brand"])):
        Store.objects.update(status="closed")
    plan_id = draft_plan(actor=cast.hua, wish=PlanWish(), now=NOON).plan_id
    assert plan_matrix(actor=cast.hua, plan_id=plan_id, now=NOON).state == "failed"
    assert plans.row(cast.ids["brand"], plan_id).problem == {"code": "no_stores"}


def test_a_store_larger_than_a_group_is_named(cast: Cast) -> None:
    with scope.writing(system_actor(cast.ids["brand"])):
        Store.objects.filter(pk=cast.ids["A2"]).update(expected_people=196)
    plan_id = draft_plan(actor=cast.hua, wish=PlanWish(), now=NOON).plan_id
    assert plan_matrix(actor=cast.hua, plan_id=plan_id, now=NOON).state == "failed"
    problem = plans.row(cast.ids["brand"], plan_id).problem
    assert problem == {"code": "store_too_large", "store_ids": [cast.ids["A2"]], "room": 195}


def test_cancel_stops_it_and_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_id = draft_plan(actor=cast.hua, wish=PlanWish(), now=NOON).plan_id
    with scope.writing(cast.hua):
        Plan.objects.filter(pk=plan_id).update(is_cancel_asked=True)
    assert plan_matrix(actor=cast.hua, plan_id=plan_id, now=NOON).state == "cancelled"
    assert plans.stores_by_group(cast.ids["brand"], plan_id) == {}


def test_killed_in_the_middle_it_begins_anew(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STORES_PER_BATCH", 1)
    plan_id = draft_plan(actor=cast.hua, wish=PlanWish(), now=NOON).plan_id
    real = proposals.add_rows
    calls = []

    def die_at_the_second(*args):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(proposals, "add_rows", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        plan_matrix(actor=cast.hua, plan_id=plan_id, now=NOON)
    assert plans.row(cast.ids["brand"], plan_id).state == "planning"
    monkeypatch.setattr(proposals, "add_rows", real)
    assert plan_matrix(actor=cast.hua, plan_id=plan_id, now=NOON).groups == 2
    with scope.reading(cast.hua):
        assert PlanStore.objects.filter(plan_id=plan_id).count() == 7


def test_a_worker_that_lost_its_plan_stops(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_id = draft_plan(actor=cast.hua, wish=PlanWish(), now=NOON).plan_id
    real = module._propose

    def lose_it(*known):
        made = real(*known)
        with scope.writing(cast.hua):
            Plan.objects.filter(pk=plan_id).update(lease_key="another")
        return made

    monkeypatch.setattr(module, "_propose", lose_it)
    with pytest.raises(proposals.WorkTaken):
        plan_matrix(actor=cast.hua, plan_id=plan_id, now=NOON)
    assert plans.stores_by_group(cast.ids["brand"], plan_id) == {}


def test_a_planned_plan_is_left_alone(cast: Cast) -> None:
    plan_id = plans.planned(cast.hua)
    before = plans.groups(cast.ids["brand"], plan_id)
    assert plan_matrix(actor=cast.hua, plan_id=plan_id, now=NOON).state == "planned"
    assert [g.pk for g in plans.groups(cast.ids["brand"], plan_id)] == [g.pk for g in before]


def test_another_enterprise_finds_no_plan(cast: Cast) -> None:
    plan_id = plans.planned(cast.hua)
    with pytest.raises(NotFound):
        plan_matrix(actor=system_actor(cast.ids["other"]), plan_id=plan_id, now=NOON)
