"""Stopping the work on a plan, or dropping it."""

import pytest

from qunlian.community.actions.cancel_plan import cancel_plan
from qunlian.community.actions.draft_plan import draft_plan
from qunlian.community.models import Plan
from qunlian.community.wishes import PlanWish
from qunlian.kernel import scope
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community import plans


def test_a_waiting_and_a_planned_plan_are_dropped(cast: Cast) -> None:
    waiting = draft_plan(actor=cast.hua, wish=PlanWish(), now=NOON).plan_id
    assert cancel_plan(actor=cast.hua, plan_id=waiting, now=NOON).state == "cancelled"
    plan_id = plans.planned(cast.hua)
    assert cancel_plan(actor=cast.hua, plan_id=plan_id, now=NOON).state == "cancelled"
    assert plans.groups(cast.ids["brand"], plan_id) == []


def test_a_worker_is_asked_to_stop(cast: Cast) -> None:
    plan_id = draft_plan(actor=cast.hua, wish=PlanWish(), now=NOON).plan_id
    with scope.writing(cast.hua):
        Plan.objects.filter(pk=plan_id).update(state="planning")
    assert cancel_plan(actor=cast.hua, plan_id=plan_id, now=NOON).state == "planning"
    assert plans.row(cast.ids["brand"], plan_id).is_cancel_asked


def test_not_found_for_outsiders(cast: Cast) -> None:
    plan_id = plans.planned(cast.hua)
    for outsider in (cast.ma, cast.rong, cast.wai):
        with pytest.raises(NotFound):
            cancel_plan(actor=outsider, plan_id=plan_id, now=NOON)
