"""Make two proposed groups of one."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.community import edits
from qunlian.community.models import Plan, PlanGroup, PlanStore
from qunlian.community.rules import names
from qunlian.community.rules.likeness import Traits
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid


class NothingToSplit(Invalid):
    """A group of one store cannot be split."""

    code: ClassVar[str] = "community.nothing_to_split"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSplit:
    """
    Which group to split; ``store_ids`` go into the new one (empty: halved by likeness).

    An empty ``name`` makes one from the old.
    """

    plan_id: int
    version: int
    number: int
    store_ids: tuple[int, ...] = ()
    name: str = ""


def split_plan_group(*, actor: Actor, split: PlanSplit, now: datetime) -> edits.PlanEdited:
    """
    Move some stores of a proposed group, or its less alike half, into a new one with the same team.

    :raises NotFound: no such plan or group within the actor's reach
    :raises PlanNotOpen: the plan is past editing
    :raises PlanChanged: made upon an older version
    :raises NotOfStores: it is distributors' or seed users'
    :raises NothingToSplit: one of the two would be empty
    :raises NameUnfit: the new name is too long
    """
    with scope.writing(actor):
        plan = edits.open_plan(actor, split.plan_id, split.version)
        old = edits.group_of(plan, split.number)
        edits.same_patch(old)
        stores = dict(edits.stores_of(plan, [old])[old.pk])
        leaving = set(split.store_ids) & set(stores) or _less_alike_half(stores)
        if not leaving or len(leaving) == len(stores):
            raise NothingToSplit(plan=plan.pk)
        try:
            name = names.tidy(split.name or f"{old.name[: names.LONGEST - 2]}·乙")
        except ValueError:
            raise edits.NameUnfit(name=split.name) from None
        new = _beside(plan, old, name)
        edits.put(PlanStore.objects.filter(plan=plan, store_id__in=leaving), new)
        edits.recount(plan, [old, new])
        journal.record(
            "community.plan_group_split",
            actor=actor,
            at=now,
            about={"plan": [plan.pk]},
            number=old.number,
            new_number=new.number,
            stores=len(leaving),
        )
        return edits.close(plan, (old.number, new.number), now)


def _less_alike_half(stores: dict[int, Traits]) -> set[int]:
    from qunlian.community import matrix  # noqa: PLC0415  (the planner loads slowly)

    return matrix.less_alike_half(stores)


def _beside(plan: Plan, old: PlanGroup, name: str) -> PlanGroup:
    """Make an empty group with the patch, cap and team of another."""
    return PlanGroup.objects.create(
        enterprise_id=plan.enterprise_id,
        plan=plan,
        number=edits.next_number(plan),
        name=name,
        territory_id=old.territory_id,
        stores=0,
        seats=0,
        reserved=old.reserved,
        seats_cap=old.seats_cap,
        owner_staff_id=old.owner_staff_id,
        steward_staff_id=old.steward_staff_id,
        superior_staff_id=old.superior_staff_id,
        second_superior_staff_id=old.second_superior_staff_id,
        manager_staff_id=old.manager_staff_id,
        is_edited=True,
    )
