"""Make a plan's groups, batch by batch."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from qunlian.channel.rules.staff import day_of
from qunlian.channel.steps.leaving import hold_staff
from qunlian.community import access, founding, proposals
from qunlian.community.models import Plan, PlanGroup, StaffView
from qunlian.community.queries.staffing import paths_and_names, staffing_of
from qunlian.kernel import journal, queue, scope, statistics
from qunlian.kernel.actor import Actor

GROUPS_PER_BATCH = 50
#: What a batch adds to.
GROWING = (
    "community_group",
    "community_group_store",
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
        owner = founding.Owner(person_id=_owner(actor))
    made, batches = 0, 0
    try:
        while batch := _next_batch(actor, plan_id, key, owner, now):
            made, batches = made + batch, batches + 1
            if batches & (batches - 1) == 0:  # after 1, 2, 4, 8 … batches the tables have doubled
                with scope.writing(actor):
                    statistics.refresh(*GROWING)
    except proposals.WorkCancelled:
        return _pause(actor, plan_id, key, made, now)
    return _finish(actor, plan_id, key, made, now)


def _owner(actor: Actor) -> int | None:
    """Return the person of headquarters' first account: the enterprise's own, and it stays."""
    first = StaffView.objects.filter(role="headquarters", left_on=None).order_by("pk").first()
    return first.person_id if first else None


def _next_batch(actor: Actor, plan_id: int, key: str, owner: founding.Owner, now: datetime) -> int:
    with scope.writing(actor):
        plan = proposals.hold(plan_id, key)
        todo = list(
            PlanGroup.objects.filter(plan=plan, group_id=None).order_by("number")[:GROUPS_PER_BATCH]
        )
        if not todo:
            return 0
        _keep_team(actor, todo)
        _staff_late(actor, todo, now)
        founding.found_groups(actor, plan, todo, owner, now)
        done = plan.steps_total - PlanGroup.objects.filter(plan=plan, group_id=None).count()
        Plan.objects.filter(pk=plan_id).update(steps_done=done)
        _settle_soon(actor)
    return len(todo)


def _keep_team(actor: Actor, todo: list[PlanGroup]) -> None:
    """Hold the team, so that nobody leaves amid the batch; who has left since the plan is none of it."""
    places = ("steward", "superior", "second_superior", "manager")
    fields = [f"{place}_staff_id" for place in places]
    named = {getattr(group, field) for group in todo for field in fields}
    here = hold_staff(actor, named - {None})
    for group in todo:
        for field in fields:
            if getattr(group, field) not in here:
                setattr(group, field, None)


def _staff_late(actor: Actor, todo: list[PlanGroup], now: datetime) -> None:
    """Give groups planned without a steward the rep whom their patch has got meanwhile, and who leads him."""
    alone = [group for group in todo if group.steward_staff_id is None]
    if not alone:
        return
    staffing, places = staffing_of(actor, on=day_of(now)), paths_and_names(actor)
    for group in alone:
        path, _name = places[group.territory_id]
        team = staffing.team_for(path)
        group.steward_staff_id = team.steward
        if team.steward is not None:
            group.superior_staff_id = group.superior_staff_id or team.superior
            group.second_superior_staff_id = group.second_superior_staff_id or team.second_superior
    PlanGroup.objects.bulk_update(
        alone, ["steward_staff_id", "superior_staff_id", "second_superior_staff_id"]
    )


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
        emptied = founding.retire_emptied(actor, plan, now)
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
        _settle_soon(actor)  # again: a job that waited may have looked before the last batch
    return PlanCarriedOut(plan_id=plan_id, state="applied", groups=made)
