"""The API of insight: coverage by what stores are, and where they lie."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from qunlian.api.asking import actor_of
from qunlian.insight.queries import doctor, kinds, places
from qunlian.kernel import clock

router = Router(tags=["insight"])


class KindOut(Schema):
    """Open stores of one type or management attribute; ``unplaced`` have no coordinates."""

    kind: str
    value: str
    stores: int
    grouped: int
    live: int
    joined: int
    unplaced: int


class PlaceOut(Schema):
    """Open stores of a division; the code of what is not known is empty."""

    code: str
    name: str
    stores: int
    grouped: int
    live: int
    joined: int
    unplaced: int


class CircleOut(Schema):
    """Open stores of one cell, in their middle, in the system of the roster's coordinates."""

    lng: float
    lat: float
    stores: int
    grouped: int
    live: int
    joined: int


class MapOut(Schema):
    """A division, its parts in numbers, and its cells, the fullest first; ``is_cut``: not all of them."""

    whole: PlaceOut
    parts: list[PlaceOut]
    circles: list[CircleOut]
    is_cut: bool


class FindingOut(Schema):
    """One check of a platform's set-up; ``state``: ok, look, wrong or skipped (an earlier one failed)."""

    check: str
    title: str
    state: str
    expected: str
    got: str
    fix: str


@router.get(
    "/platforms/{platform}/findings",
    operation_id="insight_examine_platform",
    response=list[FindingOut],
)
def examine_platform(request: HttpRequest, platform: str) -> list[Any]:
    """Examine a platform's set-up as the doctor does: what is expected, what is found, what to do."""
    return list(doctor.examine_platform(actor_of(request), platform, now=clock.now()))


@router.get("/coverage/kinds", operation_id="insight_coverage_by_kind", response=list[KindOut])
def coverage_by_kind(request: HttpRequest, territory_id: int | None = None) -> list[Any]:
    """Read coverage by store type and by management attribute, as last counted."""
    return list(kinds.coverage_by_kind(actor_of(request), territory_id))


@router.get("/coverage/map", operation_id="insight_coverage_map", response=MapOut)
def coverage_map(
    request: HttpRequest,
    division: Annotated[str, Query(pattern=r"^(\d\d){0,3}$")] = "",
    territory_id: int | None = None,
) -> Any:
    """Read coverage of the country, a province (2 figures), city (4) or district (6), as last counted."""
    return places.coverage_map(actor_of(request), division, territory_id)
