"""The API of a plan's map: its groups by division, its stores by cell."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from qunlian.api.asking import actor_of
from qunlian.community.queries.plan_map import plan_map
from qunlian.kernel.typed import digits

router = Router(tags=["community"])


class PlanPlaceOut(Schema):
    """Groups with a store in a division; ``likeness``: mean over these stores; some may lack coordinates."""

    code: str
    name: str
    groups: int
    stores: int
    likeness: float
    unplaced: int


class PlanCircleOut(Schema):
    """Stores of one cell, in their middle, and the groups that they are in."""

    lng: float
    lat: float
    stores: int
    groups: int
    likeness: float


class PlanMapOut(Schema):
    """
    A division with its parts and cells, the fullest first; ``is_cut``: more cells than are told.

    ``is_counting``: the plan changed since ``counted_at``; a worker counts it anew.
    """

    whole: PlanPlaceOut
    parts: list[PlanPlaceOut]
    circles: list[PlanCircleOut]
    is_cut: bool
    is_counting: bool
    counted_at: datetime | None


@router.get("/plans/{int:plan_id}/map", operation_id="community_plan_map", response=PlanMapOut)
def read_map(request: HttpRequest, plan_id: int, division: str = "") -> Any:
    """Read a plan by division: none the country, two figures a province, four a city, six a district."""
    return plan_map(actor_of(request), plan_id, digits(division))
