"""
Making groups of a plan's proposals that aren't stores': distributors' groups with their people, seed users'.

A branch or place has one group (its ``base_key``): a later plan gives the standing one its team and its
distributors instead of making another. Order of locks as in ``founding``: the plan, the distributors'
placements (by id), the groups, the members.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from qunlian.channel.steps import public_codes
from qunlian.community import doors, requests, teams
from qunlian.community.models import Group, Plan, PlanGroup, Request
from qunlian.community.partner_people import bring_people
from qunlian.community.rules.layers import LayerTemplate
from qunlian.kernel import journal
from qunlian.kernel.actor import Actor

_LINK = """
UPDATE community_plan_group g SET group_id = made.group_id
FROM unnest(%s::bigint[], %s::bigint[]) AS made (plan_group_id, group_id)
WHERE g.enterprise_id = %s AND g.id = made.plan_group_id
"""
#: Two plans at once, of parts that overlap, found the same branch's group one after the other.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('community.base_key'), %s::int)"
_PLACED_BEFORE = """
SELECT gd.distributor_id, gd.group_id FROM community_group_distributor gd
JOIN community_plan_distributor pd
    ON pd.enterprise_id = gd.enterprise_id AND pd.distributor_id = gd.distributor_id
WHERE gd.enterprise_id = %s AND pd.plan_id = %s AND pd.plan_group_id = ANY(%s)
ORDER BY gd.distributor_id FOR UPDATE OF gd
"""
_PLACE = """
INSERT INTO community_group_distributor (enterprise_id, distributor_id, group_id, since_at)
SELECT pd.enterprise_id, pd.distributor_id, g.group_id, %s
FROM community_plan_distributor pd
JOIN community_plan_group g ON g.enterprise_id = pd.enterprise_id AND g.id = pd.plan_group_id
WHERE pd.enterprise_id = %s AND pd.plan_id = %s AND pd.plan_group_id = ANY(%s)
ORDER BY pd.distributor_id
ON CONFLICT (enterprise_id, distributor_id) DO UPDATE
SET group_id = EXCLUDED.group_id,
    since_at = CASE WHEN community_group_distributor.group_id = EXCLUDED.group_id
               THEN community_group_distributor.since_at ELSE EXCLUDED.since_at END
RETURNING distributor_id, group_id
"""
_RETIRE_EMPTY = """
UPDATE community_group g SET life = 'merged', changed_at = %s
WHERE g.enterprise_id = %s AND g.layer = 'distributor' AND g.base_key <> ''
  AND g.life NOT IN ('merged', 'retired')
  AND NOT EXISTS (SELECT FROM community_group_distributor d
                  WHERE d.enterprise_id = g.enterprise_id AND d.group_id = g.id)
RETURNING g.id
"""


def found_partner_groups(
    actor: Actor, plan: Plan, proposals: Sequence[PlanGroup], at: datetime
) -> None:
    """Make groups of these proposals of one layer, or take the standing ones, with team and people."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, [plan.enterprise_id % 2**31])
    people = teams.people_of(proposals)
    standing = _standing(proposals)
    new = [each for each in proposals if each.base_key not in standing]
    made = _make(plan, new, people, at)
    groups = {each.base_key: each for each in made} | standing
    _link(plan, proposals, groups)
    moves = _place(actor, plan, proposals, at)
    teams.seat_team(new, made, people, at)
    for proposal in proposals:
        if proposal.base_key in standing:
            _renew(plan, proposal, standing[proposal.base_key], at)
            teams.reseat_team(actor, proposal, standing[proposal.base_key], people, at)
    group_ids = sorted(group.pk for group in groups.values())
    olds = {old for old, _new in moves.values()}
    bring_people(actor, sorted({*group_ids, *olds}), at)
    doors.mark_due(actor.enterprise_id, group_ids, at)
    _ask_platforms(made, at)
    if proposals[0].layer == "consumer":
        public_codes(actor=actor, kind="group", target_ids=group_ids)
    _record(actor, plan, group_ids, moves, at)


