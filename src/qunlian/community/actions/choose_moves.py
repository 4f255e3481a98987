"""Choose anew between few moves and best groups."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.community import edits
from qunlian.community.models import Plan
from qunlian.community.rules.moves import CHOICES
from qunlian.kernel import journal, queue, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid


class ChoiceUnknown(Invalid):
    """Choose one of the ways that the plan shows."""

    code: ClassVar[str] = "community.choice_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class MovesChoice:
    """Which of the ways (rules/moves.py) the plan shall take."""

    plan_id: int
    version: int
    choice: str


def choose_moves(*, actor: Actor, chosen: MovesChoice, now: datetime) -> edits.PlanEdited:
    """
    Let a worker plan again from the groups there are, the chosen way; what was declined is forgotten.

    :raises NotFound: no such plan within the actor's reach
    :raises PlanNotOpen: the plan is past editing
    :raises PlanChanged: made upon an older version
    :raises ChoiceUnknown: there is no such way, or the plan is one from scratch
    """
    with scope.writing(actor):
        plan = edits.open_plan(actor, chosen.plan_id, chosen.version)
        if not plan.is_again or chosen.choice not in CHOICES:
            raise ChoiceUnknown(field="choice")
        Plan.objects.filter(pk=plan.pk).update(
            choice=chosen.choice, state="waiting", stage="", steps_done=0
        )
        journal.record(
            "community.moves_chosen",
            actor=actor,
            at=now,
            about={"plan": [plan.pk]},
            choice=chosen.choice,
        )
        queue.enqueue("community.plan_matrix", enterprise_id=actor.enterprise_id, plan_id=plan.pk)
        return edits.close(plan, (), now)
