"""Asking for a matrix: who may, for what, on which terms."""

import pytest
from django.db import connection

from qunlian.community.actions.draft_plan import draft_plan
from qunlian.community.wishes import PartMissing, PlanWish, TermsUnsound
from qunlian.kernel import scope
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.community import plans


def test_headquarters_drafts_the_whole_and_a_job_waits(cast: Cast) -> None:
    drafted = draft_plan(actor=cast.hua, wish=PlanWish(name=" 首次 方案 "), now=NOON)
    plan = plans.row(cast.ids["brand"], drafted.plan_id)
    assert (plan.state, plan.name, plan.terms["soft"], plan.terms["hard"]) == (
        "waiting",
        "首次 方案",
        200,
        500,
    )
    with scope.reading(cast.hua), connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args->>'plan_id' FROM procrastinate_jobs")
        assert cursor.fetchall() == [("community.plan_matrix", str(drafted.plan_id))]
        cursor.execute("SELECT name, account_id FROM kernel_fact")
        assert cursor.fetchall() == [("community.plan_drafted", cast.hua.account_id)]


def test_a_manager_plans_her_part_only(cast: Cast) -> None:
    city = cast.ids["N-1"]
    assert draft_plan(actor=cast.ma, wish=PlanWish(territory_id=city), now=NOON).plan_id
    with pytest.raises(PartMissing):
        draft_plan(actor=cast.ma, wish=PlanWish(), now=NOON)
    with pytest.raises(NotFound):
        draft_plan(actor=cast.ma, wish=PlanWish(territory_id=cast.ids["X"]), now=NOON)


@pytest.mark.parametrize("who", ["rong", "du", "oyang"])
def test_others_do_not_plan(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        draft_plan(actor=getattr(cast, who), wish=PlanWish(), now=NOON)


@pytest.mark.parametrize(
    ("field", "wish"),
    [
        ("mode", {"mode": "wild"}),
        ("soft", {"seats_soft": 501}),
        ("soft", {"seats_soft": 0}),
        ("reserved", {"reserved": 200}),
        ("minimum", {"minimum": 196}),
        ("price", {"price": -1.0}),
        ("price", {"price": float("nan")}),
        ("template", {"template": "{brand}群"}),
        ("template", {"template": "{n}{owner.password}"}),
        ("template", {"template": "{n"}),
    ],
)
def test_unsound_terms_name_their_field(cast: Cast, field: str, wish: dict) -> None:
    with pytest.raises(TermsUnsound) as refused:
        draft_plan(actor=cast.hua, wish=PlanWish(**wish), now=NOON)
    assert refused.value.facts["field"] == field
