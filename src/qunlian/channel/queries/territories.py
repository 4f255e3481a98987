"""The sales tree: a level at a time with counts, one territory, and choices for forms."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from qunlian.channel import access
from qunlian.channel.models import Staff, Territory, TerritoryAssignment
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.paging import Page

_COUNTS = """
SELECT top.id, coalesce(sum(c.stores), 0)::bigint, count(t.id) - 1,
       count(t.id) FILTER (WHERE t.is_patch AND t.id <> top.id)
FROM channel_territory top
JOIN channel_territory t ON t.enterprise_id = top.enterprise_id
    AND t.path >= top.path AND t.path < (left(top.path, -1) || '0') COLLATE "C"
LEFT JOIN channel_territory_count c ON c.enterprise_id = t.enterprise_id AND c.territory_id = t.id
WHERE top.enterprise_id = %s AND top.id = ANY (%s) GROUP BY top.id
"""
#: For a partner: how many of his own stores lie there; how many others do is not his to know.
_OWN_COUNTS = """
SELECT top.id, count(s.id), 0, 0
FROM channel_territory top
JOIN channel_territory t ON t.enterprise_id = top.enterprise_id
    AND t.path >= top.path AND t.path < (left(top.path, -1) || '0') COLLATE "C"
LEFT JOIN channel_store_view s ON s.enterprise_id = t.enterprise_id AND s.territory_id = t.id
    AND s.status <> 'closed'
WHERE top.enterprise_id = %s AND top.id = ANY (%s) GROUP BY top.id
"""
_OWN_OF_EACH = """
SELECT t.id, c.stores FROM channel_territory_view t
JOIN channel_territory_count c ON c.enterprise_id = t.enterprise_id AND c.territory_id = t.id
WHERE t.enterprise_id = %s AND c.stores > 0
    AND t.path >= %s COLLATE "C" AND t.path < (left(%s, -1) || '0') COLLATE "C"
ORDER BY t.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Who covers a territory, and since or until when (``until_on`` None: still)."""

    staff_id: int
    name: str
    role: str
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryNode:
    """A territory with what lies below it: stores that are not closed, territories, patches."""

    id: int
    parent_id: int | None
    code: str
    name: str
    depth: int
    is_patch: bool
    stores: int
    below: int
    patches: int
    staff: tuple[Cover, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryPage:
    """One territory, the way down to it, the level below it, and who covered it over time."""

    node: TerritoryNode
    above: tuple[tuple[int, str], ...]
    children: tuple[TerritoryNode, ...]
    covers: tuple[Cover, ...]


def top_territories(actor: Actor) -> tuple[TerritoryNode, ...]:
    """Return where the actor's tree begins: the roots, or the territories he covers."""
    with scope.reading(actor):
        within = access.territories_within(actor)
        if actor.reach.is_everything:
            return _nodes(actor, within.filter(parent=None))
        if actor.reach.territory_paths:
            return _nodes(actor, within.filter(path__in=actor.reach.territory_paths))
        return _nodes(actor, within)


def territory_children(actor: Actor, territory_id: int) -> tuple[TerritoryNode, ...]:
    """
    Return the level below a territory.

    :raises NotFound: no such territory within the actor's reach
    """
    with scope.reading(actor):
        parent = access.territory_for(actor, territory_id)
        return _nodes(actor, access.territories_within(actor).filter(parent=parent))


def patches_without_rep(actor: Actor, *, after: str = "", take: int = 50) -> Page[TerritoryNode]:
    """Return patches with stores that no rep looks after today, by code: each waits to be assigned."""
    covering = TerritoryAssignment.objects.filter(
        access.standing_on(access.DATABASE_DAY),
        territory_id=OuterRef("pk"),
        staff__role=Role.REP,
        staff__left_on=None,
    )
    with scope.reading(actor):
        held = access.stores_within(actor).filter(territory_id=OuterRef("pk"))
        patches = access.territories_within(actor).filter(is_patch=True, code__gt=after)
        alone = patches.filter(Exists(held), ~Exists(covering)).order_by("code")
        nodes = _nodes(actor, alone[: take + 1])
    more = nodes[take - 1].code if len(nodes) > take else None
    return Page(rows=nodes[:take], next_key=more)


def territory_page(actor: Actor, territory_id: int) -> TerritoryPage:
    """
    Return one territory with its surroundings.

    :raises NotFound: no such territory within the actor's reach
    """
    with scope.reading(actor):
        row = access.territory_for(actor, territory_id)
        within = access.territories_within(actor)
        (node,) = _nodes(actor, within.filter(pk=row.pk))
        ids = [int(part) for part in row.path.strip("/").split("/")][:-1]
        above = within.filter(pk__in=ids).order_by("depth")
        return TerritoryPage(
            node=node,
            above=tuple(above.values_list("pk", "name")),
            children=_nodes(actor, within.filter(parent=row)),
            covers=_covers(TerritoryAssignment.objects.filter(territory=row)).get(row.pk, ()),
        )


def territory_name(actor: Actor, territory_id: int) -> str:
    """
    Return a territory's name, for the head of a filtered list.

    :raises NotFound: no such territory within the actor's reach
    """
    with scope.reading(actor):
        return access.territory_for(actor, territory_id).name


def territory_stores(actor: Actor, ids: Iterable[int]) -> dict[int, int]:
    """Return how many stores lie in each of these territories and below; inside a scope."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [actor.enterprise_id, list(ids)])
        return {found[0]: found[1] for found in cursor.fetchall()}


def stores_of_each(actor: Actor, path: str) -> dict[int, int]:
    """Return how many stores, not closed, lie right in each territory of a subtree within reach."""
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(_OWN_OF_EACH, [actor.enterprise_id, path, path])
        return dict(cursor.fetchall())


def _nodes(actor: Actor, rows: QuerySet[Territory]) -> tuple[TerritoryNode, ...]:
    known = sorted(rows, key=lambda row: row.code)
    ids = [row.pk for row in known]
    with connection.cursor() as cursor:
        is_whole = actor.reach.is_everything or bool(actor.reach.territory_paths)
        cursor.execute(_COUNTS if is_whole else _OWN_COUNTS, [actor.enterprise_id, ids])
        counts = {found[0]: found[1:] for found in cursor.fetchall()}
    covers = _covers(
        TerritoryAssignment.objects.filter(
            access.standing_on(access.DATABASE_DAY), territory_id__in=ids
        )
    )
    return tuple(
        TerritoryNode(
            id=row.pk,
            parent_id=row.parent_id,
            code=row.code,
            name=row.name,
            depth=row.depth,
            is_patch=row.is_patch,
            stores=counts[row.pk][0],
            below=counts[row.pk][1],
            patches=counts[row.pk][2],
            staff=covers.get(row.pk, ()),
        )
        for row in known
    )


def _covers(rows: QuerySet[TerritoryAssignment]) -> dict[int, tuple[Cover, ...]]:
    assignments = list(rows.order_by("-from_on", "-pk"))
    names = staff_names({row.staff_id for row in assignments})
    found: dict[int, list[Cover]] = {}
    for row in assignments:
        name, role = names[row.staff_id]
        cover = Cover(
            staff_id=row.staff_id,
            name=name,
            role=role,
            from_on=row.from_on,
            until_on=row.until_on,
        )
        found.setdefault(row.territory_id, []).append(cover)
    return {territory_id: tuple(covers) for territory_id, covers in found.items()}


def staff_names(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return id → (name, role); inside a scope."""
    rows = Staff.objects.filter(pk__in=set(ids)).values_list("pk", "person__name", "role")
    return {pk: (name, role) for pk, name, role in rows}
