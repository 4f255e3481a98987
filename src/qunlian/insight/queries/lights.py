"""Three lights per store: it orders, sits in a live group, follows content; and the lost, without any."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound
from qunlian.kernel.paging import Page

#: A light goes out when for so long nothing was ordered or nobody of the store read a message.
LATELY = timedelta(days=30)
_EXPORT_STEP = 2000

_ORDERS = """EXISTS (SELECT FROM commerce_order_view o
    WHERE o.enterprise_id = s.enterprise_id AND o.store_id = s.id AND o.placed_at >= %(since)s)"""
_SITS = """EXISTS (SELECT FROM community_member_view m
    JOIN community_group_view g ON g.enterprise_id = m.enterprise_id AND g.id = m.group_id
    WHERE m.enterprise_id = s.enterprise_id AND m.store_id = s.id AND m.left_at IS NULL
      AND g.life IN ('live', 'fading'))"""
_FOLLOWS = """EXISTS (SELECT FROM community_member_view m
    JOIN messaging_receipt_view r ON r.enterprise_id = m.enterprise_id AND r.person_id = m.person_id
    WHERE m.enterprise_id = s.enterprise_id AND m.store_id = s.id AND m.left_at IS NULL
      AND r.read_at >= %(since)s)"""
_OF_STORES = f"""
SELECT s.id, {_ORDERS}, {_SITS}, {_FOLLOWS} FROM channel_store_view s WHERE s.id = ANY(%(ids)s)
"""
#: The largest first, along the index on size; only stores without a light.
_LOST = f"""
SELECT s.id, s.code, s.name, s.size_fen, coalesce(t.name, ''), b.group_id IS NOT NULL
FROM channel_store_view s
LEFT JOIN channel_place_view t ON t.id = s.territory_id
LEFT JOIN community_group_store_view b ON b.enterprise_id = s.enterprise_id AND b.store_id = s.id
    AND b.layer = 'store'
WHERE s.enterprise_id = %(enterprise)s AND s.status = 'open' AND NOT {_SITS} AND NOT {_ORDERS}
  AND NOT {_FOLLOWS} {{terms}}
ORDER BY s.size_fen DESC, s.id DESC LIMIT %(take)s
"""
_WITHIN = """AND s.territory_id IN (SELECT part.id FROM channel_territory_view part
    JOIN channel_territory_view top ON top.id = %(territory)s
     AND part.path >= top.path AND part.path < (left(top.path, -1) || '0') COLLATE "C")"""
_BEYOND = "AND (s.size_fen, s.id) < (%(size)s, %(last)s)"


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
    terms: list[str] = []
    values: dict[str, Any] = {
        "enterprise": actor.enterprise_id,
        "since": now - LATELY,
        "take": take + 1,
    }
    size, _, last = after.partition(":")
    if size.isdecimal() and last.isdecimal():
        terms.append(_BEYOND)
        values |= {"size": int(size), "last": int(last)}
    with scope.reading(actor), connection.cursor() as cursor:
        if territory_id is not None:
            _door(cursor, territory_id)
            terms.append(_WITHIN)
            values["territory"] = territory_id
        cursor.execute(_LOST.format(terms=" ".join(terms)), values)
        found = [
            LostStore(
                store_id=pk,
                code=code,
                name=name,
                size_fen=fen,
                territory=place,
                has_group=has_group,
            )
            for pk, code, name, fen, place, has_group in cursor.fetchall()
        ]
    rows = tuple(found[:take])
    key = f"{rows[-1].size_fen}:{rows[-1].store_id}" if len(found) > take else None
    return Page(rows=rows, next_key=key)


def every_lost_store(
    actor: Actor, *, territory_id: int | None = None, now: datetime
) -> Iterator[LostStore]:
    """Yield all of them, for an export; a scope is opened for each step."""
    after: str | None = ""
    while after is not None:
        page = list_lost_stores(
            actor, territory_id=territory_id, after=after, take=_EXPORT_STEP, now=now
        )
        yield from page.rows
        after = page.next_key


def _door(cursor: Any, territory_id: int) -> None:
    cursor.execute("SELECT FROM channel_territory_view WHERE id = %s", [territory_id])
    if cursor.fetchone() is None:
        raise NotFound(kind="territory", id=territory_id)
