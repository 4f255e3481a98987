"""How stores are counted: one row per open store, added up by kind and by cell of a map."""

from typing import Final

from qunlian.channel.queries.divisions import LEVELS_OF_MAPS, PART_OF_MAP

#: So many stores without a group are noted one by one; of more, the first are found at once.
MOST_NOTED: Final = 5_000

#: One row per open store within reach.
STORES: Final = f"""
SELECT s.id, s.territory_id, s.type, s.management, {PART_OF_MAP} AS division, s.lng, s.lat,
    (b.group_id IS NOT NULL)::int AS grouped,
    coalesce((g.life IN ('live', 'fading'))::int, 0) AS live, (m.store_id IS NOT NULL)::int AS joined
FROM channel_store_view s
LEFT JOIN community_group_store_view b ON b.store_id = s.id AND b.layer = 'store'
LEFT JOIN community_group_view g ON g.id = b.group_id
LEFT JOIN (
    SELECT DISTINCT store_id FROM community_member_view
    WHERE left_at IS NULL AND store_id IS NOT NULL
) m ON m.store_id = s.id
WHERE s.status = 'open'
"""

#: People in groups of stores, staff left out, and those whose store we know, by the group's territory.
MEMBERS: Final = """
SELECT g.territory_id, count(*) AS members, count(m.store_id) AS bound
FROM community_member_view m JOIN community_group_view g ON g.id = m.group_id
WHERE m.left_at IS NULL AND m.role = 'member' AND g.layer = 'store' AND g.life NOT IN ('merged', 'retired')
GROUP BY g.territory_id
"""

#: ``{stores}``: where the rows are, a table or a query in brackets.
KINDS: Final = """
SELECT k.kind, s.territory_id, k.value, count(*) AS stores, sum(s.grouped) AS grouped,
    sum(s.live) AS live, sum(s.joined) AS joined, count(*) FILTER (WHERE s.lng IS NULL) AS unplaced
FROM {stores} s CROSS JOIN LATERAL (VALUES
    ('type', s.type), ('management', s.management), ('division', s.division)) k (kind, value)
GROUP BY k.kind, s.territory_id, k.value
"""

CELLS: Final = f"""
SELECT k.division, s.territory_id, floor(s.lng / k.size)::int AS x, floor(s.lat / k.size)::int AS y,
    sum(s.lng) AS lng_sum, sum(s.lat) AS lat_sum, count(*) AS stores, sum(s.grouped) AS grouped,
    sum(s.live) AS live, sum(s.joined) AS joined
FROM {{stores}} s CROSS JOIN LATERAL {LEVELS_OF_MAPS}
WHERE s.lng IS NOT NULL
GROUP BY 1, 2, 3, 4
"""
