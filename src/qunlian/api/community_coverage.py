"""The API of coverage above and below the stores: distributors and districts."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from qunlian.api.asking import MOST_PER_PAGE, actor_of
from qunlian.community.queries import layer_coverage

router = Router(tags=["community"])


class LayerCoverageOut(Schema):
    """Distributors of a tier, or (consumer, tier null) districts: all, with a group, a live one."""

    layer: str
    tier: int | None
    total: int
    grouped: int
    live: int


class UngroupedDistributorOut(Schema):
    """An active distributor without a base group."""

    distributor_id: int
    code: str
    name: str
    tier: int
    territory_name: str


class UngroupedDistributorList(Schema):
    """A page of distributors; send ``next_key`` as ``after`` for the next."""

    rows: list[UngroupedDistributorOut]
    next_key: str | None


class UnseededDistrictOut(Schema):
    """A district without a group of seed users."""

    territory_id: int
    name: str


class UnseededDistrictList(Schema):
    """A page of districts; send ``next_key`` as ``after`` for the next."""

    rows: list[UnseededDistrictOut]
    next_key: str | None


class PartIn(Schema):
    """A part of the tree, and where to go on."""

    territory_id: int | None = None
    after: str = ""
    limit: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = 50


@router.get(
    "/coverage/layers",
    operation_id="community_coverage_by_layer",
    response=list[LayerCoverageOut],
)
def coverage_by_layer(request: HttpRequest, territory_id: int | None = None) -> list[Any]:
    """Read how many distributors of each tier, and how many districts, have their group."""
    return list(layer_coverage.coverage_by_layer(actor_of(request), territory_id))


@router.get(
    "/coverage/distributors",
    operation_id="community_list_ungrouped_distributors",
    response=UngroupedDistributorList,
)
def list_ungrouped_distributors(request: HttpRequest, part: Query[PartIn]) -> Any:
    """List active distributors without a base group, by code."""
    return layer_coverage.list_ungrouped_distributors(actor_of(request), **part.dict())


@router.get(
    "/coverage/districts",
    operation_id="community_list_unseeded_districts",
    response=UnseededDistrictList,
)
def list_unseeded_districts(request: HttpRequest, part: Query[PartIn]) -> Any:
    """List districts without a group of seed users, down the tree."""
    return layer_coverage.list_unseeded_districts(actor_of(request), **part.dict())
