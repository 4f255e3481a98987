"""Set an approved plan to work."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.community import access, edits, proposals
from qunlian.community.models import Plan, PlanGroup, StaffView
from qunlian.community.queries.plans import count_without_account
from qunlian.kernel import journal, queue, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Forbidden


class NotApproved(Conflict):
    """This plan is not approved."""

    code: ClassVar[str] = "community.not_approved"


class NobodyToOwn(Conflict):
    """Groups need an owner at headquarters; add somebody of headquarters to the staff first."""

    code: ClassVar[str] = "community.nobody_to_own"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanApplying:
    """
    A plan that a worker will carry out.

    :ivar without_account: groups whose owner the platform does not know; they are made all the same
    """

    plan_id: int
    without_account: int = 0


def apply_plan(
    *, actor: Actor, plan_id: int, now: datetime, in_waves: bool = False
) -> PlanApplying:
    """
    Let a worker make the plan's groups; asked again after the work stopped, it goes on where it was.

    :param in_waves: its groups stay planned until a roll-out's wave lets them invite; it cannot be taken back
    :raises NotFound: no such plan within the actor's reach
    :raises Forbidden: the actor does not approve plans
    :raises NotApproved: the plan is not approved, or applied already
    :raises WorkTaken: a worker is at it
    :raises NobodyToOwn: headquarters has nobody on the staff
    :raises MatrixMoved: it starts from groups that another plan has changed since
    """
    with scope.writing(actor):
        access.plans_at_work(actor)
        plan = access.plan_to_change(actor, plan_id)
        if actor.role not in access.APPROVERS:
            raise Forbidden
        is_stuck = plan.lease_until is None or plan.lease_until < now
        if plan.state == "applying" and not is_stuck:
            raise proposals.WorkTaken(plan=plan_id)
        if plan.state not in ("approved", "applying"):
            raise NotApproved(plan=plan_id)
        if not StaffView.objects.filter(role="headquarters", left_on=None).exists():
            raise NobodyToOwn(plan=plan_id)
        if plan.state == "approved" and not _is_begun(plan):
            edits.still_true(plan)
        Plan.objects.filter(pk=plan_id).update(
            state="applying",
            stage="waiting",
            is_cancel_asked=False,
            is_in_waves=in_waves or plan.is_in_waves,
            lease_until=now + proposals.LEASE,
            changed_at=now,
        )
        journal.record("community.plan_apply_asked", actor=actor, at=now, about={"plan": [plan_id]})
        queue.enqueue(
            "community.carry_out_plan", enterprise_id=actor.enterprise_id, plan_id=plan_id
        )
        return PlanApplying(plan_id=plan_id, without_account=count_without_account(plan))


def _is_begun(plan: Plan) -> bool:
    """Tell whether a part of the plan was applied already, so that it goes on whatever else there is."""
    return PlanGroup.objects.filter(plan=plan).exclude(group_id=None).exists()