def retire_emptied(actor: Actor, plan: Plan, at: datetime) -> list[int]:
    """End the distributors' groups that no distributor is left in; return their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_RETIRE_EMPTY, [at, actor.enterprise_id])
        ended = [group_id for (group_id,) in cursor.fetchall()]
    if ended:
        requests.withdraw(actor, ended, at)
        doors.mark_due(actor.enterprise_id, ended, at)
        about = {"group": ended, "plan": [plan.pk]}
        journal.record("community.groups_emptied", actor=actor, at=at, about=about)
    return ended


def _standing(proposals: Sequence[PlanGroup]) -> dict[str, Group]:
    """Hold the groups that these branches and places have already."""
    keys = [each.base_key for each in proposals]
    rows = Group.objects.filter(layer=proposals[0].layer, base_key__in=keys)
    open_ones = rows.exclude(life__in=("merged", "retired"))
    return {row.base_key: row for row in open_ones.order_by("pk").select_for_update()}


def _make(
    plan: Plan, proposals: Sequence[PlanGroup], people: dict[int, int], at: datetime
) -> list[Group]:
    if not proposals:
        return []
    template = LayerTemplate.of(plan.templates[proposals[0].layer])
    return Group.objects.bulk_create(
        Group(
            enterprise_id=plan.enterprise_id,
            name=each.name,
            layer=each.layer,
            base_key=each.base_key,
            purposes=list(template.purposes),
            theme=template.theme,
            rules=template.rules,
            welcome=template.welcome,
            platform=template.platform,
            territory_id=each.territory_id,
            distributor_id=each.distributor_id,
            life="planned",
            seats_cap=each.seats_cap,
            seats_expected=each.seats + each.reserved,
            owner_person_id=people.get(each.owner_staff_id or 0),
            steward_staff_id=each.steward_staff_id,
            plan=plan,
            created_at=at,
            changed_at=at,
        )
        for each in proposals
    )


def _renew(plan: Plan, proposal: PlanGroup, group: Group, at: datetime) -> None:
    """Let the standing group be this plan's: where it lies and what it expects; name and rules stay."""
    Group.objects.filter(pk=group.pk).update(
        plan=plan,
        territory_id=proposal.territory_id,
        seats_expected=proposal.seats + proposal.reserved,
        changed_at=at,
    )


def _link(plan: Plan, proposals: Sequence[PlanGroup], groups: dict[str, Group]) -> None:
    with connection.cursor() as cursor:
        ids = [groups[each.base_key].pk for each in proposals]
        cursor.execute(_LINK, [[each.pk for each in proposals], ids, plan.enterprise_id])


def _place(
    actor: Actor, plan: Plan, proposals: Sequence[PlanGroup], at: datetime
) -> dict[int, tuple[int, int]]:
    """Give the distributors their base group; return the old and the new one of those that moved."""
    e, ids = actor.enterprise_id, [each.pk for each in proposals]
    with connection.cursor() as cursor:
        cursor.execute(_PLACED_BEFORE, [e, plan.pk, ids])
        before = dict(cursor.fetchall())
        cursor.execute(_PLACE, [at, e, plan.pk, ids])
        placed = dict(cursor.fetchall())
    return {
        distributor_id: (old, placed[distributor_id])
        for distributor_id, old in before.items()
        if old != placed[distributor_id]
    }


def _ask_platforms(groups: Sequence[Group], at: datetime) -> None:
    Request.objects.bulk_create(
        Request(
            enterprise_id=group.enterprise_id,
            group=group,
            kind="create",
            payload={"name": group.name},
            asked_at=at,
        )
        for group in groups
    )


def _record(
    actor: Actor, plan: Plan, group_ids: list[int], moves: dict[int, tuple[int, int]], at: datetime
) -> None:
    about = {"plan": [plan.pk], "group": group_ids}
    journal.record("community.groups_founded", actor=actor, at=at, about=about)
    if moves:
        journal.record(
            "community.distributors_moved",
            actor=actor,
            at=at,
            about={
                "distributor": sorted(moves),
                "group": sorted({old for old, _ in moves.values()}),
            },
            moves={str(distributor_id): move for distributor_id, move in moves.items()},
        )
