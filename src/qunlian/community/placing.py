"""
Giving stores another base group, with their seats and their people; for ``founding``, within its transaction.

Held in this order: the stores' placements (by store id), the groups (by id), the members.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from qunlian.community.models import Group, Plan, PlanGroup
from qunlian.community.rules.life import OPEN
from qunlian.kernel.actor import Actor
from qunlian.platforms import registry

#: The layer whose base groups hold stores; the others' groups are made by ``founding_partners``.
LAYER = "store"

_PLACED_BEFORE = """
SELECT gs.store_id, gs.group_id, gs.seats FROM community_group_store gs
JOIN community_plan_store ps ON ps.enterprise_id = gs.enterprise_id AND ps.store_id = gs.store_id
WHERE gs.enterprise_id = %s AND gs.layer = %s AND ps.plan_id = %s AND ps.plan_group_id = ANY(%s)
ORDER BY gs.store_id FOR UPDATE OF gs
"""
_PLACE = """
INSERT INTO community_group_store (enterprise_id, layer, store_id, group_id, seats, since_at)
SELECT ps.enterprise_id, %s, ps.store_id, g.group_id, ps.seats, %s
FROM community_plan_store ps
JOIN community_plan_group g ON g.enterprise_id = ps.enterprise_id AND g.id = ps.plan_group_id
WHERE ps.enterprise_id = %s AND ps.plan_id = %s AND ps.plan_group_id = ANY(%s)
ORDER BY ps.store_id
ON CONFLICT (enterprise_id, layer, store_id)
DO UPDATE SET group_id = EXCLUDED.group_id, seats = EXCLUDED.seats, since_at = EXCLUDED.since_at
WHERE community_group_store.group_id <> EXCLUDED.group_id
   OR community_group_store.seats <> EXCLUDED.seats
RETURNING store_id, group_id, seats
"""
_COUNT_SEATS = """
UPDATE community_group g SET seats_expected = g.seats_expected + change.seats, changed_at = %s
FROM (SELECT group_id, sum(seats) AS seats FROM unnest(%s::bigint[], %s::int[]) AS c (group_id, seats)
      GROUP BY group_id) change
WHERE g.enterprise_id = %s AND g.id = change.group_id
"""
#: Those who joined for a store go with it, as many as the new group's cap allows, the longest there first.
#: Nobody is moved out of or into a room that only its own platform's people fill: who sits there is read.
_MOVE_MEMBERS = """
WITH goes AS (
    SELECT m.id, m.group_id AS old_group, moved.new_group, m.person_id, m.store_id, m.role,
           row_number() OVER (PARTITION BY moved.new_group ORDER BY m.joined_at, m.id) AS place
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS moved (store_id, old_group, new_group)
    JOIN community_member m ON m.enterprise_id = %s AND m.group_id = moved.old_group
        AND m.store_id = moved.store_id AND m.left_at IS NULL
    JOIN community_group old ON old.enterprise_id = m.enterprise_id AND old.id = m.group_id
        AND NOT old.platform = ANY(%s)
), fits AS (
    SELECT goes.* FROM goes JOIN community_group g ON g.enterprise_id = %s AND g.id = goes.new_group
    WHERE goes.place <= g.seats_cap - g.seats_taken AND NOT g.platform = ANY(%s)
), ended AS (
    UPDATE community_member m SET left_at = %s, left_reason = 'moved'
    FROM fits WHERE m.enterprise_id = %s AND m.id = fits.id RETURNING m.group_id
), begun AS (
    INSERT INTO community_member
        (enterprise_id, group_id, person_id, role, store_id, source, joined_at, left_reason)
    SELECT DISTINCT ON (new_group, person_id) %s, new_group, person_id, role, store_id, 'plan', %s, ''
    FROM fits
    ON CONFLICT (enterprise_id, group_id, person_id) WHERE left_at IS NULL DO NOTHING
    RETURNING group_id
), change AS (
    SELECT group_id, sum(n) AS n FROM (
        SELECT group_id, -1 AS n FROM ended UNION ALL SELECT group_id, 1 FROM begun) each
    GROUP BY group_id
)
UPDATE community_group g SET seats_taken = g.seats_taken + change.n
FROM change WHERE g.enterprise_id = %s AND g.id = change.group_id
"""
_LET_WAITING_IN = """
WITH waits AS (
    SELECT w.store_id, w.person_id, w.source, w.since_at, gs.group_id,
           row_number() OVER (PARTITION BY gs.group_id ORDER BY w.since_at, w.person_id) AS place
    FROM community_waiting w JOIN community_group_store gs
        ON gs.enterprise_id = w.enterprise_id AND gs.store_id = w.store_id AND gs.layer = %s
    WHERE w.enterprise_id = %s AND gs.group_id = ANY(%s)
), fits AS (
    SELECT waits.* FROM waits JOIN community_group g ON g.enterprise_id = %s AND g.id = waits.group_id
    WHERE waits.place <= g.seats_cap - g.seats_taken AND NOT g.platform = ANY(%s)
), gone AS (
    DELETE FROM community_waiting w USING fits
    WHERE w.enterprise_id = %s AND w.store_id = fits.store_id AND w.person_id = fits.person_id
), begun AS (
    INSERT INTO community_member
        (enterprise_id, group_id, person_id, role, store_id, source, joined_at, left_reason)
    SELECT DISTINCT ON (group_id, person_id) %s, group_id, person_id, 'member', store_id, source, %s, ''
    FROM fits
    ON CONFLICT (enterprise_id, group_id, person_id) WHERE left_at IS NULL DO NOTHING
    RETURNING group_id
), change AS (SELECT group_id, count(*) AS n FROM begun GROUP BY group_id)
UPDATE community_group g SET seats_taken = g.seats_taken + change.n
FROM change WHERE g.enterprise_id = %s AND g.id = change.group_id
"""


def placed_before(
    actor: Actor, plan: Plan, proposals: Sequence[PlanGroup]
) -> dict[int, tuple[int, int]]:
    """Hold the placements of the proposals' stores: store → (group, seats) of those that have one."""
    ids = [proposal.pk for proposal in proposals]
    with connection.cursor() as cursor:
        cursor.execute(_PLACED_BEFORE, [actor.enterprise_id, LAYER, plan.pk, ids])
        return {store_id: (group_id, seats) for store_id, group_id, seats in cursor.fetchall()}


