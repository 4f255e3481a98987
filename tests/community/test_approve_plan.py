"""Approving a plan, for those above its part."""

import pytest

from qunlian.community import edits
from qunlian.community.actions.approve_plan import approve_plan
from qunlian.community.actions.rename_plan_group import PlanRename, rename_plan_group
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.community import plans


def test_a_manager_approves_her_part_and_it_is_closed_to_edits(cast: Cast) -> None:
    plan_id = plans.planned(cast.guan, territory_id=cast.ids["N"])
    with pytest.raises(Forbidden):
        approve_plan(actor=cast.guan, plan_id=plan_id, version=0, now=NOON)
    approve_plan(actor=cast.ma, plan_id=plan_id, version=0, now=NOON)
    assert plans.row(cast.ids["brand"], plan_id).approved_by == cast.ma.account_id
    with pytest.raises(edits.PlanNotOpen):
        rename_plan_group(
            actor=cast.hua,
            rename=PlanRename(plan_id=plan_id, version=0, number=1, name="x"),
            now=NOON,
        )


def test_only_what_was_looked_at(cast: Cast) -> None:
    plan_id = plans.planned(cast.hua)
    rename_plan_group(
        actor=cast.hua,
        rename=PlanRename(plan_id=plan_id, version=0, number=1, name="x"),
        now=NOON,
    )
    with pytest.raises(edits.PlanChanged):
        approve_plan(actor=cast.hua, plan_id=plan_id, version=0, now=NOON)


def test_the_whole_is_for_headquarters_only(cast: Cast) -> None:
    plan_id = plans.planned(cast.hua)
    for outsider in (cast.ma, cast.rong, cast.du, cast.wai):
        with pytest.raises(NotFound):
            approve_plan(actor=outsider, plan_id=plan_id, version=0, now=NOON)
