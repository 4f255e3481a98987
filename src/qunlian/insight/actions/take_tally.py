"""Count the channel and its groups, per territory, for today."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

from qunlian.insight.models import Tally
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor

CHINA = ZoneInfo("Asia/Shanghai")

_COUNT = """
INSERT INTO insight_tally (enterprise_id, territory_id, taken_on, taken_at, stores, stores_grouped,
    stores_live, stores_joined, groups, groups_live, people)
SELECT %(enterprise)s, t.id, %(today)s, %(now)s, coalesce(s.stores, 0), coalesce(s.grouped, 0),
    coalesce(s.live, 0), coalesce(s.joined, 0), coalesce(g.groups, 0), coalesce(g.live, 0),
    coalesce(g.people, 0)
FROM channel_territory_view t
LEFT JOIN (
    SELECT s.territory_id, count(*) AS stores, count(b.group_id) AS grouped,
        count(*) FILTER (WHERE g.life IN ('live', 'fading')) AS live, count(m.store_id) AS joined
    FROM channel_store_view s
    LEFT JOIN community_group_store_view b ON b.store_id = s.id AND b.layer = 'store'
    LEFT JOIN community_group_view g ON g.id = b.group_id
    LEFT JOIN (
        SELECT DISTINCT store_id FROM community_member_view
        WHERE left_at IS NULL AND store_id IS NOT NULL
    ) m ON m.store_id = s.id
    WHERE s.status = 'open' GROUP BY s.territory_id
) s ON s.territory_id = t.id
LEFT JOIN (
    SELECT territory_id, count(*) AS groups, sum(seats_taken) AS people,
        count(*) FILTER (WHERE life IN ('live', 'fading')) AS live
    FROM community_group_view WHERE life NOT IN ('merged', 'retired') GROUP BY territory_id
) g ON g.territory_id = t.id
"""

#: The rest until the next count is measured by what this one took.
_TOOK = "SELECT (extract(epoch FROM clock_timestamp() - transaction_timestamp()) * 1000)::bigint"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenTally:
    """How many territories were counted."""

    territories: int


def take_tally(*, actor: Actor, now: datetime) -> TakenTally:
    """Count each territory within reach and keep it as today's tally, replacing an earlier one of today."""
    today = now.astimezone(CHINA).date()
    with scope.writing(actor):
        Tally.objects.filter(taken_on=today).delete()
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, {"enterprise": actor.enterprise_id, "today": today, "now": now})
            counted = cursor.rowcount
            cursor.execute(_TOOK)
            (took_ms,) = cursor.fetchone()
        journal.record(
            "insight.tally_taken", actor=actor, at=now, territories=counted, took_ms=took_ms
        )
    return TakenTally(territories=counted)
