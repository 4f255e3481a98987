"""
Making groups of a plan's proposals, a batch per transaction.

Order of locks, here and wherever a store's placement or a group's seats change: the plan, the stores'
placements (by store id), the groups (by id), the members. A batch only takes proposals without a group, so
running it again, after a crash or beside another worker, goes on where the last commit ended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from qunlian.channel.steps import public_codes
from qunlian.community import teams
from qunlian.community.models import Group, GroupStore, Plan, PlanGroup, Request
from qunlian.community.rules.layers import LayerTemplate
from qunlian.kernel import journal
from qunlian.kernel.actor import Actor

_LINK = """
UPDATE community_plan_group g SET group_id = made.group_id
FROM unnest(%s::bigint[], %s::bigint[]) AS made (plan_group_id, group_id)
WHERE g.enterprise_id = %s AND g.id = made.plan_group_id
"""
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
RETURNING store_id, group_id
"""
_LOSE_SEATS = """
UPDATE community_group g SET seats_expected = g.seats_expected - lost.seats, changed_at = %s
FROM (SELECT group_id, sum(seats) AS seats FROM unnest(%s::bigint[], %s::int[]) AS l (group_id, seats)
      GROUP BY group_id) lost
WHERE g.enterprise_id = %s AND g.id = lost.group_id
"""
#: Those who joined for a store go with it, as many as the new group's cap allows, the longest there first.
_MOVE_MEMBERS = """
WITH goes AS (
    SELECT m.id, m.group_id AS old_group, moved.new_group, m.person_id, m.store_id, m.role,
           row_number() OVER (PARTITION BY moved.new_group ORDER BY m.joined_at, m.id) AS place
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS moved (store_id, old_group, new_group)
    JOIN community_member m ON m.enterprise_id = %s AND m.group_id = moved.old_group
        AND m.store_id = moved.store_id AND m.left_at IS NULL
), fits AS (
    SELECT goes.* FROM goes JOIN community_group g ON g.enterprise_id = %s AND g.id = goes.new_group
    WHERE goes.place <= g.seats_cap - g.seats_taken
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
    WHERE waits.place <= g.seats_cap - g.seats_taken
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
_RETIRE_EMPTY = """
UPDATE community_group g SET life = 'merged', changed_at = %s
WHERE g.enterprise_id = %s AND g.layer = %s AND g.plan_id IS NOT NULL AND g.plan_id <> %s
  AND g.life NOT IN ('merged', 'retired')
  AND g.territory_id IN (
      SELECT DISTINCT p.territory_id FROM community_plan_group p
      WHERE p.enterprise_id = %s AND p.plan_id = %s)
  AND NOT EXISTS (SELECT FROM community_group_store s
                  WHERE s.enterprise_id = g.enterprise_id AND s.group_id = g.id)
