"""Coverage beside the stores: distributors and districts, with and without their group."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from qunlian.community import access
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page, every_row

_BELOW = "{path} >= %(top)s AND {path} < (left(%(top)s, -1) || '0') COLLATE \"C\""
#: Few beside the stores they serve: counted as they are now.
_DISTRIBUTORS = """
SELECT 'distributor', d.tier, count(*), count(b.group_id),
    count(*) FILTER (WHERE g.life IN ('live', 'fading'))
FROM channel_distributor_view d {places}
LEFT JOIN community_group_distributor b
    ON b.enterprise_id = d.enterprise_id AND b.distributor_id = d.id
LEFT JOIN community_group g ON g.enterprise_id = b.enterprise_id AND g.id = b.group_id
WHERE d.is_active GROUP BY d.tier
"""
_AT_HOME = "JOIN channel_territory_view t ON t.id = d.territory_id AND " + _BELOW.format(
    path="t.path"
)
#: The places right above the reps' patches, and a patch with nothing above it.
_DISTRICT = """
SELECT t.enterprise_id, t.id, t.name, t.path FROM channel_territory_view t
WHERE ((t.is_patch AND t.parent_id IS NULL) OR t.id IN (
    SELECT p.parent_id FROM channel_territory_view p WHERE p.is_patch AND p.parent_id IS NOT NULL))
  AND {within}
"""
_DISTRICTS = """
SELECT 'consumer', NULL::int, count(*), count(g.best), count(*) FILTER (WHERE g.best = 'live')
FROM ({districts}) t
LEFT JOIN (
    SELECT enterprise_id, territory_id,
        min(CASE WHEN life IN ('live', 'fading') THEN 'live' ELSE 'planned' END) AS best
    FROM community_group WHERE layer = 'consumer' AND life NOT IN ('merged', 'retired')
    GROUP BY enterprise_id, territory_id
) g ON g.enterprise_id = t.enterprise_id AND g.territory_id = t.id
"""
_UNGROUPED = """
SELECT d.id, d.code, d.name, d.tier, coalesce(home.name, '')
FROM channel_distributor_view d {places}
LEFT JOIN channel_place_view home ON home.id = d.territory_id
WHERE d.is_active AND d.code > %(after)s AND NOT EXISTS (
    SELECT FROM community_group_distributor b
    WHERE b.enterprise_id = d.enterprise_id AND b.distributor_id = d.id)
ORDER BY d.code LIMIT %(take)s
"""
_UNSEEDED = """
SELECT t.id, t.name, t.path FROM ({districts}) t
WHERE t.path > %(after)s AND NOT EXISTS (
    SELECT FROM community_group g
    WHERE g.enterprise_id = t.enterprise_id AND g.territory_id = t.id AND g.layer = 'consumer'
      AND g.life NOT IN ('merged', 'retired'))
ORDER BY t.path LIMIT %(take)s
"""
_EXPORT_STEP = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerCoverage:
    """Distributors of a tier, or districts (``tier`` None): all, with their group, with a live one."""

    layer: str
    tier: int | None
    total: int
    grouped: int
    live: int

    @property
    def without_group(self) -> int:
        """Return how many have no group."""
        return self.total - self.grouped


@dataclass(frozen=True, slots=True, kw_only=True)
class UngroupedDistributor:
    """An active distributor without a base group."""

    distributor_id: int
    code: str
    name: str
    tier: int
    territory_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnseededDistrict:
    """A district without a group of seed users."""

    territory_id: int
    name: str
    path: str


def coverage_by_layer(actor: Actor, territory_id: int | None = None) -> tuple[LayerCoverage, ...]:
    """
    Return coverage of the distributors, tier by tier, then of the districts; layers without any are left out.

    :param territory_id: distributors at home in this part, districts in it
    :raises NotFound: there is no such part within the actor's reach
    """
    with scope.reading(actor), connection.cursor() as cursor:
        values, places, districts = _part(actor, territory_id)
        cursor.execute(
            f"{_DISTRIBUTORS.format(places=places)} UNION ALL"
            f" {_DISTRICTS.format(districts=districts)} ORDER BY 1 DESC, 2",
            values,
        )
        rows = [row for row in cursor.fetchall() if row[2]]
    return tuple(
        LayerCoverage(layer=layer, tier=tier, total=total, grouped=grouped, live=live)
        for layer, tier, total, grouped, live in rows
    )


def list_ungrouped_distributors(
    actor: Actor, *, territory_id: int | None = None, after: str = "", limit: int = 50
) -> Page[UngroupedDistributor]:
    """
    Return active distributors without a base group, by code.

    :param after: ``next_key`` of the page before
    :raises NotFound: there is no such part within the actor's reach
    """
    with scope.reading(actor), connection.cursor() as cursor:
        values, places, _districts = _part(actor, territory_id)
        values |= {"after": after, "take": limit + 1}
        cursor.execute(_UNGROUPED.format(places=places), values)
        rows = [
            UngroupedDistributor(
                distributor_id=pk, code=code, name=name, tier=tier, territory_name=home
            )
            for pk, code, name, tier, home in cursor.fetchall()
        ]
    return Page(
        rows=tuple(rows[:limit]), next_key=rows[limit - 1].code if len(rows) > limit else None
    )


def list_unseeded_districts(
    actor: Actor, *, territory_id: int | None = None, after: str = "", limit: int = 50
) -> Page[UnseededDistrict]:
    """
    Return districts without a group of seed users, down the tree.

    :param after: ``next_key`` of the page before
    :raises NotFound: there is no such part within the actor's reach
    """
    with scope.reading(actor), connection.cursor() as cursor:
        values, _places, districts = _part(actor, territory_id)
        values |= {"after": after, "take": limit + 1}
        cursor.execute(_UNSEEDED.format(districts=districts), values)
        rows = [
            UnseededDistrict(territory_id=pk, name=name, path=path)
            for pk, name, path in cursor.fetchall()
        ]
    return Page(
        rows=tuple(rows[:limit]), next_key=rows[limit - 1].path if len(rows) > limit else None
    )


def every_ungrouped_distributor(
    actor: Actor, *, territory_id: int | None = None
) -> Iterator[UngroupedDistributor]:
    """Yield all of them, for an export; a scope is opened for each step."""
    return every_row(
        lambda after: list_ungrouped_distributors(
            actor, territory_id=territory_id, after=after, limit=_EXPORT_STEP
        )
    )


def every_unseeded_district(
    actor: Actor, *, territory_id: int | None = None
) -> Iterator[UnseededDistrict]:
    """Yield all of them, for an export; a scope is opened for each step."""
    return every_row(
        lambda after: list_unseeded_districts(
            actor, territory_id=territory_id, after=after, limit=_EXPORT_STEP
        )
    )


def _part(actor: Actor, territory_id: int | None) -> tuple[dict[str, Any], str, str]:
    """Return what narrows to a part: values, a join for distributors, the districts; inside a scope."""
    if territory_id is None:
        return {}, "", _DISTRICT.format(within="true")
    top = access.territory_for(actor, territory_id).path
    return {"top": top}, _AT_HOME, _DISTRICT.format(within=_BELOW.format(path="t.path"))
