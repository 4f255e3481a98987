"""The API of insight: coverage by what stores are, and where they lie."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from qunlian.insight.queries import kinds, places
from qunlian.kernel.actor import Actor

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


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@router.get("/coverage/kinds", operation_id="insight_coverage_by_kind", response=list[KindOut])
def coverage_by_kind(request: HttpRequest, territory_id: int | None = None) -> Any:
    """Read coverage by store type and by management attribute, as last counted."""
    return kinds.coverage_by_kind(_actor(request), territory_id)


@router.get("/coverage/map", operation_id="insight_coverage_map", response=MapOut)
def coverage_map(
    request: HttpRequest,
    division: Annotated[str, Query(pattern=r"^(\d\d){0,3}$")] = "",
    territory_id: int | None = None,
) -> Any:
    """Read coverage of the country, a province (2 figures), city (4) or district (6), as last counted."""
    return places.coverage_map(_actor(request), division, territory_id)
