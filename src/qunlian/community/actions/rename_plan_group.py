"""Give a proposed group another name."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.community import edits
from qunlian.community.models import PlanGroup
from qunlian.community.rules import names
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRename:
    """Which proposed group gets which name."""

    plan_id: int
    version: int
    number: int
    name: str


def rename_plan_group(*, actor: Actor, rename: PlanRename, now: datetime) -> edits.PlanEdited:
    """
    Name a proposed group by hand.

    :raises NotFound: no such plan or group within the actor's reach
    :raises PlanNotOpen: the plan is past editing
    :raises PlanChanged: made upon an older version
    :raises NameUnfit: the name is empty or too long
    """
    with scope.writing(actor):
        plan = edits.open_plan(actor, rename.plan_id, rename.version)
        group = edits.group_of(plan, rename.number)
        try:
            name = names.tidy(rename.name)
        except ValueError:
            raise edits.NameUnfit(name=rename.name[:80]) from None
        PlanGroup.objects.filter(pk=group.pk).update(name=name, is_edited=True)
        journal.record(
            "community.plan_group_renamed",
            actor=actor,
            at=now,
            about={"plan": [plan.pk]},
            number=group.number,
            old=group.name,
            new=name,
        )
        return edits.close(plan, (group.number,), now)
