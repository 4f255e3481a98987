"""Make one proposed group of two."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.community import edits
from qunlian.community.models import PlanStore
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMerge:
    """``from_number`` goes into ``into_number``, which keeps its name and team."""

    plan_id: int
    version: int
    from_number: int
    into_number: int


def merge_plan_groups(*, actor: Actor, merge: PlanMerge, now: datetime) -> edits.PlanEdited:
    """
    Put all stores of one proposed group into another of the same patch.

    :raises NotFound: no such plan or group within the actor's reach
    :raises PlanNotOpen: the plan is past editing
    :raises PlanChanged: made upon an older version
    :raises NotOfStores: a group is distributors' or seed users'
    :raises NotSamePatch: the groups belong to different patches
    :raises NoSeats: together they would pass the hard cap
    """
    with scope.writing(actor):
        plan = edits.open_plan(actor, merge.plan_id, merge.version)
        source = edits.group_of(plan, merge.from_number)
        target = edits.group_of(plan, merge.into_number)
        edits.same_patch(source, target)
        if source.pk != target.pk:
            edits.room_for(target, target.seats + source.seats)
            edits.put(PlanStore.objects.filter(plan=plan, plan_group=source), target)
            edits.recount(plan, edits.without_emptied(plan, [source, target]))
        journal.record(
            "community.plan_groups_merged",
            actor=actor,
            at=now,
            about={"plan": [plan.pk]},
            from_number=merge.from_number,
            into_number=merge.into_number,
        )
        return edits.close(plan, (merge.into_number,), now)
