"""The API of comparisons: two versions of the matrix side by side."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import localtime
from ninja import Query, Router, Schema

from qunlian.api.asking import actor_of, page_size
from qunlian.community.actions.compare_plans import compare_plans
from qunlian.community.queries import compared_stores, comparisons
from qunlian.community.queries.compared_stores import MoveFilter
from qunlian.kernel import clock

router = Router(tags=["community"])


class VersionsIn(Schema):
    """Two plans; null: the groups as they stand."""

    one_id: int | None = None
    other_id: int | None = None


class ComparisonAsked(Schema):
    """Which comparison to look at."""

    comparison_id: int


class ComparisonOut(Schema):
    """
    A comparison; ``summary`` is empty until a worker has counted it.

    It holds the figures of ``one`` and ``other``, ``moves`` between them and the ``loads`` of both.
    ``is_of_old_versions``: a plan was edited since.
    """

    comparison_id: int
    one_id: int | None
    other_id: int | None
    territory_id: int | None
    is_counted: bool
    is_of_old_versions: bool
    summary: dict[str, Any]
    read_at: datetime | None


class SideOut(Schema):
    """A group on one side; ``number`` in its plan, or the living group; likeness of its stores today."""

    number: int | None
    group_id: int | None
    name: str
    stores: int
    people: int
    likeness: float | None


class GroupPairOut(Schema):
    """One group on both sides, or a group of one side only."""

    place: int
    territory_name: str
    one: SideOut | None
    other: SideOut | None
    shared: int


class GroupPairList(Schema):
    """A page of groups; send ``next_key`` as ``after`` for the next."""

    rows: list[GroupPairOut]
    next_key: str | None


class ComparedStoreOut(Schema):
    """A store whose group is not the same; how far it is from the middle of either, and what that saves."""

    store_id: int
    code: str
    name: str
    territory_name: str
    one: SideOut | None
    other: SideOut | None
    one_far: float | None
    other_far: float | None
    saved: float


class ComparedStoreList(Schema):
    """A page of stores; send ``next_key`` as ``after`` for the next."""

    rows: list[ComparedStoreOut]
    next_key: str | None


class ComparedLoadOut(Schema):
    """A colleague's groups on both sides: counts by post, messages to confirm a day."""

    staff_id: int
    name: str
    one: dict[str, float]
    other: dict[str, float]


class ComparedLoadList(Schema):
    """A page of colleagues, those for whom most changes first."""

    rows: list[ComparedLoadOut]
    next_key: str | None


class GroupsQuery(Schema):
    """``which``: changed, ended, new, or empty for all."""

    which: str = ""
    after: str = ""
    take: int = 100


class StoresQuery(Schema):
    """
    Which stores that move: ``q`` in the name of patch or rep, a part of the tree, one group (its place).

    ``order``: better, worse, or empty, by store.
    """

    q: str = ""
    territory_id: int | None = None
    place: int | None = None
    order: str = ""
    after: str = ""
    take: int = 100


class LoadsQuery(Schema):
    """Where to go on."""

    after: str = ""
    take: int = 100


@router.post("/plans/compare", operation_id="community_compare_plans", response=ComparisonAsked)
def compare(request: HttpRequest, versions: VersionsIn) -> Any:
    """Ask for two versions to be put side by side; a worker counts."""
    return compare_plans(
        actor=actor_of(request),
        one_id=versions.one_id,
        other_id=versions.other_id,
        now=clock.now(),
    )


@router.get(
    "/comparisons/{int:comparison_id}",
    operation_id="community_comparison_card",
    response=ComparisonOut,
)
def comparison_card(request: HttpRequest, comparison_id: int) -> Any:
    """Read both sides in figures."""
    card = comparisons.comparison_card(actor_of(request), comparison_id)
    return ComparisonOut(
        comparison_id=card.comparison_id,
        one_id=card.one.plan_id,
        other_id=card.other.plan_id,
        territory_id=card.territory_id,
        is_counted=card.is_counted,
        is_of_old_versions=card.is_of_old_versions,
        summary=card.summary,
        read_at=card.read_at,
    )


@router.get(
    "/comparisons/{int:comparison_id}/groups",
    operation_id="community_list_compared_groups",
    response=GroupPairList,
)
def list_groups(request: HttpRequest, comparison_id: int, wanted: Query[GroupsQuery]) -> Any:
    """List the groups of both sides, those that are one group in one row."""
    return comparisons.list_compared_groups(
        actor_of(request),
        comparison_id,
        which=wanted.which,
        after=wanted.after,
        limit=page_size(wanted.take),
    )


@router.get(
    "/comparisons/{int:comparison_id}/stores",
    operation_id="community_list_compared_stores",
    response=ComparedStoreList,
)
def list_stores(request: HttpRequest, comparison_id: int, wanted: Query[StoresQuery]) -> Any:
    """List the stores whose group is not the same."""
    narrow = MoveFilter(
        text=wanted.q,
        on=localtime(clock.now()).date(),
        territory_id=wanted.territory_id,
        place=wanted.place,
        order=wanted.order,
    )
    return compared_stores.list_compared_stores(
        actor_of(request),
        comparison_id,
        narrow=narrow,
        after=wanted.after,
        limit=page_size(wanted.take),
    )


@router.get(
    "/comparisons/{int:comparison_id}/people",
    operation_id="community_list_compared_loads",
    response=ComparedLoadList,
)
def list_loads(request: HttpRequest, comparison_id: int, wanted: Query[LoadsQuery]) -> Any:
    """List what each colleague has to do on either side."""
    return comparisons.list_compared_loads(
        actor_of(request), comparison_id, after=wanted.after, limit=page_size(wanted.take)
    )
