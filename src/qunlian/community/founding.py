"""
Making groups of a plan's proposals, a batch per transaction; a proposal that continues a group there is
changes that one, which keeps its chat and its people.

Order of locks, here and wherever a store's placement or a group's seats change: the plan, the stores'
placements (by store id), the groups (by id), the members. A batch only takes proposals without a group, so
running it again, after a crash or beside another worker, goes on where the last commit ended.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from qunlian.channel.steps import public_codes
from qunlian.community import doors, placing, requests, teams
from qunlian.community.models import Group, GroupStore, Plan, PlanGroup, Request
from qunlian.community.placing import LAYER
from qunlian.community.rules.layers import LayerTemplate
from qunlian.kernel import journal
from qunlian.kernel.actor import Actor

_LINK = """
UPDATE community_plan_group g SET group_id = made.group_id
FROM unnest(%s::bigint[], %s::bigint[]) AS made (plan_group_id, group_id)
WHERE g.enterprise_id = %s AND g.id = made.plan_group_id
"""
#: Groups that a plan left without open stores. Taken first, looked at again afterwards: who puts a store in
#: holds the group's row.
_TAKE_EMPTY = """
SELECT g.id FROM community_group g
WHERE g.enterprise_id = %(enterprise)s AND g.layer = %(layer)s AND g.life NOT IN ('merged', 'retired')
  AND (g.id IN (SELECT p.present_id FROM community_plan_group p
                WHERE p.enterprise_id = %(enterprise)s AND p.plan_id = %(plan)s AND p.stores = 0)
       OR (g.plan_id IS NOT NULL AND g.plan_id <> %(plan)s AND g.territory_id IN (
               SELECT DISTINCT p.territory_id FROM community_plan_group p
               WHERE p.enterprise_id = %(enterprise)s AND p.plan_id = %(plan)s)))
ORDER BY g.id FOR UPDATE
"""
_RETIRE_EMPTY = """
UPDATE community_group g SET life = 'merged', changed_at = %(at)s
WHERE g.enterprise_id = %(enterprise)s AND g.id = ANY(%(ids)s)
  AND NOT EXISTS (SELECT FROM community_group_store gs
                  JOIN channel_store_view s ON s.enterprise_id = gs.enterprise_id AND s.id = gs.store_id
                  WHERE gs.enterprise_id = g.enterprise_id AND gs.group_id = g.id AND s.status = 'open')
RETURNING g.id
"""
_FORGET_CLOSED = """
DELETE FROM community_group_store WHERE enterprise_id = %s AND group_id = ANY(%s)
"""


def found_groups(actor: Actor, plan: Plan, proposals: Sequence[PlanGroup], at: datetime) -> None:
    """Make groups of these proposals over stores, with team, requests to the platform and join codes."""
    before = placing.placed_before(actor, plan, proposals)
    there = placing.hold_groups(before, proposals)
    new = [proposal for proposal in proposals if proposal.present_id not in there]
    people = teams.people_of(proposals)
    groups = _make(plan, new, people, at)
    _link(
        plan,
        proposals,
        {proposal.pk: group.pk for proposal, group in zip(new, groups, strict=True)},
    )
    made = {group.pk for group in groups}
    placed, moves = placing.place(actor, plan, proposals, (before, made), at)
    teams.seat_team(new, groups, people, at)
    for proposal in proposals:
        if proposal.present_id in there:
            _pass_on(actor, there[proposal.present_id], proposal, people, at)
    receiving = sorted(made | set(placed.values()))
    placing.bring_people(actor, receiving, moves, at)
    doors.mark_due(actor.enterprise_id, receiving, at)
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
    _record(actor, plan, sorted(made), placed, moves, at)


def retire_emptied(actor: Actor, plan: Plan, at: datetime) -> list[int]:
    """End the groups of earlier plans in these patches that have no stores left; return their ids."""
    values: dict[str, Any] = {
        "enterprise": actor.enterprise_id,
        "layer": LAYER,
        "plan": plan.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_EMPTY, values)
        values |= {"at": at, "ids": [group_id for (group_id,) in cursor.fetchall()]}
        cursor.execute(_RETIRE_EMPTY, values)
        ended = [group_id for (group_id,) in cursor.fetchall()]
        cursor.execute(_FORGET_CLOSED, [actor.enterprise_id, ended])
    if ended:
        requests.withdraw(actor, ended, at)
        doors.mark_due(actor.enterprise_id, ended, at)
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
    return Group.objects.bulk_create(
        Group(
            enterprise_id=plan.enterprise_id,
            name=proposal.name,
            layer=LAYER,
            purposes=list(template.purposes),
            theme=template.theme,
            rules=template.rules,
            welcome=template.welcome,
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


def _link(plan: Plan, proposals: Sequence[PlanGroup], made: Mapping[int, int]) -> None:
    """Note on each proposal the group that it became."""
    group_ids = [made.get(proposal.pk, proposal.present_id) for proposal in proposals]
    with connection.cursor() as cursor:
        cursor.execute(_LINK, [[p.pk for p in proposals], group_ids, plan.enterprise_id])


def _pass_on(
    actor: Actor, group: Group, proposal: PlanGroup, people: Mapping[int, int], at: datetime
) -> None:
    """
    Give a standing group its plan's team where it came to another patch, has no steward, or was asked for.

    Elsewhere whoever looks after it by now stays, whatever it was when the plan was made.
    """
    is_same = group.territory_id == proposal.territory_id and group.steward_staff_id is not None
    if is_same and not proposal.is_restaffed:
        return
    Group.objects.filter(pk=group.pk).update(territory_id=proposal.territory_id)
    teams.reseat_team(actor, proposal, group, people, at)
    if proposal.steward_staff_id in (None, group.steward_staff_id):
        return
    journal.record(
        "community.steward_changed",
        actor=actor,
        at=at,
        about={
            "group": [group.pk],
            "plan": [proposal.plan_id],
            "staff": [proposal.steward_staff_id],
        },
        old_staff_id=group.steward_staff_id,
    )


def _record(
    actor: Actor,
    plan: Plan,
    group_ids: list[int],
    placed: Mapping[int, int],
    moves: Mapping[int, tuple[int, int]],
    at: datetime,
) -> None:
    founded = set(group_ids)
    journal.record(
        "community.groups_founded",
        actor=actor,
        at=at,
        about={
            "plan": [plan.pk],
            "group": group_ids,
            "store": sorted(store for store, group in placed.items() if group in founded),
        },
    )
    if moves:
        journal.record(
            "community.stores_moved",
            actor=actor,
            at=at,
            about={
                "store": sorted(moves),
                "group": sorted({group for move in moves.values() for group in move}),
            },
            moves={str(store_id): move for store_id, move in moves.items()},
        )


def placement_of(store_id: int, layer: str = "store") -> GroupStore | None:
    """Hold a store's placement, so that it cannot move while somebody joins; call before its group."""
    rows = GroupStore.objects.filter(layer=layer, store_id=store_id)
    return rows.select_for_update(of=("self",)).first()
