"""Decline voluntary moves of a plan from the groups there are."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.community import edits
from qunlian.community.models import Plan, PlanGroup, PlanStore
from qunlian.community.rules.moves import WISHED
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict


class MoveMustBe(Conflict):
    """One of these moves must be, or is no move any more; look at the plan again."""

    code: ClassVar[str] = "community.move_must_be"


@dataclass(frozen=True, slots=True, kw_only=True)
class MovesDeclined:
    """Which stores shall stay in the group they have."""

    plan_id: int
    version: int
    store_ids: tuple[int, ...]


def decline_moves(*, actor: Actor, declined: MovesDeclined, now: datetime) -> edits.PlanEdited:
    """
    Leave stores in the groups they have, where the plan only wishes that they move.

    :raises NotFound: no such plan within the actor's reach
    :raises PlanNotOpen: the plan is past editing
    :raises PlanChanged: made upon an older version
    :raises MoveMustBe: a store has to move, does not move, or came to another patch
    :raises NoSeats: the group it has would pass its hard cap
    """
    with scope.writing(actor):
        plan = edits.open_plan(actor, declined.plan_id, declined.version)
        homes = _homes(plan, set(declined.store_ids))
        changed: dict[int, PlanGroup] = {}
        for home, places in homes:
            edits.room_for(home, home.seats + sum(place.seats for place in places))
            changed[home.pk] = home
            changed |= {place.plan_group_id: place.plan_group for place in places}
        for home, places in homes:
            stores = [place.store_id for place in places]
            edits.put(PlanStore.objects.filter(plan=plan, store_id__in=stores), home)
        edits.recount(plan, edits.without_emptied(plan, changed.values()))
        journal.record(
            "community.moves_declined",
            actor=actor,
            at=now,
            about={"plan": [plan.pk], "store": sorted(set(declined.store_ids))},
        )
        numbers = sorted(group.number for group in changed.values())
        return edits.close(plan, numbers, now)


def _homes(plan: Plan, store_ids: set[int]) -> list[tuple[PlanGroup, list[PlanStore]]]:
    """Return the groups that the stores have, each with its stores that should stay."""
    places = list(
        PlanStore.objects.filter(plan=plan, store_id__in=store_ids, reason__in=WISHED)
        .select_related("plan_group")
        .order_by("store_id")
    )
    present = {place.from_group_id for place in places}
    homes = {
        group.present_id: group
        for group in PlanGroup.objects.filter(plan=plan, present_id__in=present)
    }
    found: dict[int, tuple[PlanGroup, list[PlanStore]]] = {}
    for place in places:
        home = homes.get(place.from_group_id)
        if home is not None and home.territory_id == place.plan_group.territory_id:
            found.setdefault(home.pk, (home, []))[1].append(place)
    if not store_ids or sum(len(stay) for _, stay in found.values()) != len(store_ids):
        raise MoveMustBe(plan=plan.pk)
    return list(found.values())
