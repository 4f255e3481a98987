"""Coverage: which stores are in a group, a live group, and whose owner has joined, down the tree."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from qunlian.community import access
from qunlian.community.models import DistributorView, TerritoryView
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page, every_row

#: Open stores within reach: all, in a group, in a live group, with somebody in a group, both of these.
_LIGHTS = """
SELECT {part}, count(*), count(gs.group_id), count(*) FILTER (WHERE g.life IN ('live', 'fading')),
       count(joined.store_id), count(joined.store_id) FILTER (WHERE gs.group_id IS NOT NULL)
FROM channel_store_view s {places}
LEFT JOIN community_group_store gs
    ON gs.enterprise_id = s.enterprise_id AND gs.layer = 'store' AND gs.store_id = s.id
LEFT JOIN community_group g ON g.enterprise_id = gs.enterprise_id AND g.id = gs.group_id
LEFT JOIN (SELECT DISTINCT m.enterprise_id, m.store_id FROM community_member m
           WHERE m.left_at IS NULL AND m.store_id IS NOT NULL) joined
    ON joined.enterprise_id = s.enterprise_id AND joined.store_id = s.id
WHERE s.status = 'open'
GROUP BY 1
"""
#: Each part adds up its own subtree.
_BY_TERRITORY = _LIGHTS.format(
    part="part.id",
    places="""
JOIN channel_territory_view t ON t.id = s.territory_id
JOIN (SELECT id, path FROM channel_territory_view WHERE id = ANY(%s)) part
    ON t.path >= part.path AND t.path < (left(part.path, -1) || '0') COLLATE "C" """,
)
_BY_DISTRIBUTOR = _LIGHTS.format(
    part="d.path",
    places="JOIN channel_distributor_view d ON d.id = s.distributor_id",
)
#: People in the groups of stores below each part, staff left out, and those whose store we know.
_MEMBERS = """
SELECT part.id, count(*), count(m.store_id)
FROM community_group_view g
JOIN channel_territory_view t ON t.id = g.territory_id
JOIN (SELECT id, path FROM channel_territory_view WHERE id = ANY(%s)) part
    ON t.path >= part.path AND t.path < (left(part.path, -1) || '0') COLLATE "C"
JOIN community_member_view m ON m.group_id = g.id AND m.left_at IS NULL AND m.role = 'member'
WHERE g.layer = 'store' AND g.life NOT IN ('merged', 'retired')
GROUP BY part.id
"""
#: Place by place down the tree, each along its own index; a place without holes is not looked into.
_HOLES = """
SELECT s.id, s.code, s.name, p.path, p.name
FROM (SELECT t.enterprise_id, t.id, t.path, t.name FROM channel_place_view t
      WHERE t.path >= %(path)s AND t.id <> ALL (%(covered)s::bigint[]) {within} ORDER BY t.path) p
CROSS JOIN LATERAL (
    SELECT s.id, s.code, s.name FROM channel_store_view s
    WHERE s.enterprise_id = p.enterprise_id AND s.territory_id = p.id AND s.status = 'open'
      AND s.code > CASE WHEN p.path = %(path)s THEN %(code)s ELSE '' END
      AND {hole}
    ORDER BY s.code LIMIT %(take)s) s
ORDER BY p.path, s.code LIMIT %(take)s
"""
#: Where they are few, those that were noted when they were last counted are looked at instead. ``LIMIT``: a
#: place is looked up for each, not each place with all of them.
_HOLES_OF_NOTED = """
SELECT s.id, s.code, s.name, t.path, t.name
FROM channel_store_view s
CROSS JOIN LATERAL (
    SELECT p.path, p.name FROM channel_place_view p
    WHERE p.enterprise_id = s.enterprise_id AND p.id = s.territory_id LIMIT 1) t
WHERE s.id = ANY (%(noted)s::bigint[]) AND s.status = 'open' {within}
  AND (t.path, s.code) > (%(path)s, %(code)s)
  AND {hole}
