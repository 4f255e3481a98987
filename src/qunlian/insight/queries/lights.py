"""Three lights per store: it orders, sits in a live group, follows content; and the lost, without any."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound
from qunlian.kernel.paging import Page, every_row
from qunlian.kernel.typed import wholes

#: A light goes out when for so long nothing was ordered or nobody of the store read a message.
LATELY = timedelta(days=30)
_EXPORT_STEP = 2000

#: Asked store by store (an EXISTS would be answered from a table of everybody who sits or reads anywhere).
_ORDERS = """coalesce((SELECT true FROM commerce_order_view o
    WHERE o.enterprise_id = s.enterprise_id AND o.store_id = s.id AND o.placed_at >= %(since)s
    LIMIT 1), false)"""
_SITS = """coalesce((SELECT true FROM community_member_view m
    JOIN community_group_view g ON g.enterprise_id = m.enterprise_id AND g.id = m.group_id
    WHERE m.enterprise_id = s.enterprise_id AND m.store_id = s.id AND m.left_at IS NULL
      AND g.life IN ('live', 'fading') LIMIT 1), false)"""
_FOLLOWS = """coalesce((SELECT true FROM community_member_view m
    JOIN messaging_receipt_view r ON r.enterprise_id = m.enterprise_id AND r.person_id = m.person_id
    WHERE m.enterprise_id = s.enterprise_id AND m.store_id = s.id AND m.left_at IS NULL
      AND r.read_at >= %(since)s LIMIT 1), false)"""
_OF_STORES = f"""
SELECT s.id, {_ORDERS}, {_SITS}, {_FOLLOWS} FROM channel_store_view s WHERE s.id = ANY(%(ids)s)
"""
#: The largest first, along the index on size; which of them are lost is asked of some at a time.
_NEXT = """
SELECT s.id, s.size_fen FROM channel_store_view s
WHERE s.enterprise_id = %(enterprise)s AND s.status = 'open' {terms}
ORDER BY s.size_fen DESC, s.id DESC LIMIT %(some)s
"""
_LOST = f"""
WITH looked_at AS MATERIALIZED (
    SELECT s.id, s.code, s.name, s.size_fen, s.territory_id,
        ({_ORDERS} OR {_SITS} OR {_FOLLOWS}) AS has_light
    FROM channel_store_view s WHERE s.enterprise_id = %(enterprise)s AND s.id = ANY(%(ids)s)
)
SELECT s.id, s.code, s.name, s.size_fen,
    coalesce((SELECT t.name FROM channel_place_view t WHERE t.id = s.territory_id), ''),
    coalesce((SELECT true FROM community_group_store_view b WHERE b.enterprise_id = %(enterprise)s
              AND b.store_id = s.id AND b.layer = 'store' LIMIT 1), false)
FROM looked_at s WHERE NOT s.has_light ORDER BY s.size_fen DESC, s.id DESC LIMIT %(left)s
"""
_INSIDE = """
SELECT part.id FROM channel_territory_view part JOIN channel_territory_view top ON top.id = %s
    AND part.path >= top.path AND part.path < (left(top.path, -1) || '0') COLLATE "C"
"""
_WITHIN = "AND s.territory_id = ANY(%(territories)s)"
_BEYOND = "AND (s.size_fen, s.id) < (%(size)s, %(last)s)"
#: How many stores are looked at first; four times as many each time that they do not suffice.
_FIRST_LOOK = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Lights:
    """What is known of a store lately."""

    orders: bool
    sits: bool
    follows: bool

    @property
    def is_lost(self) -> bool:
        """Tell whether every light is out."""
        return not (self.orders or self.sits or self.follows)


@dataclass(frozen=True, slots=True, kw_only=True)
class LostStore:
    """A store without any light; ``has_group`` when one waits for it."""

    store_id: int
    code: str
    name: str
    size_fen: int
    territory: str
    has_group: bool


def lights_of(actor: Actor, store_ids: Sequence[int], *, now: datetime) -> dict[int, Lights]:
    """Return the lights of these stores, of those within reach."""
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(_OF_STORES, {"ids": list(store_ids), "since": now - LATELY})
        return {
            store_id: Lights(orders=orders, sits=sits, follows=follows)
            for store_id, orders, sits, follows in cursor.fetchall()
        }


def list_lost_stores(
    actor: Actor,
    *,
    territory_id: int | None = None,
    after: str = "",
    take: int = 50,
    now: datetime,
) -> Page[LostStore]:
    """
    Return open stores without any light, the largest first: the work list of whoever visits them.

    :param after: ``<size in fen>:<id>`` of the last row before
    :raises NotFound: there is no such part within the actor's reach
    """
    values: dict[str, Any] = {"enterprise": actor.enterprise_id, "since": now - LATELY}
    size, _, last = after.partition(":")
    if begin := wholes(size, last):
        values |= {"size": begin[0], "last": begin[1]}
    with scope.reading(actor), connection.cursor() as cursor:
        if territory_id is not None:
            values["territories"] = _inside(cursor, territory_id)
        found = _walk(cursor, values, take + 1)
    rows = tuple(found[:take])
    key = f"{rows[-1].size_fen}:{rows[-1].store_id}" if len(found) > take else None
    return Page(rows=rows, next_key=key)


def _walk(cursor: Any, values: dict[str, Any], wanted: int) -> list[LostStore]:
    """Go down the stores by size until so many are found that are lost, or none is left."""
    found: list[LostStore] = []
    names = tuple(LostStore.__dataclass_fields__)
    some = wanted * _FIRST_LOOK
    while len(found) < wanted:
        terms = (_WITHIN if "territories" in values else "") + " "
        terms += _BEYOND if "last" in values else ""
        cursor.execute(_NEXT.format(terms=terms), {**values, "some": some})
        looked_at = cursor.fetchall()
        if looked_at:
            ids = [pk for pk, _ in looked_at]
            cursor.execute(_LOST, {**values, "ids": ids, "left": wanted - len(found)})
            found += [LostStore(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
            values = {**values, "last": looked_at[-1][0], "size": looked_at[-1][1]}
        if len(looked_at) < some:
            break
        some *= 4
    return found


def every_lost_store(
    actor: Actor, *, territory_id: int | None = None, now: datetime
) -> Iterator[LostStore]:
    """Yield all of them, for an export; a scope is opened for each step."""
    return every_row(
        lambda after: list_lost_stores(
            actor, territory_id=territory_id, after=after, take=_EXPORT_STEP, now=now
        )
    )


def _inside(cursor: Any, territory_id: int) -> list[int]:
    """Return a part and all below it, as far as they are within reach."""
    cursor.execute(_INSIDE, [territory_id])
    ids = [pk for (pk,) in cursor.fetchall()]
    if not ids:
        raise NotFound(kind="territory", id=territory_id)
    return ids
