"""Move stores of a plan from one group to another of the same patch."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db.models import Sum

from qunlian.community import edits
from qunlian.community.models import PlanStore
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict


class StoresElsewhere(Conflict):
    """Some of these stores are no longer in this group; look at it again."""

    code: ClassVar[str] = "community.stores_elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreMove:
    """Which stores go from which group to which; groups by their number in the plan."""

    plan_id: int
    version: int
    from_number: int
    to_number: int
    store_ids: tuple[int, ...]


def move_stores(*, actor: Actor, move: StoreMove, now: datetime) -> edits.PlanEdited:
    """
    Move stores between two groups of a patch; a group left without stores leaves the plan.

    :raises NotFound: no such plan or group within the actor's reach
    :raises PlanNotOpen: the plan is past editing
    :raises PlanChanged: made upon an older version
    :raises NotOfStores: a group is distributors' or seed users'
    :raises NotSamePatch: the groups belong to different patches
    :raises StoresElsewhere: a store is not in the group it should leave
    :raises NoSeats: the other group would pass its hard cap
    """
    with scope.writing(actor):
        plan = edits.open_plan(actor, move.plan_id, move.version)
        source = edits.group_of(plan, move.from_number)
        target = edits.group_of(plan, move.to_number)
        edits.same_patch(source, target)
        wanted = PlanStore.objects.filter(
            plan=plan, plan_group=source, store_id__in=set(move.store_ids)
        )
        seats = wanted.aggregate(sum=Sum("seats"))["sum"] or 0
        if not move.store_ids or wanted.count() != len(set(move.store_ids)):
            raise StoresElsewhere(plan=plan.pk)
        if source.pk != target.pk:
            edits.room_for(target, target.seats + seats)
        edits.put(wanted, target)
        edits.recount(plan, edits.without_emptied(plan, [source, target]))
        journal.record(
            "community.stores_moved_in_plan",
            actor=actor,
            at=now,
            about={"plan": [plan.pk], "store": sorted(set(move.store_ids))},
            from_number=move.from_number,
            to_number=move.to_number,
        )
        return edits.close(plan, (move.from_number, move.to_number), now)