RETURNING g.id
"""


#: The layer whose groups are made here; the others' are ``founding_partners``.
LAYER = "store"


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """What one batch made: groups, stores placed, and of them those that left another group."""

    groups: int
    stores: int
    moved: int


def found_groups(actor: Actor, plan: Plan, proposals: Sequence[PlanGroup], at: datetime) -> Founded:
    """Make groups of these proposals over stores, with team, requests to the platform and join codes."""
    people = teams.people_of(proposals)
    groups = _make(plan, proposals, people, at)
    placed, moves = _place(actor, plan, proposals, at)
    group_ids = [group.pk for group in groups]
    teams.seat_team(proposals, groups, people, at)
    _bring_people(actor, LAYER, group_ids, moves, at)
    Request.objects.bulk_create(
        Request(
            enterprise_id=plan.enterprise_id,
            group=group,
            kind="create",
            state="held" if plan.is_in_waves else "asked",
            payload={"name": group.name},
            asked_at=at,
        )
        for group in groups
    )
    public_codes(actor=actor, kind="store", target_ids=sorted(placed))
    _record(actor, plan, group_ids, placed, moves, at)
    return Founded(groups=len(groups), stores=len(placed), moved=len(moves))


def retire_emptied(actor: Actor, plan: Plan, at: datetime) -> list[int]:
    """End the groups of earlier plans in these patches that have no stores left; return their ids."""
    with connection.cursor() as cursor:
        e = actor.enterprise_id
        cursor.execute(_RETIRE_EMPTY, [at, e, LAYER, plan.pk, e, plan.pk])
        ended = [group_id for (group_id,) in cursor.fetchall()]
    if ended:
        journal.record(
            "community.groups_emptied",
            actor=actor,
            at=at,
            about={"group": ended, "plan": [plan.pk]},
        )
    return ended


def _make(
    plan: Plan, proposals: Sequence[PlanGroup], people: Mapping[int, int], at: datetime
) -> list[Group]:
    template = LayerTemplate.of(plan.templates[LAYER])
    groups = Group.objects.bulk_create(
        Group(
            enterprise_id=plan.enterprise_id,
            name=proposal.name,
            layer=LAYER,
            purposes=list(template.purposes),
            theme=template.theme,
            rules=template.rules,
            platform=template.platform,
            tags=[tag for tag in (proposal.main_type, proposal.main_management) if tag],
            territory_id=proposal.territory_id,
            life="planned",
            seats_cap=proposal.seats_cap,
            seats_expected=proposal.seats + proposal.reserved,
            owner_person_id=people.get(proposal.owner_staff_id or 0),
            steward_staff_id=proposal.steward_staff_id,
            plan=plan,
            created_at=at,
            changed_at=at,
        )
        for proposal in proposals
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _LINK,
            [[p.pk for p in proposals], [group.pk for group in groups], plan.enterprise_id],
        )
    return groups


def _place(
    actor: Actor, plan: Plan, proposals: Sequence[PlanGroup], at: datetime
) -> tuple[dict[int, int], dict[int, tuple[int, int]]]:
    """
    Give the stores their base group.

    :returns: store → its group; store → (old group, new group) for those that had one
    """
    e, ids = actor.enterprise_id, [p.pk for p in proposals]
    with connection.cursor() as cursor:
        cursor.execute(_PLACED_BEFORE, [e, LAYER, plan.pk, ids])
        before = cursor.fetchall()
        if before:
            old_ids = {group_id for _, group_id, _ in before}
            list(Group.objects.filter(pk__in=old_ids).order_by("pk").select_for_update())
            seats = [row[2] for row in before]
            cursor.execute(_LOSE_SEATS, [at, [row[1] for row in before], seats, e])
        cursor.execute(_PLACE, [LAYER, at, e, plan.pk, ids])
        placed = dict(cursor.fetchall())
    moves = {store_id: (group_id, placed[store_id]) for store_id, group_id, _ in before}
    return placed, moves


def _bring_people(
    actor: Actor,
    layer: str,
    group_ids: list[int],
    moves: Mapping[int, tuple[int, int]],
    at: datetime,
) -> None:
    """Move the members of moved stores along, and let in those who waited for a group."""
    e = actor.enterprise_id
    with connection.cursor() as cursor:
        if moves:
            olds, news = zip(*moves.values(), strict=True)
            lists = [list(moves), list(olds), list(news)]
            cursor.execute(_MOVE_MEMBERS, [*lists, e, e, at, e, e, at, e])
        cursor.execute(_LET_WAITING_IN, [layer, e, group_ids, e, e, e, at, e])


def _record(
    actor: Actor,
    plan: Plan,
    group_ids: list[int],
    placed: Mapping[int, int],
    moves: Mapping[int, tuple[int, int]],
    at: datetime,
) -> None:
    journal.record(
        "community.groups_founded",
        actor=actor,
        at=at,
        about={"plan": [plan.pk], "group": group_ids, "store": sorted(placed)},
    )
    if moves:
        journal.record(
            "community.stores_moved",
            actor=actor,
            at=at,
            about={"store": sorted(moves), "group": sorted({old for old, _ in moves.values()})},
            moves={str(store_id): move for store_id, move in moves.items()},
        )


def placement_of(store_id: int, layer: str = "store") -> GroupStore | None:
    """Hold a store's placement, so that it cannot move while somebody joins; call before its group."""
    rows = GroupStore.objects.filter(layer=layer, store_id=store_id)
    return rows.select_for_update(of=("self",)).first()
