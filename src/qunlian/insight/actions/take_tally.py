"""Count the channel and its groups, per territory, for today."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from qunlian.insight.models import Tally
from qunlian.insight.queries.counted import CELLS, KINDS, MEMBERS, MOST_NOTED, STORES
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor

CHINA = ZoneInfo("Asia/Shanghai")

#: Looked at once, added up three times.
_LOOK = f"CREATE TEMPORARY TABLE counted_store ON COMMIT DROP AS {STORES}"
_COUNT = f"""
INSERT INTO insight_tally (enterprise_id, territory_id, taken_on, taken_at, stores, stores_grouped,
    stores_live, stores_joined, groups, groups_live, people, stores_bound, members, members_bound)
SELECT %(enterprise)s, t.id, %(today)s, %(now)s, coalesce(s.stores, 0), coalesce(s.grouped, 0),
    coalesce(s.live, 0), coalesce(s.joined, 0), coalesce(g.groups, 0), coalesce(g.live, 0),
    coalesce(g.people, 0), coalesce(s.bound, 0), coalesce(m.members, 0), coalesce(m.bound, 0)
FROM channel_territory_view t
LEFT JOIN (
    SELECT territory_id, count(*) AS stores, sum(grouped) AS grouped, sum(live) AS live,
        sum(joined) AS joined, sum(grouped * joined) AS bound
    FROM counted_store GROUP BY territory_id
) s ON s.territory_id = t.id
LEFT JOIN (
    SELECT territory_id, count(*) AS groups, sum(seats_taken) AS people,
        count(*) FILTER (WHERE life IN ('live', 'fading')) AS live
    FROM community_group_view WHERE life NOT IN ('merged', 'retired') GROUP BY territory_id
) g ON g.territory_id = t.id
LEFT JOIN ({MEMBERS}) m ON m.territory_id = t.id
"""
_NOTE = (
    "DELETE FROM insight_uncovered_store",
    f"""
    INSERT INTO insight_uncovered_store (enterprise_id, store_id)
    SELECT %(enterprise)s, id FROM counted_store WHERE grouped = 0 ORDER BY id LIMIT {MOST_NOTED + 1}
    """,
)
_ADD_UP = "CREATE TEMPORARY TABLE {fresh} ON COMMIT DROP AS {query}"
#: What stayed as it was is not written again: a count an hour would otherwise leave its whole table behind.
_FORGET = """
DELETE FROM {table} k WHERE NOT EXISTS (SELECT FROM {fresh} c WHERE ({own}) = ({others}))
"""
_KEEP = """
INSERT INTO {table} AS k (enterprise_id, {keys}, {counts})
SELECT %(enterprise)s, {keys}, {counts} FROM {fresh}
ON CONFLICT (enterprise_id, {keys}) DO UPDATE SET ({counts}) = ROW({theirs})
WHERE ({ours}) IS DISTINCT FROM ({theirs})
"""

#: The rest until the next count is measured by what this one took.
_TOOK = "SELECT (extract(epoch FROM clock_timestamp() - transaction_timestamp()) * 1000)::bigint"


@dataclass(frozen=True, slots=True)
class _Sums:
    """A table of sums that holds the newest count only, and how it is added up."""

    table: str
    query: str
    keys: tuple[str, ...]
    counts: tuple[str, ...]


_SUMS = (
    _Sums(
        "insight_kind_tally",
        KINDS,
        ("kind", "territory_id", "value"),
        ("stores", "grouped", "live", "joined", "unplaced"),
    ),
    _Sums(
        "insight_map_cell",
        CELLS,
        ("division", "territory_id", "x", "y"),
        ("lng_sum", "lat_sum", "stores", "grouped", "live", "joined"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenTally:
    """How many territories were counted."""

    territories: int


def take_tally(*, actor: Actor, now: datetime, is_newest: bool = True) -> TakenTally:
    """
    Count each territory within reach and keep it as today's tally, replacing an earlier one of today.

    By type, attribute, division and cell of the map only the newest count is kept, and of the stores without
    a group which they are, while they are few.

    :param is_newest: False: a later day will be counted next, so only the territories need counting
    """
    today = now.astimezone(CHINA).date()
    with scope.writing(actor):
        Tally.objects.filter(taken_on=today).delete()
        with connection.cursor() as cursor:
            cursor.execute(_LOOK)
            cursor.execute(_COUNT, {"enterprise": actor.enterprise_id, "today": today, "now": now})
            counted = cursor.rowcount
            if is_newest:
                _renew_newest(cursor, actor.enterprise_id)
            cursor.execute(_TOOK)
            (took_ms,) = cursor.fetchone()
        journal.record(
            "insight.tally_taken", actor=actor, at=now, territories=counted, took_ms=took_ms
        )
    return TakenTally(territories=counted)


def _renew_newest(cursor: Any, enterprise_id: int) -> None:
    """Renew what is kept of the newest count only."""
    for sums in _SUMS:
        _renew(cursor, sums, enterprise_id)
    for statement in _NOTE:
        cursor.execute(statement, {"enterprise": enterprise_id})


def _renew(cursor: Any, sums: _Sums, enterprise_id: int) -> None:
    """Add up the rows just looked at, and write what is new, changed or gone."""
    names = {
        "table": sums.table,
        "fresh": f"fresh_{sums.table}",
        "query": sums.query.format(stores="counted_store"),
        "keys": ", ".join(sums.keys),
        "own": _of("k", sums.keys),
        "others": _of("c", sums.keys),
        "counts": ", ".join(sums.counts),
        "ours": _of("k", sums.counts),
        "theirs": _of("EXCLUDED", sums.counts),
    }
    for statement in (_ADD_UP, _FORGET, _KEEP):
        cursor.execute(statement.format(**names), {"enterprise": enterprise_id})


def _of(alias: str, columns: tuple[str, ...]) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)