ORDER BY t.path, s.code LIMIT %(take)s
"""
_UNPLACED = """NOT EXISTS (SELECT FROM community_group_store g WHERE g.enterprise_id = s.enterprise_id
    AND g.layer = 'store' AND g.store_id = s.id)"""
_UNBOUND = """EXISTS (SELECT FROM community_group_store g WHERE g.enterprise_id = s.enterprise_id
    AND g.layer = 'store' AND g.store_id = s.id)
    AND NOT EXISTS (SELECT FROM community_member m WHERE m.enterprise_id = s.enterprise_id
        AND m.store_id = s.id AND m.left_at IS NULL)"""
_WITHIN = "AND t.path >= %(top)s AND t.path < (left(%(top)s, -1) || '0') COLLATE \"C\""
_NONE = (0, 0, 0, 0, 0, 0, 0)
_MOST_PARTS = 500
_EXPORT_STEP = 2000

#: Territories → for each of its subtree: open stores, those in a group, in a live group, joined, bound;
#: people in groups of stores, those whose store we know.
Counter = Callable[[Sequence[int]], Mapping[int, tuple[int, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """
    Open stores of a part: all, those in a group, in a live group, with somebody in their group.

    :ivar bound: stores with a group, of which somebody we know sits in one
    :ivar members: people in the part's groups of stores, staff left out; ``members_bound`` those whose store
        we know. Both are 0 for a distributor's parts: groups lie in territories
    """

    territory_id: int | None
    name: str
    is_patch: bool
    stores: int
    in_group: int
    in_live_group: int
    joined: int
    bound: int
    members: int
    members_bound: int

    @property
    def not_bound(self) -> int:
        """Return how many stores have a group in which we know nobody of theirs."""
        return self.in_group - self.bound

    @property
    def without_group(self) -> int:
        """Return how many stores have no group."""
        return self.stores - self.in_group


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveragePage:
    """A part of the tree with its parts; ``path`` leads down to it (id, name)."""

    whole: Coverage
    parts: tuple[Coverage, ...]
    path: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UncoveredStore:
    """An open store without a group, or with one in which we know nobody of it."""

    store_id: int
    code: str
    name: str
    territory_name: str


def counted_now(territory_ids: Sequence[int]) -> Mapping[int, tuple[int, ...]]:
    """Count the stores below each territory as they are now: seconds, where there are a million."""
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, [list(territory_ids)])
        members = {part: counts for part, *counts in cursor.fetchall()}
        cursor.execute(_BY_TERRITORY, [list(territory_ids)])
        stores = {part: counts for part, *counts in cursor.fetchall()}
    return {
        part: (*stores.get(part, (0, 0, 0, 0, 0)), *members.get(part, (0, 0)))
        for part in stores.keys() | members.keys()
    }


def coverage(
    actor: Actor, territory_id: int | None = None, *, count: Counter = counted_now
) -> CoveragePage:
    """
    Return coverage of a part of the tree (None: all within reach) and of each part below it.

    A distributor's parts are the distributors below him; his own stores are counted as they are now.

    :param count: how the stores below territories are counted; insight keeps a tally of them
    :raises NotFound: there is no such part within the actor's reach
    """
    with scope.reading(actor):
        if territory_id is None and actor.reach.distributor_paths:
            return _by_distributor(actor)
        here = access.territory_for(actor, territory_id) if territory_id is not None else None
        children = _children(here)
        counts = count([child.pk for child in children] + ([here.pk] if here else []))
        parts = tuple(_row(child, counts.get(child.pk, _NONE)) for child in children)
        own = counts.get(here.pk, _NONE) if here else _sum(counts.values())
        return CoveragePage(whole=_row(here, own), parts=parts, path=_path(here) if here else ())


def _by_distributor(actor: Actor) -> CoveragePage:
    """Count a distributor's stores: his own, and those of each distributor right below him."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_DISTRIBUTOR)
        counts = {path: (*numbers, 0, 0) for path, *numbers in cursor.fetchall()}
    tops = tuple(actor.reach.distributor_paths)
    known = DistributorView.objects.order_by("name", "pk")
    below = [d for d in known if d.path not in tops and d.path.rpartition(f"{d.pk}/")[0] in tops]
    parts = tuple(
        replace(
            _row(None, _sum(n for path, n in counts.items() if path.startswith(each.path))),
            name=each.name,
        )
        for each in below[:_MOST_PARTS]
    )
    return CoveragePage(whole=_row(None, _sum(counts.values())), parts=parts, path=())


