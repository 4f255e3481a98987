"""Stop the work on a plan, or drop one that was never applied."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.community import access, proposals
from qunlian.community.models import Plan, PlanGroup
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict


class PlanStands(Conflict):
    """This plan has been applied, at least in part; plan again instead."""

    code: ClassVar[str] = "community.plan_stands"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCancelled:
    """What it is now; a worker in the middle stops after its current batch."""

    plan_id: int
    state: str


def cancel_plan(*, actor: Actor, plan_id: int, now: datetime) -> PlanCancelled:
    """
    Ask a worker to stop, or drop a plan that nobody works on.

    Applying stops between two batches and can be taken up again; what was applied stays.

    :raises NotFound: no such plan within the actor's reach
    :raises PlanStands: it is applied
    """
    with scope.writing(actor):
        plan = access.plan_to_change(actor, plan_id)
        if plan.state in ("planning", "applying"):
            Plan.objects.filter(pk=plan_id).update(is_cancel_asked=True)
        elif PlanGroup.objects.filter(plan=plan).exclude(group_id=None).exists():
            raise PlanStands(plan=plan_id)
        else:
            plan.state = "cancelled"
            Plan.objects.filter(pk=plan_id).update(state="cancelled", changed_at=now)
            proposals.forget_rows(actor.enterprise_id, plan_id)
        journal.record("community.plan_cancelled", actor=actor, at=now, about={"plan": [plan_id]})
        return PlanCancelled(plan_id=plan_id, state=plan.state)
