"""Looking at a plan's staffing again before its groups are made: who has left meanwhile, who has come."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from qunlian.channel.rules.staff import day_of
from qunlian.channel.steps.leaving import hold_staff
from qunlian.community import layered
from qunlian.community.models import Plan, PlanGroup
from qunlian.community.queries.staffing import paths_and_names, staffing_of
from qunlian.community.rules.staffing import POSTS
from qunlian.kernel import journal
from qunlian.kernel.actor import Actor

_FIELDS = tuple(post for post, _role in POSTS)


def staff_again(actor: Actor, plan: Plan, todo: Sequence[PlanGroup], at: datetime) -> int:
    """
    Fill the posts of people who left since the plan was made, and of stewards who came; return how many.

    Whoever was chosen and still works here stays, whatever the template would choose today. The whole team is
    held, so that nobody of it leaves before its groups stand.
    """
    here = hold_staff(actor, _chosen(todo))
    gaps = {each.number: _gaps(each, here) for each in todo}
    wanting = [each for each in todo if gaps[each.number]]
    if not wanting:
        return 0
    changed = _refilled(actor, plan, wanting, gaps, at)
    here |= hold_staff(actor, _chosen(changed) - here)
    for each in changed:
        for field in _FIELDS:
            if getattr(each, field) not in here:
                setattr(each, field, None)
    PlanGroup.objects.bulk_update(changed, _FIELDS)
    if changed:
        journal.record(
            "community.plan_restaffed",
            actor=actor,
            at=at,
            about={"plan": [plan.pk]},
            numbers=[each.number for each in changed],
        )
    return len(changed)


def _refilled(
    actor: Actor,
    plan: Plan,
    wanting: Sequence[PlanGroup],
    gaps: Mapping[int, tuple[str, ...]],
    at: datetime,
) -> list[PlanGroup]:
    """Set the posts named by ``gaps`` (group's number → fields); return the groups that changed."""
    staffing, places = staffing_of(actor, on=day_of(at)), paths_and_names(actor)
    changed = []
    for each in wanting:
        path = places[each.territory_id][0] if each.territory_id in places else ()
        posts = layered.template_of(plan, each.layer)[1]
        team = layered.staff_ids(staffing.team_for(path, posts))
        before = [getattr(each, field) for field in _FIELDS]
        for field in gaps[each.number]:
            setattr(each, field, team[field])
        if before != [getattr(each, field) for field in _FIELDS]:
            changed.append(each)
    return changed


def _chosen(groups: Sequence[PlanGroup]) -> set[int]:
    return {getattr(each, field) for each in groups for field in _FIELDS} - {None}


def _gaps(group: PlanGroup, here: set[int]) -> tuple[str, ...]:
    """Return the posts of those who left; without a steward also the superiors' that nobody has."""
    left = {
        field
        for field in _FIELDS
        if getattr(group, field) is not None and getattr(group, field) not in here
    }
    if group.steward_staff_id is None:
        above = ("superior_staff_id", "second_superior_staff_id")
        left |= {"steward_staff_id", *(f for f in above if getattr(group, f) is None)}
    if group.owner_staff_id is None:
        left.add("owner_staff_id")
    return tuple(field for field in _FIELDS if field in left)
