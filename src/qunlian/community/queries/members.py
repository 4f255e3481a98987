"""Who sits in which group."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from qunlian.community import access
from qunlian.community.models import Group, Member, PersonView, StoreView
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page, moment_key, read_moment_key


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A person in a group. ``store_name`` is empty for staff."""

    member_id: int
    group_id: int
    person_id: int
    name: str
    role: str
    store_id: int | None
    store_name: str
    source: str
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A group that somebody sits in, as his list of chats shows it."""

    group_id: int
    name: str
    layer: str
    life: str
    role: str
    store_id: int | None
    joined_at: datetime


def members_of(actor: Actor, group_id: int) -> tuple[MemberRow, ...]:
    """
    Return who sits in a group, staff first; never more than its hard cap.

    :raises NotFound: there is no such group within the actor's reach
    """
    with scope.reading(actor):
        access.group_for(actor, group_id)
        rows = _rows(list(_seated(actor, group_id)))
        return tuple(sorted(rows, key=lambda row: row.role == "member"))


def members_of_each(actor: Actor, group_ids: Collection[int]) -> dict[int, tuple[MemberRow, ...]]:
    """Return who sits in each of many groups within reach, staff first; in as many queries as for one."""
    with scope.reading(actor):
        within = access.groups_within(actor).filter(pk__in=group_ids)
        stays = Member.objects.filter(group__in=within, left_at=None).order_by("joined_at", "pk")
        rows = sorted(_rows(list(stays)), key=lambda row: row.role == "member")
    found: dict[int, list[MemberRow]] = {group_id: [] for group_id in group_ids}
    for row in rows:
        found[row.group_id].append(row)
    return {group_id: tuple(members) for group_id, members in found.items()}


def team_of(actor: Actor, group_id: int) -> tuple[MemberRow, ...]:
    """
    Return those who look after a group: owner's account, steward, superiors, managers.

    :raises NotFound: there is no such group within the actor's reach
    """
    with scope.reading(actor):
        access.group_for(actor, group_id)
        return _rows(list(_seated(actor, group_id).exclude(role="member")))


def list_members(
    actor: Actor, group_id: int, *, after: str = "", limit: int = 50
) -> Page[MemberRow]:
    """
    Return one page of those who joined a group for a store, the longest there first.

    :param after: ``next_key`` of the page before
    :raises NotFound: there is no such group within the actor's reach
    """
    with scope.reading(actor):
        access.group_for(actor, group_id)
        seated = _seated(actor, group_id).filter(role="member")
        if (key := read_moment_key(after)) is not None:
            at, last = key
            seated = seated.filter(Q(joined_at__gt=at) | Q(joined_at=at, pk__gt=last))
        rows = _rows(list(seated[: limit + 1]))
    shown = rows[:limit]
    more = shown[-1] if len(rows) > limit else None
    return Page(rows=shown, next_key=moment_key(more.joined_at, more.member_id) if more else None)


def count_members(actor: Actor, group_id: int) -> int:
    """Count those who joined a group for a store, of whom the actor may know."""
    with scope.reading(actor):
        return _seated(actor, group_id).filter(role="member").count()


def _seated(actor: Actor, group_id: int) -> QuerySet[Member]:
    stays = access.members_within(actor, group_id).filter(left_at=None)
    return stays.order_by("joined_at", "pk")


def _rows(members: list[Member]) -> tuple[MemberRow, ...]:
    """Turn stays into rows, with the names of people and stores in two further queries."""
    persons = PersonView.objects.filter(pk__in=[m.person_id for m in members])
    names = dict(persons.values_list("pk", "name"))
    store_ids = {m.store_id for m in members if m.store_id is not None}
    stores = dict(StoreView.objects.filter(pk__in=store_ids).values_list("pk", "name"))
    return tuple(
        MemberRow(
            member_id=m.pk,
            group_id=m.group_id,
            person_id=m.person_id,
            name=names.get(m.person_id, ""),
            role=m.role,
            store_id=m.store_id,
            store_name=stores.get(m.store_id or 0, ""),
            source=m.source,
            joined_at=m.joined_at,
        )
        for m in members
    )


def groups_of_person(actor: Actor, person_id: int) -> tuple[Seat, ...]:
    """Return the groups that a person sits in, within the actor's reach, newest first."""
    with scope.reading(actor):
        groups = access.groups_within(actor)
        stays = Member.objects.filter(person_id=person_id, left_at=None, group__in=groups)
        rows = list(stays.order_by("-joined_at", "-pk"))
        known = Group.objects.in_bulk([row.group_id for row in rows])
        return tuple(
            Seat(
                group_id=row.group_id,
                name=known[row.group_id].name,
                layer=known[row.group_id].layer,
                life=known[row.group_id].life,
                role=row.role,
                store_id=row.store_id,
                joined_at=row.joined_at,
            )
            for row in rows
        )


def groups_of_people(actor: Actor, person_ids: Iterable[int]) -> dict[int, dict[int, str]]:
    """Return the groups (id → name) that each of these people sits in, within the actor's reach."""
    with scope.reading(actor):
        stays = Member.objects.filter(person_id__in=set(person_ids), left_at=None)
        pairs = list(stays.values_list("person_id", "group_id"))
        within = access.groups_within(actor).filter(pk__in={group_id for _, group_id in pairs})
        names = dict(within.values_list("pk", "name"))
    found: dict[int, dict[int, str]] = {person_id: {} for person_id in person_ids}
    for person_id, group_id in sorted(pairs):
        if group_id in names:
            found[person_id][group_id] = names[group_id]
    return found


def is_seated(actor: Actor, group_id: int) -> bool:
    """Tell whether the actor himself sits in a group, so that its chat is his to open."""
    with scope.reading(actor):
        own = Member.objects.filter(person_id=actor.person_id or 0, left_at=None)
        return own.filter(group_id=group_id).exists()
