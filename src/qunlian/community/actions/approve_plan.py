"""Approve a plan, so that it can be applied."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.community import access, edits
from qunlian.community.models import Plan
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanApproved:
    """A plan that may be applied."""

    plan_id: int
    version: int


def approve_plan(*, actor: Actor, plan_id: int, version: int, now: datetime) -> PlanApproved:
    """
    Say yes to the plan as it stands in ``version``; for headquarters and managers over its part.

    :raises NotFound: no such plan within the actor's reach
    :raises Forbidden: the actor plans, but does not approve
    :raises PlanNotOpen: it is not waiting for approval
    :raises PlanChanged: it was edited since
    :raises MatrixMoved: it starts from groups that another plan has changed since
    """
    with scope.writing(actor):
        plan = edits.open_plan(actor, plan_id, version)
        if actor.role not in access.APPROVERS:
            raise Forbidden
        edits.still_true(plan)
        Plan.objects.filter(pk=plan_id).update(
            state="approved", approved_by=actor.account_id, approved_at=now, changed_at=now
        )
        journal.record(
            "community.plan_approved",
            actor=actor,
            at=now,
            about={"plan": [plan_id]},
            version=version,
            groups=plan.summary.get("groups"),
        )
        return PlanApproved(plan_id=plan_id, version=version)
