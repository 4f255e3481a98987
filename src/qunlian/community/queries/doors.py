"""Ways into groups: where each leads now, and how many came by it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from qunlian.community import access
from qunlian.community.models import Door, Group, Member, PlaceView, StoreView, Welcome
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorRow:
    """
    A way in.

    :ivar leads_to: the store's, group's or place's name
    :ivar groups: the groups it leads to now (id, name), the first to be filled first
    :ivar people: who came by it and is still there
    :ivar is_coming: something about it is still to be seen to
    """

    door_id: int
    kind: str
    code: str
    name: str
    source: str
    layer: str
    leads_to: str
    groups: tuple[tuple[int, str], ...]
    people: int
    platform: str
    has_code: bool
    is_coming: bool
    problem: str
    opened_at: datetime
    closed_at: datetime | None


def list_doors(
    actor: Actor, *, group_id: int | None = None, after: str = "", limit: int = 50
) -> Page[DoorRow]:
    """
    Return one page of the ways in that lead to groups and places, the newest first; stores' own are left out.

    :param group_id: only those that lead to this group now
    :param after: ``next_key`` of the page before
    """
    with scope.reading(actor):
        rows = access.doors_within(actor).exclude(kind="store")
        if group_id is not None:
            rows = rows.filter(group_ids__contains=[group_id], closed_at=None)
        if after.isdecimal():
            rows = rows.filter(pk__lt=int(after))
        found = list(rows.order_by("-pk")[: limit + 1])
        shown = _rows(found[:limit])
    return Page(rows=shown, next_key=str(shown[-1].door_id) if len(found) > limit else None)


def door_card(actor: Actor, door_id: int) -> DoorRow:
    """
    Return one way in.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        (row,) = _rows([access.door_for(actor, door_id)])
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCount:
    """How many of a group's people came from somewhere."""

    source: str
    people: int


def sources_of(actor: Actor, group_id: int) -> tuple[SourceCount, ...]:
    """
    Count where the people of a group came from, staff left out, most first.

    :raises NotFound: no such group within the actor's reach
    """
    with scope.reading(actor):
        access.group_for(actor, group_id)
        rows = access.members_within(actor, group_id).filter(left_at=None, role="member")
        counted = rows.order_by().values_list("source").annotate(n=Count("pk"))
        found = [SourceCount(source=source, people=n) for source, n in counted]
    return tuple(sorted(found, key=lambda one: (-one.people, one.source)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeCounts:
    """How many new contacts were greeted in time, how many too late, of how many nobody can tell."""

    in_time: int
    late: int
    other: int


def welcome_counts(actor: Actor, *, since: datetime) -> WelcomeCounts:
    """Count whom we greeted since then, in the whole enterprise."""
    with scope.reading(actor):
        rows = Welcome.objects.filter(told_at__gte=since).order_by()
        counted = dict(rows.values_list("state").annotate(n=Count("pk")))
    in_time, late = counted.get("sent", 0), counted.get("late", 0)
    return WelcomeCounts(in_time=in_time, late=late, other=sum(counted.values()) - in_time - late)


def _rows(doors: list[Door]) -> tuple[DoorRow, ...]:
    """Turn doors into rows: as many queries for one as for many."""
    group_ids = {pk for door in doors for pk in (*door.group_ids, door.group_id or 0)}
    groups = _names(Group.objects.filter(pk__in=group_ids).values_list("pk", "name"))
    places = PlaceView.objects.filter(pk__in={door.territory_id or 0 for door in doors})
    places_named = _names(places.values_list("pk", "name"))
    stores = StoreView.objects.filter(pk__in={door.store_id or 0 for door in doors})
    stores_named = _names(stores.values_list("pk", "name"))
    came = Member.objects.filter(door_id__in=[door.pk for door in doors], left_at=None)
    people = _counts(came.order_by().values_list("door_id").annotate(n=Count("pk")))
    return tuple(
        DoorRow(
            door_id=door.pk,
            kind=door.kind,
            code=door.code,
            name=door.name,
            source=door.source,
            layer=door.layer,
            leads_to=groups.get(door.group_id or 0)
            or places_named.get(door.territory_id or 0)
            or stores_named.get(door.store_id or 0, ""),
            groups=tuple((pk, groups[pk]) for pk in door.group_ids if pk in groups),
            people=people.get(door.pk, 0),
            platform=door.platform,
            has_code=bool(door.way_key),
            is_coming=door.due_at is not None,
            problem=door.problem,
            opened_at=door.opened_at,
            closed_at=door.closed_at,
        )
        for door in doors
    )


def _names(pairs: Iterable[tuple[int, str]]) -> Mapping[int, str]:
    return dict(pairs)


def _counts(pairs: Iterable[tuple[int | None, int]]) -> Mapping[int | None, int]:
    return dict(pairs)