def hold_groups(
    before: Mapping[int, tuple[int, int]], proposals: Sequence[PlanGroup]
) -> dict[int | None, Group]:
    """Hold all groups that change; return those that proposals continue and that are still open."""
    continued = {proposal.present_id for proposal in proposals if proposal.present_id}
    ids = continued | {group_id for group_id, _ in before.values()}
    held = Group.objects.filter(pk__in=ids).order_by("pk").select_for_update()
    return {group.pk: group for group in held if group.pk in continued and group.life in OPEN}


def place(
    actor: Actor,
    plan: Plan,
    proposals: Sequence[PlanGroup],
    known: tuple[Mapping[int, tuple[int, int]], set[int]],
    at: datetime,
) -> tuple[dict[int, int], dict[int, tuple[int, int]]]:
    """
    Give the stores their base group, and count the seats that leave and come with them.

    :param known: where the stores were, and the groups made just now, which count them already
    :returns: store → its group, where its place changed; store → (old, new group) of those that moved
    """
    before, made = known
    e, ids = actor.enterprise_id, [p.pk for p in proposals]
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, [LAYER, at, e, plan.pk, ids])
        rows = cursor.fetchall()
        changes = [(group_id, seats) for _, group_id, seats in rows if group_id not in made]
        changes += [
            (before[store_id][0], -before[store_id][1])
            for store_id, _, _ in rows
            if store_id in before
        ]
        if changes:
            groups, seats = zip(*changes, strict=True)
            cursor.execute(_COUNT_SEATS, [at, list(groups), list(seats), e])
    placed = {store_id: group_id for store_id, group_id, _ in rows}
    moves = {
        store_id: (before[store_id][0], group_id)
        for store_id, group_id in placed.items()
        if store_id in before and before[store_id][0] != group_id
    }
    return placed, moves


def bring_people(
    actor: Actor,
    group_ids: list[int],
    moves: Mapping[int, tuple[int, int]],
    at: datetime,
) -> None:
    """Move the members of moved stores along, and let in those who waited for a group."""
    e, outside = actor.enterprise_id, list(registry.with_own_accounts())
    with connection.cursor() as cursor:
        if moves:
            olds, news = zip(*moves.values(), strict=True)
            lists = [list(moves), list(olds), list(news)]
            cursor.execute(_MOVE_MEMBERS, [*lists, e, outside, e, outside, at, e, e, at, e])
        cursor.execute(_LET_WAITING_IN, [LAYER, e, group_ids, e, outside, e, e, at, e])
