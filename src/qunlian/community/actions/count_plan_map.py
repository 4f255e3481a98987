"""Count a plan's groups by division and by cell of the map."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from qunlian.channel.queries.divisions import LEVELS_OF_MAPS, PART_OF_MAP
from qunlian.community import access
from qunlian.community.models import Plan, PlanCell, PlanPlace
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor

_LOOK = f"""
CREATE TEMP TABLE placed ON COMMIT DROP AS
SELECT ps.plan_group_id, g.likeness, {PART_OF_MAP} AS city, left(s.division_code, 6) AS district,
    s.lng, s.lat
FROM community_plan_store ps
JOIN community_plan_group g ON g.enterprise_id = ps.enterprise_id AND g.id = ps.plan_group_id
JOIN channel_store_view s ON s.enterprise_id = ps.enterprise_id AND s.id = ps.store_id
WHERE ps.plan_id = %s
"""
_PLACES = """
INSERT INTO community_plan_place
    (enterprise_id, plan_id, plan_group_id, city, district, stores, unplaced)
SELECT %s, %s, plan_group_id, city, district, count(*), count(*) FILTER (WHERE lng IS NULL)
FROM placed GROUP BY plan_group_id, city, district
"""
#: Added up group by group first: sorting all stores to tell their groups apart takes several times as long.
_CELLS = f"""
INSERT INTO community_plan_cell
    (enterprise_id, plan_id, division, x, y, lng_sum, lat_sum, stores, groups, likeness_sum)
SELECT %s, %s, division, x, y, sum(lng), sum(lat), sum(stores), count(*), sum(likeness)
FROM (
    SELECT k.division, floor(s.lng / k.size)::int AS x, floor(s.lat / k.size)::int AS y,
        sum(s.lng) AS lng, sum(s.lat) AS lat, count(*) AS stores, sum(s.likeness) AS likeness
    FROM (SELECT *, city AS division FROM placed WHERE lng IS NOT NULL) s
    CROSS JOIN LATERAL {LEVELS_OF_MAPS}
    GROUP BY s.plan_group_id, k.division, x, y
) of_group
GROUP BY division, x, y
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMapCounted:
    """Which version of the plan was counted; ``is_new``: it had not been yet."""

    plan_id: int
    version: int
    is_new: bool


def count_plan_map(*, actor: Actor, plan_id: int, now: datetime) -> PlanMapCounted:
    """
    Count the map of a plan as it stands, unless this version was counted; the work of a background job.

    :raises NotFound: no such plan within the actor's reach
    """
    with scope.writing(actor):
        plan = access.plan_to_change(actor, plan_id)  # edits wait, and so does another who counts
        if plan.map_version == plan.version or plan.state in ("waiting", "planning"):
            return PlanMapCounted(plan_id=plan_id, version=plan.version, is_new=False)
        with connection.cursor() as cursor:
            cursor.execute(_LOOK, [plan_id])
            PlanPlace.objects.filter(plan=plan).delete()
            PlanCell.objects.filter(plan=plan).delete()
            cursor.execute(_PLACES, [actor.enterprise_id, plan_id])
            cursor.execute(_CELLS, [actor.enterprise_id, plan_id])
        Plan.objects.filter(pk=plan_id).update(map_version=plan.version, map_at=now)
        journal.record(
            "community.plan_map_counted",
            actor=actor,
            at=now,
            about={"plan": [plan_id]},
            version=plan.version,
        )
        return PlanMapCounted(plan_id=plan_id, version=plan.version, is_new=True)
