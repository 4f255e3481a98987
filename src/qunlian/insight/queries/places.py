"""Coverage on a map: divisions in numbers, stores as cells; down from the country to a city."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from qunlian.channel.queries.divisions import division_names
from qunlian.insight.queries.counted import CELLS
from qunlian.insight.queries.kinds import KindCoverage, added_up, path_of, source_for
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor

_CELLS = """
SELECT sum(k.lng_sum) / sum(k.stores), sum(k.lat_sum) / sum(k.stores), sum(k.stores)::int,
    sum(k.grouped)::int, sum(k.live)::int, sum(k.joined)::int
FROM {source} k {places}
WHERE k.division = %(division)s
GROUP BY k.x, k.y ORDER BY 3 DESC, k.x, k.y LIMIT %(most)s
"""
#: A map does not get clearer with more circles; what is left out is told.
MOST_CELLS = 4000
_PROVINCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCoverage:
    """Open stores of a division, by their addresses; ``unplaced`` have no coordinates."""

    code: str
    name: str
    stores: int
    grouped: int
    live: int
    joined: int
    unplaced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MapCircle:
    """Open stores of one cell, in their middle."""

    lng: float
    lat: float
    stores: int
    grouped: int
    live: int
    joined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageMap:
    """
    A division's map ("": the country's), its parts in numbers, and its cells, the fullest first.

    ``is_cut``: more cells than a map can show; the emptiest are left out.
    """

    whole: PlaceCoverage
    above: tuple[PlaceCoverage, ...]
    parts: tuple[PlaceCoverage, ...]
    circles: tuple[MapCircle, ...]
    is_cut: bool


def coverage_map(actor: Actor, division: str = "", territory_id: int | None = None) -> CoverageMap:
    """
    Return coverage of a division (two figures: a province, four: a city, six: a district) and of its parts.

    A store belongs to the division that its address names; where it is drawn, its coordinates say.

    :param territory_id: only stores of this part of the sales tree
    :raises NotFound: there is no such part within the actor's reach
    """
    with scope.reading(actor):
        rows = tuple(added_up(actor, ("division",), territory_id))
        circles = _circles(actor, division, territory_id)
    inside = [row for row in rows if row.value.startswith(division)]
    return CoverageMap(
        whole=_sum(division, inside),
        above=(_sum("", rows), _sum(division[:_PROVINCE], ()))[: min(len(division) // 2, 2)],
        parts=_parts(division, inside),
        circles=circles[:MOST_CELLS],
        is_cut=len(circles) > MOST_CELLS,
    )


def _parts(division: str, rows: Iterable[KindCoverage]) -> tuple[PlaceCoverage, ...]:
    """Return the provinces of the country, the cities of a province; what is not known has no code."""
    if len(division) > _PROVINCE:
        return ()
    by_code: dict[str, list[KindCoverage]] = {}
    for row in rows:
        code = row.value if division else row.value[:_PROVINCE]
        by_code.setdefault("" if code == division else code, []).append(row)
    parts = [_sum(code, found) for code, found in by_code.items()]
    return tuple(sorted(parts, key=lambda part: (-part.stores, part.code)))


def _sum(code: str, rows: Iterable[KindCoverage]) -> PlaceCoverage:
    counts = dict.fromkeys(("stores", "grouped", "live", "joined", "unplaced"), 0)
    for row in rows:
        for name in counts:
            counts[name] += getattr(row, name)
    names = division_names(code)
    return PlaceCoverage(code=code, name=names[-1] if names else code, **counts)


def _circles(actor: Actor, division: str, territory_id: int | None) -> tuple[MapCircle, ...]:
    """Return the cells, one more than are shown if there are more; inside a scope."""
    source, places = source_for(actor, "insight_map_cell", CELLS)
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "division": division,
            "top": path_of(cursor, territory_id),
            "most": MOST_CELLS + 1,
        }
        cursor.execute(_CELLS.format(source=source, places=places), values)
        names = tuple(MapCircle.__dataclass_fields__)
        return tuple(MapCircle(**dict(zip(names, row, strict=True))) for row in cursor.fetchall())
