"""Who of the staff sits in a group by its plan: seating a new group's team, changing a standing one's."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import F

from qunlian.community import requests
from qunlian.community.models import Group, Member, PlanGroup, StaffView
from qunlian.community.rules.staffing import POSTS
from qunlian.kernel.actor import Actor


def people_of(proposals: Iterable[PlanGroup]) -> dict[int, int]:
    """Return the persons behind the staff of proposed groups who still work here, by staff id."""
    staff_ids = {staff_id for each in proposals for staff_id in _staff_of(each) if staff_id}
    rows = StaffView.objects.filter(pk__in=staff_ids, left_on=None)
    return dict(rows.values_list("pk", "person_id"))


def seat_team(
    proposals: Sequence[PlanGroup], groups: Sequence[Group], people: Mapping[int, int], at: datetime
) -> None:
    """Seat owner, steward, superiors and group manager in new groups; each once."""
    stays = []
    for proposal, group in zip(proposals, groups, strict=True):
        roles = roles_of(proposal, people)
        group.seats_taken = len(roles)
        stays += [_stay(group, person_id, role, at) for person_id, role in roles.items()]
    Member.objects.bulk_create(stays)
    Group.objects.bulk_update(groups, ["seats_taken"])


def reseat_team(
    actor: Actor, proposal: PlanGroup, group: Group, people: Mapping[int, int], at: datetime
) -> None:
    """
    Give a standing group its plan's team; who leaves the team stays in it as a member.

    Its owner stays the owner until its platform has made the plan's one so, which is asked for. Without a
    steward in the plan its own stays.
    """
    owner = group.owner_person_id
    roles = roles_of(proposal, people, standing=owner)
    seated = {
        stay.person_id: stay
        for stay in Member.objects.filter(group=group, left_at=None).order_by("pk")
    }
    for person_id, stay in seated.items():
        keeps = stay.role == "steward" and "steward" not in roles.values()
        role = roles.get(person_id, "steward" if keeps else "member")
        if stay.role != role:
            Member.objects.filter(pk=stay.pk).update(role=role)
    room = group.seats_cap - group.seats_taken
    new = [person_id for person_id in roles if person_id not in seated][:room]
    Member.objects.bulk_create(_stay(group, person_id, roles[person_id], at) for person_id in new)
    Group.objects.filter(pk=group.pk).update(
        seats_taken=F("seats_taken") + len(new),
        steward_staff_id=proposal.steward_staff_id or group.steward_staff_id,
        changed_at=at,
    )
    heir = people.get(proposal.owner_staff_id or 0)
    if owner and heir and heir != owner and heir in {*seated, *new}:
        requests.ask_owner(actor, {group.pk: group.name}, owner, heir, at)


def roles_of(
    proposal: PlanGroup, people: Mapping[int, int], standing: int | None = None
) -> dict[int, str]:
    """
    Return the role of each person in a group's team.

    :param standing: the person who owns the group already; the plan's owner has a seat only, for now
    """
    roles: dict[int, str] = {standing: "owner"} if standing else {}
    for post, role in POSTS[1:] if standing else POSTS:
        person_id = people.get(getattr(proposal, post) or 0)
        if person_id is not None:
            roles.setdefault(person_id, role)
    heir = people.get(proposal.owner_staff_id or 0)
    if heir is not None:
        roles.setdefault(heir, "member")
    return roles


def _staff_of(proposal: PlanGroup) -> tuple[int | None, ...]:
    return tuple(getattr(proposal, post) for post, _role in POSTS)


def _stay(group: Group, person_id: int, role: str, at: datetime) -> Member:
    return Member(
        enterprise_id=group.enterprise_id,
        group=group,
        person_id=person_id,
        role=role,
        source="plan",
        joined_at=at,
    )