def _sum(counts: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(_NONE, *counts, strict=True)))


def list_uncovered_stores(
    actor: Actor,
    *,
    territory_id: int | None = None,
    after: str = "",
    limit: int = 50,
    covered: Sequence[int] = (),
    noted: Sequence[int] | None = None,
) -> Page[UncoveredStore]:
    """
    Return open stores without a group, place by place down the tree, by code in each: the holes.

    :param after: ``next_key`` of the page before
    :param covered: territories whose own stores all have a group, as last counted: not looked into
    :param noted: the stores without a group, as last counted: no other one is looked at
    :raises NotFound: there is no such part within the actor's reach
    """
    values: dict[str, Any] = {"covered": list(covered), "noted": list(noted or ())}
    query = (_HOLES if noted is None else _HOLES_OF_NOTED).replace("{hole}", _UNPLACED)
    return _holes(actor, query, values, (territory_id, after, limit))


def list_unbound_stores(
    actor: Actor,
    *,
    territory_id: int | None = None,
    after: str = "",
    limit: int = 50,
    covered: Sequence[int] = (),
) -> Page[UncoveredStore]:
    """
    Return open stores with a group in which we know nobody of theirs, place by place down the tree.

    :param after: ``next_key`` of the page before
    :param covered: territories of whose own stores with a group somebody was known when last counted
    :raises NotFound: there is no such part within the actor's reach
    """
    query = _HOLES.replace("{hole}", _UNBOUND)
    return _holes(actor, query, {"covered": list(covered)}, (territory_id, after, limit))


def _holes(
    actor: Actor, query: str, values: dict[str, Any], page: tuple[int | None, str, int]
) -> Page[UncoveredStore]:
    territory_id, after, limit = page
    path, _, code = after.partition("~")
    values |= {"path": path, "code": code, "take": limit + 1}
    with scope.reading(actor), connection.cursor() as cursor:
        if territory_id is not None:
            values["top"] = access.territory_for(actor, territory_id).path
        within = _WITHIN if territory_id is not None else ""
        cursor.execute(query.replace("{within}", within), values)
        found = cursor.fetchall()
    rows = tuple(
        UncoveredStore(store_id=pk, code=code, name=name, territory_name=place)
        for pk, code, name, _path, place in found[:limit]
    )
    _pk, code, _name, path, _place = found[limit - 1] if len(found) > limit else (0, "", "", "", "")
    return Page(rows=rows, next_key=f"{path}~{code}" if path else None)


def every_uncovered_store(
    actor: Actor, *, territory_id: int | None = None
) -> Iterator[UncoveredStore]:
    """Yield all of them, for an export; a scope is opened for each step."""
    return every_row(
        lambda after: list_uncovered_stores(
            actor, territory_id=territory_id, after=after, limit=_EXPORT_STEP
        )
    )


def _children(here: TerritoryView | None) -> list[TerritoryView]:
    """Return the parts below; at the top those whose parent is out of reach."""
    if here is not None:
        below = TerritoryView.objects.filter(parent_id=here.pk)
    else:
        inside = TerritoryView.objects.values("pk")
        below = TerritoryView.objects.exclude(parent_id__in=inside)
    return list(below.order_by("name", "pk")[:_MOST_PARTS])


def _row(territory: TerritoryView | None, counts: tuple[int, ...]) -> Coverage:
    stores, in_group, in_live_group, joined, bound, members, members_bound = counts
    return Coverage(
        territory_id=territory.pk if territory else None,
        name=territory.name if territory else "",
        is_patch=bool(territory and territory.is_patch),
        stores=stores,
        in_group=in_group,
        in_live_group=in_live_group,
        joined=joined,
        bound=bound,
        members=members,
        members_bound=members_bound,
    )


def _path(here: TerritoryView) -> tuple[tuple[int, str], ...]:
    ids = [int(part) for part in here.path.strip("/").split("/")]
    names = dict(TerritoryView.objects.filter(pk__in=ids).values_list("pk", "name"))
    return tuple((pk, names[pk]) for pk in ids if pk in names)
