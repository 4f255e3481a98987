"""Making two proposed groups of one."""

import pytest

from qunlian.channel.models import Store
from qunlian.community import edits
from qunlian.community.actions.split_plan_group import (
    NothingToSplit,
    PlanSplit,
    split_plan_group,
)
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community import plans


def test_halved_by_likeness(cast: Cast) -> None:
    ids = cast.ids
    with scope.writing(system_actor(ids["brand"])):
        Store.objects.filter(pk__in=[ids["A1"], ids["A3"]]).update(size_fen=99_000_000)
    plan_id = plans.planned(cast.hua, mode="fewest")
    split_plan_group(
        actor=cast.hua, split=PlanSplit(plan_id=plan_id, version=0, number=1), now=NOON
    )
    halves = plans.stores_by_group(ids["brand"], plan_id)
    assert {frozenset(halves[1]), frozenset(halves[3])} == {
        frozenset({ids["A1"], ids["A3"]}),
        frozenset({ids["A2"], ids["A4"]}),
    }
    new = plans.groups(ids["brand"], plan_id)[-1]
    assert (new.name, new.steward_staff_id, new.seats) == (
        "临江食品·石原东片·1群·乙",
        ids["R1"],
        2,
    )


def test_chosen_stores_and_a_chosen_name(cast: Cast) -> None:
    ids = cast.ids
    plan_id = plans.planned(cast.hua)
    split = PlanSplit(
        plan_id=plan_id, version=0, number=1, store_ids=(ids["A2"], ids["B1"]), name="东片 老友群"
    )
    split_plan_group(actor=cast.hua, split=split, now=NOON)
    assert plans.stores_by_group(ids["brand"], plan_id)[3] == {ids["A2"]}
    assert plans.groups(ids["brand"], plan_id)[-1].name == "东片 老友群"


def test_refusals(cast: Cast) -> None:
    plan_id = plans.small_groups(cast.hua)
    for split, refusal in (
        (PlanSplit(plan_id=plan_id, version=0, number=3), NothingToSplit),
        (PlanSplit(plan_id=plan_id, version=0, number=1, name="长" * 41), edits.NameUnfit),
        (PlanSplit(plan_id=plan_id, version=3, number=1), edits.PlanChanged),
    ):
        with pytest.raises(refusal):
            split_plan_group(actor=cast.hua, split=split, now=NOON)
    with pytest.raises(NotFound):
        split_plan_group(
            actor=cast.wei, split=PlanSplit(plan_id=plan_id, version=0, number=1), now=NOON
        )
