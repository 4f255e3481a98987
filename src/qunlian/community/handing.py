"""
Passing groups from one pair of hands to another, all at once, in a handful of statements.

Order of locks: the enterprise (one hand-over at a time), the staff, the groups by id, the members.
The rows of all groups are held, so each is handed over before or after any other change of it, never amid.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from qunlian.community.rules.handover import Holding, higher
from qunlian.kernel.actor import Actor

_END = """
WITH ended AS (
    UPDATE community_member SET left_at = %(at)s, left_reason = 'handed over'
    WHERE enterprise_id = %(enterprise)s AND group_id = ANY(%(groups)s) AND person_id = ANY(%(people)s)
      AND left_at IS NULL AND store_id IS NULL AND role <> 'owner'
    RETURNING group_id
), freed AS (SELECT group_id, count(*) AS n FROM ended GROUP BY group_id)
UPDATE community_group g SET seats_taken = g.seats_taken - freed.n
FROM freed WHERE g.enterprise_id = %(enterprise)s AND g.id = freed.group_id
"""
_STEP_DOWN = """
UPDATE community_member SET role = 'member'
WHERE enterprise_id = %(enterprise)s AND group_id = ANY(%(groups)s) AND person_id = %(person)s
  AND left_at IS NULL AND role IN ('steward', 'superior', 'manager')
"""
_STEP_UP = """
WITH begun AS (
    INSERT INTO community_member AS m
        (enterprise_id, group_id, person_id, role, source, joined_at, left_reason)
    SELECT %(enterprise)s, given.group_id, given.person_id, given.role, 'staff', %(at)s, ''
    FROM unnest(%(groups)s::bigint[], %(people)s::bigint[], %(roles)s::text[])
        AS given (group_id, person_id, role)
    ON CONFLICT (enterprise_id, group_id, person_id) WHERE left_at IS NULL DO UPDATE SET role = EXCLUDED.role
    WHERE array_position(ARRAY['member', 'superior', 'manager', 'steward', 'owner'], m.role::text)
        < array_position(ARRAY['member', 'superior', 'manager', 'steward', 'owner'], EXCLUDED.role::text)
    RETURNING m.group_id, m.xmax = 0 AS is_new
), seated AS (SELECT group_id, count(*) AS n FROM begun WHERE is_new GROUP BY group_id)
UPDATE community_group g SET seats_taken = g.seats_taken + seated.n
FROM seated WHERE g.enterprise_id = %(enterprise)s AND g.id = seated.group_id
"""
_STEWARD = """
UPDATE community_group g SET steward_staff_id = given.staff_id, changed_at = %(at)s
FROM unnest(%(groups)s::bigint[], %(staff)s::bigint[]) AS given (group_id, staff_id)
WHERE g.enterprise_id = %(enterprise)s AND g.id = given.group_id
"""


def step_down(actor: Actor, person_id: int, group_ids: Iterable[int]) -> None:
    """Leave somebody in groups as a plain member; an owner stays what he is."""
    _run(_STEP_DOWN, actor, groups=list(group_ids), person=person_id)


def end_stays(
    actor: Actor, person_ids: Iterable[int], group_ids: Iterable[int], at: datetime
) -> None:
    """Take staff out of groups; a room's owner stays until another owns it."""
    _run(_END, actor, groups=list(group_ids), people=list(person_ids), at=at)


def step_up(
    actor: Actor,
    held: Iterable[Holding],
    follows: Mapping[int, int],
    people: Mapping[int, int],
    *,
    owners: Mapping[int, int],
    at: datetime,
) -> None:
    """
    Seat the successors, in the part they take over or a higher one they have, and make the stewards.

    :param follows: group → successor, as staff
    :param people: staff → person
    :param owners: group → the person who shall own it; he needs a seat
    """
    seats: dict[tuple[int, int], str] = dict.fromkeys(owners.items(), "member")
    stewards: dict[int, int] = {}
    for holding in held:
        successor = follows.get(holding.group_id)
        if successor is None:
            continue
        key = (holding.group_id, people[successor])
        seats[key] = higher(holding.part, seats.get(key, "member"))
        if holding.part == "steward":
            stewards[holding.group_id] = successor
    ordered = sorted(seats)
    _run(
        _STEP_UP,
        actor,
        groups=[group_id for group_id, _ in ordered],
        people=[person_id for _, person_id in ordered],
        roles=[seats[key] for key in ordered],
        at=at,
    )
    _run(_STEWARD, actor, groups=list(stewards), staff=list(stewards.values()), at=at)


def _run(statement: str, actor: Actor, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"enterprise": actor.enterprise_id, **values})
