"""A plan on the map: groups by division in numbers, stores as cells; down from the country to a city."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from qunlian.channel.queries.divisions import division_names
from qunlian.community import access
from qunlian.community.models import Plan, PlanCell
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor

#: A map does not get clearer with more circles; what is left out is told.
MOST_CELLS = 4000
_PROVINCE, _CITY = 2, 4
_NOTHING = (0, 0, 0.0, 0)
#: What names a part of the country and of a province; within a city it is the district.
_PARTS = {0: "left(p.city, 2)", 2: "p.city"}
_ADDED = """
SELECT {part}, count(DISTINCT p.plan_group_id), sum(p.stores)::int,
    sum(p.stores * g.likeness) / sum(p.stores), sum(p.unplaced)::int
FROM community_plan_place p
JOIN community_plan_group g ON g.enterprise_id = p.enterprise_id AND g.id = p.plan_group_id
WHERE p.plan_id = %(plan)s AND {inside} GROUP BY 1 ORDER BY 3 DESC, 1
"""
_INSIDE = "p.city >= %(division)s AND p.city < %(end)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPlaceCard:
    """Groups with a store in a division, by its stores' addresses; ``likeness``: mean over these stores."""

    code: str
    name: str
    groups: int
    stores: int
    likeness: float
    unplaced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCircle:
    """Stores of one cell, in their middle, and the groups that they are in."""

    lng: float
    lat: float
    stores: int
    groups: int
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMap:
    """
    A division's map ("": the country's), its parts in numbers, and its cells, the fullest first.

    ``is_cut``: more cells than a map can show. ``is_counting``: the plan changed since; ``counted_at``: None
    before the first count.
    """

    whole: PlanPlaceCard
    above: tuple[PlanPlaceCard, ...]
    parts: tuple[PlanPlaceCard, ...]
    circles: tuple[PlanCircle, ...]
    is_cut: bool
    is_counting: bool
    counted_at: datetime | None


def plan_map(actor: Actor, plan_id: int, division: str = "") -> PlanMap:
    """
    Return the map of a plan in a division (two figures: a province, four: a city, six: a district).

    :raises NotFound: there is no such plan within the actor's reach
    """
    with scope.reading(actor):
        plan = access.plan_for(actor, plan_id)
        part = _PARTS.get(len(division), "p.district")
        parts = [
            _card("" if row[0] == division else row[0], *row[1:])
            for row in (_added(plan, division, part) if len(division) <= _CITY else ())
        ]
        whole = _added(plan, division, "''")
        cells = PlanCell.objects.filter(plan=plan, division=division)
        found = list(cells.order_by("-stores", "x", "y")[: MOST_CELLS + 1])
    above = ("", division[:_PROVINCE])[: min(len(division) // 2, 2)]
    return PlanMap(
        whole=_card(division, *(whole[0][1:] if whole else _NOTHING)),
        above=tuple(_card(code, *_NOTHING) for code in above),
        parts=tuple(parts),
        circles=tuple(_circle(cell) for cell in found[:MOST_CELLS]),
        is_cut=len(found) > MOST_CELLS,
        is_counting=plan.map_version != plan.version,
        counted_at=plan.map_at,
    )


def _added(plan: Plan, division: str, part: str) -> list[tuple[str, int, int, float, int]]:
    """Add up a division by its parts: code, groups, stores, likeness, stores without coordinates."""
    end = f"{division}:"  # the character behind the figures
    with connection.cursor() as cursor:
        cursor.execute(
            _ADDED.format(part=part, inside=_INSIDE),
            {"plan": plan.pk, "division": division, "end": end},
        )
        found: list[tuple[str, int, int, float, int]] = cursor.fetchall()
        return found


def _card(code: str, groups: int, stores: int, likeness: float, unplaced: int) -> PlanPlaceCard:
    names = division_names(code)
    return PlanPlaceCard(
        code=code,
        name=names[-1] if names else code,
        groups=groups,
        stores=stores,
        likeness=likeness,
        unplaced=unplaced,
    )


def _circle(cell: PlanCell) -> PlanCircle:
    return PlanCircle(
        lng=cell.lng_sum / cell.stores,
        lat=cell.lat_sum / cell.stores,
        stores=cell.stores,
        groups=cell.groups,
        likeness=cell.likeness_sum / cell.stores,
    )
