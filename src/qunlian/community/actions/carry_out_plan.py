"""Make a plan's groups, batch by batch."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from qunlian.community import access, founding, founding_partners, placing, proposals, restaffing
from qunlian.community.founding_partners import found_partner_groups
from qunlian.community.models import Plan, PlanGroup
from qunlian.kernel import journal, queue, scope, statistics
from qunlian.kernel.actor import Actor

GROUPS_PER_BATCH = 50
#: What a batch adds to.
GROWING = (
    "community_group",
    "community_group_store",
    "community_group_distributor",
    "community_member",
    "community_request",
    "channel_public_code",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCarriedOut:
    """What the plan is now, and how many groups this run made."""

    plan_id: int
    state: str
    groups: int = 0


def carry_out_plan(*, actor: Actor, plan_id: int, now: datetime) -> PlanCarriedOut:
    """
    Make all groups of a plan that is being applied; the work of a background job.

    Each batch commits by itself under the plan's row and a key: a worker that was thought dead and
    lost the plan stops at its next batch. Run again after a crash, it goes on and ends with the plan.

    :raises NotFound: no such plan
    :raises WorkTaken: another worker took it over meanwhile
    """
    key = uuid.uuid4().hex
    with scope.writing(actor):
        plan = access.plan_to_change(actor, plan_id)
        if plan.state != "applying":
            return PlanCarriedOut(plan_id=plan_id, state=plan.state)
        total = PlanGroup.objects.filter(plan=plan).count()
        Plan.objects.filter(pk=plan_id).update(lease_key=key, stage="applying", steps_total=total)
    made, batches = 0, 0
    try:
        while batch := _next_batch(actor, plan_id, key, now):
            made, batches = made + batch, batches + 1
            if batches & (batches - 1) == 0:  # after 1, 2, 4, 8 … batches the tables have doubled
                with scope.writing(actor):
                    statistics.refresh(*GROWING)
    except proposals.WorkCancelled:
        return _pause(actor, plan_id, key, made, now)
    return _finish(actor, plan_id, key, made, now)


def _next_batch(actor: Actor, plan_id: int, key: str, now: datetime) -> int:
    with scope.writing(actor):
        plan = proposals.hold(plan_id, key)
        todo = list(
            PlanGroup.objects.filter(plan=plan, group_id=None).order_by("number")[:GROUPS_PER_BATCH]
        )
        if not todo:
            return 0
        restaffing.staff_again(actor, plan, todo, now)
        for layer, part in groupby(todo, key=attrgetter("layer")):
            if layer == placing.LAYER:
                founding.found_groups(actor, plan, list(part), now)
            else:
                found_partner_groups(actor, plan, list(part), now)
        done = plan.steps_total - PlanGroup.objects.filter(plan=plan, group_id=None).count()
        Plan.objects.filter(pk=plan_id).update(steps_done=done)
        _settle_soon(actor)
    return len(todo)


def _settle_soon(actor: Actor) -> None:
    queue.enqueue(
        "community.settle_requests",
        queueing_lock=f"community.settle_requests:{actor.enterprise_id}",
        enterprise_id=actor.enterprise_id,
    )


def _pause(actor: Actor, plan_id: int, key: str, made: int, now: datetime) -> PlanCarriedOut:
    with scope.writing(actor):
        Plan.objects.filter(pk=plan_id, lease_key=key).update(
            state="approved", stage="", is_cancel_asked=False, lease_until=None, changed_at=now
        )
    return PlanCarriedOut(plan_id=plan_id, state="approved", groups=made)


def _finish(actor: Actor, plan_id: int, key: str, made: int, now: datetime) -> PlanCarriedOut:
    with scope.writing(actor):
        plan = proposals.hold(plan_id, key)
        emptied = founding.retire_emptied(actor, plan, now) if "store" in plan.layers else []
        if "distributor" in plan.layers:
            emptied += founding_partners.retire_emptied(actor, plan, now)
        Plan.objects.filter(pk=plan_id).update(
            state="applied", stage="", lease_until=None, applied_at=now, changed_at=now
        )
        journal.record(
            "community.plan_applied",
            actor=actor,
            at=now,
            about={"plan": [plan_id]},
            groups=plan.steps_total,
            emptied=len(emptied),
        )
        queue.enqueue(
            "community.ask_invitations",
            queueing_lock=f"community.ask_invitations:{actor.enterprise_id}",
            enterprise_id=actor.enterprise_id,
        )
        _settle_soon(actor)  # again: a job that waited may have looked before the last batch
    return PlanCarriedOut(plan_id=plan_id, state="applied", groups=made)
