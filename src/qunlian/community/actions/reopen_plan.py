"""Take an approval back, so that the plan can be edited again."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.community import access
from qunlian.community.models import Plan, PlanGroup
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Forbidden


class NotReopenable(Conflict):
    """Only an approved plan of which nothing was applied can be opened again."""

    code: ClassVar[str] = "community.not_reopenable"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReopened:
    """A plan that can be edited."""

    plan_id: int


def reopen_plan(*, actor: Actor, plan_id: int, now: datetime) -> PlanReopened:
    """
    Take an approval back.

    :raises NotFound: no such plan within the actor's reach
    :raises Forbidden: the actor does not approve
    :raises NotReopenable: it is not approved, or already applied in part
    """
    with scope.writing(actor):
        plan = access.plan_to_change(actor, plan_id)
        if actor.role not in access.APPROVERS:
            raise Forbidden
        begun = PlanGroup.objects.filter(plan=plan).exclude(group_id=None).exists()
        if plan.state != "approved" or begun:
            raise NotReopenable(plan=plan_id)
        Plan.objects.filter(pk=plan_id).update(
            state="planned", approved_by=None, approved_at=None, changed_at=now
        )
        journal.record("community.plan_reopened", actor=actor, at=now, about={"plan": [plan_id]})
        return PlanReopened(plan_id=plan_id)
