"""Choose by hand who looks after a proposed group, and whose account owns it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.community import edits, layered
from qunlian.community.models import Plan, PlanGroup, StaffView
from qunlian.community.queries.loads import managed_besides
from qunlian.community.rules.staffing import POSTS
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid

_FIELDS = tuple(post for post, _role in POSTS)


class NoSuchColleague(Invalid):
    """Choose colleagues who still work here."""

    code: ClassVar[str] = "community.no_such_colleague"


class OwnerMissing(Invalid):
    """A group always has an owner's account; choose one."""

    code: ClassVar[str] = "community.owner_missing"


class ManagerOverloaded(Conflict):
    """%(name)s manages %(groups)s groups already; nobody may manage more than %(most)s."""

    code: ClassVar[str] = "community.manager_overloaded"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStaffing:
    """Who takes which post of a proposed group: staff ids; None leaves a post empty."""

    plan_id: int
    version: int
    number: int
    owner_staff_id: int | None
    steward_staff_id: int | None
    superior_staff_id: int | None
    second_superior_staff_id: int | None
    manager_staff_id: int | None


def staff_plan_group(*, actor: Actor, staffing: PlanStaffing, now: datetime) -> edits.PlanEdited:
    """
    Give a proposed group another team before the plan is approved.

    :raises NotFound: no such plan or group within the actor's reach
    :raises PlanNotOpen: the plan is past editing
    :raises PlanChanged: made upon an older version
    :raises OwnerMissing: nobody is to own it
    :raises NoSuchColleague: somebody who is not, or no longer, of the staff
    :raises ManagerOverloaded: the group manager has as many groups as he may
    """
    with scope.writing(actor):
        plan = edits.open_plan(actor, staffing.plan_id, staffing.version)
        group = edits.group_of(plan, staffing.number)
        if staffing.owner_staff_id is None:
            raise OwnerMissing(field="owner_staff_id")
        chosen = {field: getattr(staffing, field) for field in _FIELDS}
        _all_here(chosen)
        if chosen["manager_staff_id"] not in (None, group.manager_staff_id):
            _may_manage(actor, plan, group, chosen["manager_staff_id"])
        before = {field: getattr(group, field) for field in _FIELDS}
        PlanGroup.objects.filter(pk=group.pk).update(**chosen, is_edited=True, is_restaffed=True)
        changed = {field for field in _FIELDS if before[field] != chosen[field]}
        journal.record(
            "community.plan_group_staffed",
            actor=actor,
            at=now,
            about={
                "plan": [plan.pk],
                "staff": sorted({chosen[field] for field in changed} - {None}),
            },
            number=group.number,
            changes={field: [before[field], chosen[field]] for field in sorted(changed)},
        )
        return edits.close(plan, (group.number,), now)


def _all_here(chosen: dict[str, int | None]) -> None:
    here = set(
        StaffView.objects.filter(
            pk__in=[staff_id for staff_id in chosen.values() if staff_id], left_on=None
        ).values_list("pk", flat=True)
    )
    for field, staff_id in chosen.items():
        if staff_id is not None and staff_id not in here:
            raise NoSuchColleague(field=field)


def _may_manage(actor: Actor, plan: Plan, group: PlanGroup, staff_id: int) -> None:
    """Refuse a manager who has all the groups that one may: in this plan, and besides."""
    most = layered.template_of(plan, group.layer)[0].manager_limit
    groups = PlanGroup.objects.filter(plan=plan, manager_staff_id=staff_id).count()
    groups += managed_besides(plan, staff_id)
    if groups >= most:
        name = StaffView.objects.values_list("name", flat=True).get(pk=staff_id)
        raise ManagerOverloaded(name=name, groups=groups, most=most, field="manager_staff_id")
