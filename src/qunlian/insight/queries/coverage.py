"""The counts behind Today: stores, groups and people along the tree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from qunlian.community.queries import coverage as community
from qunlian.community.queries.coverage import CoveragePage
from qunlian.insight.queries.counted import MOST_NOTED
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor

_SUM = """
SELECT max(y.taken_at), coalesce(sum(y.stores), 0), coalesce(sum(y.stores_grouped), 0),
    coalesce(sum(y.stores_live), 0), coalesce(sum(y.stores_joined), 0), coalesce(sum(y.groups), 0),
    coalesce(sum(y.groups_live), 0), coalesce(sum(y.people), 0)
FROM insight_tally y JOIN channel_territory_view t ON t.id = y.territory_id
WHERE y.taken_on = (SELECT max(taken_on) FROM insight_tally WHERE taken_on <= %s)
"""
#: The stores below each of several territories, from the newest count.
_BELOW = """
WITH newest AS (SELECT max(taken_on) AS taken_on FROM insight_tally)
SELECT part.id, sum(y.stores), sum(y.stores_grouped), sum(y.stores_live), sum(y.stores_joined),
    sum(y.stores_bound), sum(y.members), sum(y.members_bound)
FROM (SELECT id, path FROM channel_territory_view WHERE id = ANY(%s)) part
JOIN channel_territory_view t
    ON t.path >= part.path AND t.path < (left(part.path, -1) || '0') COLLATE "C"
JOIN insight_tally y ON y.territory_id = t.id AND y.taken_on = (SELECT taken_on FROM newest)
GROUP BY part.id
"""
_COVERED = """
SELECT y.territory_id FROM insight_tally y JOIN channel_territory_view t ON t.id = y.territory_id
WHERE y.taken_on = (SELECT max(taken_on) FROM insight_tally) AND y.stores = y.stores_grouped
"""
_BOUND = """
SELECT y.territory_id FROM insight_tally y JOIN channel_territory_view t ON t.id = y.territory_id
WHERE y.taken_on = (SELECT max(taken_on) FROM insight_tally) AND y.stores_grouped = y.stores_bound
"""
#: For those whose reach is not a part of the territory tree (a distributor): counted now; it is small.
_NOW = """
SELECT now(), count(*), count(b.group_id), count(*) FILTER (WHERE g.life IN ('live', 'fading')),
    count(m.store_id), count(DISTINCT g.id),
    count(DISTINCT g.id) FILTER (WHERE g.life IN ('live', 'fading')), count(m.store_id)
FROM channel_store_view s
LEFT JOIN community_group_store_view b ON b.store_id = s.id AND b.layer = 'store'
LEFT JOIN community_group_view g ON g.id = b.group_id
LEFT JOIN (
    SELECT DISTINCT store_id FROM community_member_view WHERE left_at IS NULL
) m ON m.store_id = s.id
WHERE s.status = 'open'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How far the matrix reaches. ``joined`` are stores of which somebody sits in a group."""

    taken_at: datetime | None
    stores: int
    grouped: int
    live: int
    joined: int
    groups: int
    groups_live: int
    people: int

    @property
    def share(self) -> float | None:
        """Return stores in a live group ÷ open stores; None without stores."""
        return self.live / self.stores if self.stores else None


def coverage(actor: Actor, on: date) -> Coverage:
    """Return the newest count up to a day, of the part of the tree within reach."""
    by_tree = actor.reach.is_everything or actor.reach.territory_paths
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(_SUM if by_tree else _NOW, [on] if by_tree else [])
        row = cursor.fetchone()
    names = ("taken_at", "stores", "grouped", "live", "joined", "groups", "groups_live", "people")
    return Coverage(**dict(zip(names, row, strict=True)))


def counted_at(actor: Actor) -> datetime | None:
    """Return when the stores were last counted; None before the first count."""
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute("SELECT max(taken_at) FROM insight_tally")
        (taken_at,) = cursor.fetchone()
    found: datetime | None = taken_at
    return found


def newest_coverage(actor: Actor, territory_id: int | None) -> tuple[CoveragePage, datetime | None]:
    """
    Return the newest count of a part of the tree and when it was made; None: just now.

    A distributor's stores are counted as they are now: they are few, and no part of the tree is his.

    :raises NotFound: there is no such part within the actor's reach
    """
    at = None if actor.reach.distributor_paths else counted_at(actor)
    return community.coverage(
        actor, territory_id, count=tallied if at else community.counted_now
    ), at


def tallied(territory_ids: Sequence[int]) -> Mapping[int, tuple[int, ...]]:
    """Return what the newest count says of the stores below each territory; inside a scope."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [list(territory_ids)])
        return {part: tuple(map(int, counts)) for part, *counts in cursor.fetchall()}


def covered_territories(actor: Actor) -> tuple[int, ...]:
    """Return the territories whose own open stores all had a group when they were last counted."""
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(_COVERED)
        return tuple(territory_id for (territory_id,) in cursor.fetchall())


def bound_territories(actor: Actor) -> tuple[int, ...]:
    """Return the territories where somebody of each store with a group was known when last counted."""
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(_BOUND)
        return tuple(territory_id for (territory_id,) in cursor.fetchall())


def noted_stores(actor: Actor) -> tuple[int, ...] | None:
    """Return the stores that had no group when they were last counted; None: not every one was noted."""
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute("SELECT store_id FROM insight_uncovered_store LIMIT %s", [MOST_NOTED + 1])
        noted = tuple(store_id for (store_id,) in cursor.fetchall())
    return noted if 0 < len(noted) <= MOST_NOTED else None


def change_of_share(actor: Actor, today: date, *, days: int = 7) -> float | None:
    """Return by how much the covered share moved since ``days`` ago; None without a count then."""
    before = coverage(actor, today - timedelta(days=days)).share
    now = coverage(actor, today).share
    return None if before is None or now is None else now - before
