"""Coverage by what stores are: their type and how they are managed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from qunlian.insight.queries.counted import KINDS, STORES
from qunlian.insight.queries.coverage import counted_at
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound

_ADDED = """
SELECT k.kind, k.value, sum(k.stores)::int, sum(k.grouped)::int, sum(k.live)::int,
    sum(k.joined)::int, sum(k.unplaced)::int
FROM {source} k {places}
WHERE k.kind = ANY(%(kinds)s)
GROUP BY k.kind, k.value ORDER BY 1, 3 DESC, 2
"""
#: The territories that lie within reach, below ``top`` where one is given.
PLACES: Final = """
JOIN channel_territory_view t ON t.id = k.territory_id
    AND (%(top)s = '' OR (t.path >= %(top)s AND t.path < (left(%(top)s, -1) || '0') COLLATE "C"))
"""
_OF_STORES = ("type", "management")


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCoverage:
    """Open stores of one value of a kind; ``unplaced`` have no coordinates."""

    kind: str
    value: str
    stores: int
    grouped: int
    live: int
    joined: int
    unplaced: int


def coverage_by_kind(actor: Actor, territory_id: int | None = None) -> tuple[KindCoverage, ...]:
    """
    Return coverage by type and by management attribute, those of most stores first.

    :raises NotFound: there is no such part within the actor's reach
    """
    return tuple(added_up(actor, _OF_STORES, territory_id))


def added_up(
    actor: Actor, kinds: tuple[str, ...], territory_id: int | None
) -> Iterator[KindCoverage]:
    """Yield the sums of some kinds over what is within reach."""
    source, places = source_for(actor, "insight_kind_tally", KINDS)
    with scope.reading(actor), connection.cursor() as cursor:
        values: dict[str, Any] = {"kinds": list(kinds), "top": path_of(cursor, territory_id)}
        cursor.execute(_ADDED.format(source=source, places=places), values)
        names = tuple(KindCoverage.__dataclass_fields__)
        for row in cursor.fetchall():
            yield KindCoverage(**dict(zip(names, row, strict=True)))


def source_for(actor: Actor, table: str, query: str) -> tuple[str, str]:
    """
    Return where sums come from, and how they are narrowed to what is within reach.

    A distributor's reach is no part of the territory tree: his stores, which are few, are counted as
    they are now; so is everything before the first count.
    """
    if actor.reach.distributor_paths:
        return f"({query.format(stores=f'({STORES})')})", ""
    if counted_at(actor) is None:
        return f"({query.format(stores=f'({STORES})')})", PLACES
    return table, PLACES


def path_of(cursor: Any, territory_id: int | None) -> str:
    """
    Return a territory's path, empty for none; inside a scope.

    :raises NotFound: there is no such part within the actor's reach
    """
    if territory_id is None:
        return ""
    cursor.execute("SELECT path FROM channel_territory_view WHERE id = %s", [territory_id])
    found = cursor.fetchone()
    if found is None:
        raise NotFound(kind="territory", id=territory_id)
    path: str = found[0]
    return path
