"""Choosing anew between few moves and best groups."""

import pytest

from qunlian.channel.models import Enterprise
from qunlian.community.actions.choose_moves import ChoiceUnknown, MovesChoice, choose_moves
from qunlian.community.actions.draft_plan import draft_plan
from qunlian.community.actions.plan_matrix import plan_matrix
from qunlian.community.edits import PlanChanged
from qunlian.community.wishes import PlanWish, TermsUnsound
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community import plans


def _choose(cast: Cast, plan_id: int, choice: str, version: int = 0, who: str = "hua") -> None:
    chosen = MovesChoice(plan_id=plan_id, version=version, choice=choice)
    choose_moves(actor=getattr(cast, who), chosen=chosen, now=NOON)


def test_another_choice_is_planned_anew(cast: Cast) -> None:
    plans.applied(cast.hua, plans.small_groups(cast.hua))
    with scope.writing(cast.hua):
        Enterprise.objects.update(seats_soft=200)
    plan_id = plans.again(cast.hua, "must", minimum=0)
    assert plans.moves(cast.ids["brand"], plan_id) == {}
    _choose(cast, plan_id, "best")
    row = plans.row(cast.ids["brand"], plan_id)
    assert (row.state, row.choice, row.version) == ("waiting", "best", 1)
    plan_matrix(actor=system_actor(cast.ids["brand"]), plan_id=plan_id, now=NOON)
    assert plans.moves(cast.ids["brand"], plan_id)


def test_unknown_ways_older_versions_plans_from_scratch_outsiders(cast: Cast) -> None:
    fresh = plans.planned(cast.hua)
    for choice in ("usual", "wild", ""):
        with pytest.raises(ChoiceUnknown):
            _choose(cast, fresh, choice)
    with pytest.raises(PlanChanged):
        _choose(cast, fresh, "usual", version=3)
    with pytest.raises(NotFound):
        _choose(cast, fresh, "usual", who="wai")
    with pytest.raises(TermsUnsound):
        draft_plan(actor=cast.hua, wish=PlanWish(choice="wild"), now=NOON)
