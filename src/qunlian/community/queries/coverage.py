"""Coverage: which stores are in a group, a live group, and whose owner has joined, down the tree."""

from dataclasses import dataclass

from django.db import connection

from qunlian.community import access
from qunlian.community.models import GroupStore, StoreView, TerritoryView
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page

#: One pass over the stores of the part; each child adds up its own subtree.
_BY_CHILD = """
WITH child AS (
    SELECT t.id, t.path FROM channel_territory_view t WHERE t.id = ANY(%(children)s)
), place AS (
    SELECT t.id AS territory_id, c.id AS child_id FROM child c
    JOIN channel_territory_view t ON t.path >= c.path AND t.path < (left(c.path, -1) || '0') COLLATE "C"
)
SELECT place.child_id, count(*),
       count(gs.group_id),
       count(*) FILTER (WHERE g.life = 'live'),
       count(joined.store_id)
FROM channel_store_view s JOIN place ON place.territory_id = s.territory_id
LEFT JOIN community_group_store gs
    ON gs.enterprise_id = s.enterprise_id AND gs.layer = 'store' AND gs.store_id = s.id
LEFT JOIN community_group g ON g.enterprise_id = gs.enterprise_id AND g.id = gs.group_id
LEFT JOIN (SELECT DISTINCT m.enterprise_id, m.store_id FROM community_member m
           WHERE m.left_at IS NULL AND m.store_id IS NOT NULL) joined
    ON joined.enterprise_id = s.enterprise_id AND joined.store_id = s.id
WHERE s.status = 'open'
GROUP BY place.child_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Open stores of a part: all, those in a group, in a live group, with somebody in their group."""

    territory_id: int | None
    name: str
    is_patch: bool
    stores: int
    in_group: int
    in_live_group: int
    joined: int

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
class StoreLights:
    """A store with its lights: in a group, in a live group, somebody joined."""

    store_id: int
    code: str
    name: str
    territory_name: str
    group_id: int | None
    group_name: str
    is_live: bool
    has_joined: bool


def coverage(actor: Actor, territory_id: int | None = None) -> CoveragePage:
    """
    Return coverage of a part of the tree (None: all within reach) and of each part below it.

    :raises NotFound: there is no such part within the actor's reach
    """
    with scope.reading(actor):
        here = access.territory_for(actor, territory_id) if territory_id is not None else None
        children = _children(here)
        counts = _counts([child.pk for child in children])
        parts = tuple(_row(child, counts.get(child.pk, (0, 0, 0, 0))) for child in children)
        own = _counts([here.pk]).get(here.pk, (0, 0, 0, 0)) if here else None
        whole = own or tuple(map(sum, zip(*counts.values(), strict=True))) or (0, 0, 0, 0)
        return CoveragePage(whole=_row(here, whole), parts=parts, path=_path(here) if here else ())


def list_uncovered_stores(
    actor: Actor, *, territory_id: int | None = None, after: str = "", limit: int = 50
) -> Page[StoreLights]:
    """
    Return open stores without a group, by code: the holes.

    :raises NotFound: there is no such part within the actor's reach
    """
    with scope.reading(actor):
        placed = GroupStore.objects.filter(layer="store").values("store_id")
        stores = StoreView.objects.filter(status="open", code__gt=after).exclude(pk__in=placed)
        if territory_id is not None:
            path = access.territory_for(actor, territory_id).path
            stores = stores.filter(territory_id__in=access.territories_under((path,)))
        found = list(stores.order_by("code")[: limit + 1])
        rows = tuple(_lights(found[:limit]))
        return Page(rows=rows, next_key=rows[-1].code if len(found) > limit else None)


def _children(here: TerritoryView | None) -> list[TerritoryView]:
    """Return the parts below; at the top those whose parent is out of reach."""
    if here is not None:
        below = TerritoryView.objects.filter(parent_id=here.pk)
    else:
        inside = TerritoryView.objects.values("pk")
        below = TerritoryView.objects.exclude(parent_id__in=inside)
    return list(below.order_by("name", "pk")[:500])


def _counts(territory_ids: list[int]) -> dict[int, tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_BY_CHILD, {"children": territory_ids})
        return {child_id: tuple(counts) for child_id, *counts in cursor.fetchall()}


def _row(territory: TerritoryView | None, counts: tuple[int, ...]) -> Coverage:
    stores, in_group, in_live_group, joined = counts
    return Coverage(
        territory_id=territory.pk if territory else None,
        name=territory.name if territory else "",
        is_patch=bool(territory and territory.is_patch),
        stores=stores,
        in_group=in_group,
        in_live_group=in_live_group,
        joined=joined,
    )


def _path(here: TerritoryView) -> tuple[tuple[int, str], ...]:
    ids = [int(part) for part in here.path.strip("/").split("/")]
    names = dict(TerritoryView.objects.filter(pk__in=ids).values_list("pk", "name"))
    return tuple((pk, names[pk]) for pk in ids if pk in names)


def _lights(stores: list[StoreView]) -> list[StoreLights]:
    territories = dict(
        TerritoryView.objects.filter(pk__in={s.territory_id for s in stores}).values_list(
            "pk", "name"
        )
    )
    return [
        StoreLights(
            store_id=store.pk,
            code=store.code,
            name=store.name,
            territory_name=territories.get(store.territory_id, ""),
            group_id=None,
            group_name="",
            is_live=False,
            has_joined=False,
        )
        for store in stores
    ]
