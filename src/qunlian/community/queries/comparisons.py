"""Two versions of the matrix side by side, as they were counted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from qunlian.community import access
from qunlian.community.models import (
    ComparedGroup,
    ComparedLoad,
    Comparison,
    Plan,
    StaffView,
    TerritoryView,
)
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page
from qunlian.kernel.typed import decimal, whole

MOST_VERSIONS = 200
#: What is counted of a colleague's groups: all, by post, messages that wait for his hand each day.
COUNTS = ("groups", "owned", "stewarded", "over", "managed", "confirms")
#: States of a plan that has proposed groups.
WITH_GROUPS = ("planned", "approved", "applying", "applied")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One side: a plan, or the groups as they stand (no ``plan_id``); ``is_edited`` since it was counted."""

    plan_id: int | None
    name: str
    territory_name: str
    state: str
    mode: str
    choice: str
    created_at: datetime | None
    is_edited: bool = False


#: The groups as they stand.
_AS_IT_IS = Version(
    plan_id=None, name="", territory_name="", state="", mode="", choice="", created_at=None
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonCard:
    """
    A comparison; while a worker counts, ``summary`` is empty.

    ``summary``: figures of ``one`` and ``other``, ``moves`` between them, ``loads`` of both and ``usual``
    unlikeness.
    """

    comparison_id: int
    one: Version
    other: Version
    territory_id: int | None
    territory_name: str
    is_counted: bool
    summary: dict[str, Any]
    asked_at: datetime
    read_at: datetime | None

    @property
    def is_of_old_versions(self) -> bool:
        """Tell whether a side was edited since."""
        return self.one.is_edited or self.other.is_edited


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedSide:
    """A group on one side: a plan's ``number`` or the living group; ``likeness`` of its stores today."""

    number: int | None
    group_id: int | None
    name: str
    stores: int
    people: int
    likeness: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPair:
    """What is one group on both sides, or a group that only one side has (the other is None)."""

    place: int
    territory_name: str
    one: ComparedSide | None
    other: ComparedSide | None
    shared: int

    @property
    def leave(self) -> int:
        """Return how many stores leave it."""
        return (self.one.stores if self.one else 0) - self.shared

    @property
    def come(self) -> int:
        """Return how many stores come to it."""
        return (self.other.stores if self.other else 0) - self.shared


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPerson:
    """A colleague's groups on both sides: counts by post, messages to confirm a day; empty for no group."""

    staff_id: int
    name: str
    role: str
    one: dict[str, float]
    other: dict[str, float]

    @property
    def counts(self) -> tuple[tuple[float, float], ...]:
        """Return each of ``COUNTS`` on both sides."""
        return tuple((self.one.get(name, 0), self.other.get(name, 0)) for name in COUNTS)


def list_versions(actor: Actor) -> tuple[Version, ...]:
    """Return the plans that can be compared, newest first; the groups as they stand are always one more."""
    with scope.reading(actor):
        plans = access.plans_within(actor).filter(state__in=WITH_GROUPS, layers__contains="store")
        return tuple(_versions(plans.order_by("-pk")[:MOST_VERSIONS]).values())


def list_comparisons(actor: Actor, *, limit: int = 20) -> tuple[ComparisonCard, ...]:
    """Return the newest comparisons within reach; older ones are forgotten."""
    with scope.reading(actor):
        return tuple(_cards(access.comparisons_within(actor).order_by("-asked_at", "-pk")[:limit]))


def comparison_card(actor: Actor, comparison_id: int) -> ComparisonCard:
    """
    Return one comparison.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        return _cards([access.comparison_for(actor, comparison_id)])[0]


def list_compared_groups(
    actor: Actor, comparison_id: int, *, which: str = "", after: str = "", limit: int = 50
) -> Page[GroupPair]:
    """
    Return one page of the groups, those of one patch together.

    :param which: ``changed``: with other stores, ``ended``, ``new``; empty for all
    :raises NotFound: there is no such comparison within the actor's reach
    """
    narrow = {
        "changed": Q(one_stores__gt=0, other_stores__gt=0)
        & ~Q(one_stores=F("shared"), other_stores=F("shared")),
        "ended": Q(other_stores=0),
        "new": Q(one_stores=0),
    }
    with scope.reading(actor):
        access.comparison_for(actor, comparison_id)
        rows = ComparedGroup.objects.filter(narrow.get(which, Q()), comparison_id=comparison_id)
        if (last := whole(after)) is not None:
            rows = rows.filter(place__gt=last)
        found = list(rows.order_by("place")[: limit + 1])
        names = territory_names(row.territory_id for row in found)
        pairs = tuple(_pair(row, names) for row in found[:limit])
        return Page(rows=pairs, next_key=str(pairs[-1].place) if len(found) > limit else None)


def list_compared_loads(
    actor: Actor, comparison_id: int, *, after: str = "", limit: int = 20
) -> Page[ComparedPerson]:
    """
    Return one page of the colleagues who have groups on either side, those for whom most changes first.

    :raises NotFound: there is no such comparison within the actor's reach
    """
    with scope.reading(actor):
        access.comparison_for(actor, comparison_id)
        rows = ComparedLoad.objects.filter(comparison_id=comparison_id)
        change, _, staff_id = after.partition(":")
        end, person = decimal(change), whole(staff_id)
        if end is not None and person is not None:
            rows = rows.filter(Q(change__lt=end) | Q(change=end, staff_id__gt=person))
        found = list(rows.order_by("-change", "staff_id")[: limit + 1])
        people = StaffView.objects.in_bulk([row.staff_id for row in found])
        told = tuple(
            ComparedPerson(
                staff_id=row.staff_id,
                name=people[row.staff_id].name if row.staff_id in people else "",
                role=people[row.staff_id].role if row.staff_id in people else "",
                one=row.one,
                other=row.other,
            )
            for row in found[:limit]
        )
    last = found[limit - 1] if len(found) > limit else None
    return Page(rows=told, next_key=f"{last.change!r}:{last.staff_id}" if last else None)


def _versions(plans: Iterable[Plan]) -> dict[int, Version]:
    found = list(plans)
    names = territory_names(plan.territory_id for plan in found)
    return {
        plan.pk: Version(
            plan_id=plan.pk,
            name=plan.name,
            territory_name=names.get(plan.territory_id or 0, ""),
            state=plan.state,
            mode=plan.mode,
            choice=plan.choice,
            created_at=plan.created_at,
        )
        for plan in found
    }


def territory_names(ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of these parts of the tree by id, of those within the open scope's reach."""
    wanted = {territory_id for territory_id in ids if territory_id}
    return dict(TerritoryView.objects.filter(pk__in=wanted).values_list("pk", "name"))


def _cards(rows: Iterable[Comparison]) -> list[ComparisonCard]:
    found = list(rows)
    plans = Plan.objects.in_bulk({pk for row in found for pk in (row.one_id, row.other_id) if pk})
    versions = _versions(plans.values())
    names = territory_names(row.territory_id for row in found)

    def side(plan_id: int | None, version: int) -> Version:
        if plan_id is None:
            return _AS_IT_IS
        return replace(versions[plan_id], is_edited=plans[plan_id].version != version)

    return [
        ComparisonCard(
            comparison_id=row.pk,
            one=side(row.one_id, row.one_version),
            other=side(row.other_id, row.other_version),
            territory_id=row.territory_id,
            territory_name=names.get(row.territory_id or 0, ""),
            is_counted=row.state == "counted",
            summary=row.summary,
            asked_at=row.asked_at,
            read_at=row.read_at,
        )
        for row in found
    ]


def sides_of(row: ComparedGroup) -> tuple[ComparedSide | None, ComparedSide | None]:
    """Return the group as it is on one side and on the other; None where there is none."""
    one, other = (
        ComparedSide(
            **{name: getattr(row, f"{side}_{name}") for name in ComparedSide.__dataclass_fields__}
        )
        if getattr(row, f"{side}_stores")
        else None
        for side in ("one", "other")
    )
    return one, other


def _pair(row: ComparedGroup, names: dict[int, str]) -> GroupPair:
    one, other = sides_of(row)
    return GroupPair(
        place=row.place,
        territory_name=names.get(row.territory_id or 0, ""),
        one=one,
        other=other,
        shared=row.shared,
    )
