"""Enter at once the owners of stores who are known to sit in their store's group already."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import connection

from qunlian.community import access
from qunlian.community.models import Group
from qunlian.community.rules import life
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, Invalid

MOST_AT_ONCE = 20_000
#: First the stores' placements by store, then the groups by id: the order of locks of founding.py.
_HOLD_PLACEMENTS = """
SELECT store_id, group_id FROM community_group_store
WHERE enterprise_id = %s AND layer = 'store' AND store_id IN (
    SELECT id FROM channel_store_view WHERE id = ANY(%s) AND owner_id IS NOT NULL)
ORDER BY store_id FOR UPDATE
"""
_ENTER = """
WITH comes AS (
    SELECT DISTINCT ON (p.group_id, s.owner_id) p.group_id, s.owner_id AS person_id, s.id AS store_id
    FROM unnest(%(stores)s::bigint[], %(groups)s::bigint[]) AS p (store_id, group_id)
    JOIN channel_store_view s ON s.id = p.store_id
    WHERE NOT EXISTS (SELECT FROM community_member m WHERE m.enterprise_id = %(enterprise)s
        AND m.group_id = p.group_id AND m.person_id = s.owner_id AND m.left_at IS NULL)
    ORDER BY p.group_id, s.owner_id, s.id
), fits AS (
    SELECT c.* FROM (
        SELECT comes.*, row_number() OVER (PARTITION BY group_id ORDER BY store_id) AS place FROM comes) c
    JOIN community_group g ON g.enterprise_id = %(enterprise)s AND g.id = c.group_id
    WHERE g.life = ANY(%(open)s) AND c.place <= g.seats_cap - g.seats_taken
), begun AS (
    INSERT INTO community_member
        (enterprise_id, group_id, person_id, role, store_id, source, joined_at, left_reason)
    SELECT %(enterprise)s, group_id, person_id, 'member', store_id, 'roster', %(now)s, '' FROM fits
    ON CONFLICT (enterprise_id, group_id, person_id) WHERE left_at IS NULL DO NOTHING
    RETURNING group_id, store_id
), counted AS (
    UPDATE community_group g SET seats_taken = g.seats_taken + n.people, changed_at = %(now)s
    FROM (SELECT group_id, count(*) AS people FROM begun GROUP BY group_id) n
    WHERE g.enterprise_id = %(enterprise)s AND g.id = n.group_id
)
SELECT group_id, store_id FROM begun
"""
_MAY_LIVE = """
UPDATE community_group g SET life = 'live'
WHERE g.enterprise_id = %(enterprise)s AND g.id = ANY(%(groups)s) AND g.life IN ('inviting', 'fading')
  AND (
    SELECT count(DISTINCT p.store_id) FROM community_group_store p
    JOIN community_member m ON m.enterprise_id = p.enterprise_id AND m.group_id = p.group_id
        AND m.store_id = p.store_id AND m.left_at IS NULL
    WHERE p.enterprise_id = %(enterprise)s AND p.group_id = g.id
  ) >= greatest(1, %(share)s * (
    SELECT count(*) FROM community_group_store p
    WHERE p.enterprise_id = %(enterprise)s AND p.group_id = g.id))
"""


class NoStoresChosen(Invalid):
    """Tick 1 to %(most)s stores first."""

    code: ClassVar[str] = "community.no_stores_chosen"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnersEnrolled:
    """How many came in and into how many groups; ``left_out`` stores brought nobody new."""

    people: int
    groups: int
    left_out: int


def enroll_owners(*, actor: Actor, store_ids: Collection[int], now: datetime) -> OwnersEnrolled:
    """
    Enter the owners of these stores into their stores' groups, as far as there are seats.

    For a group that exists outside and whose people are known: nobody has to scan a code. Stores beyond
    reach, without a group or without an owner, and owners who sit there already, are left out.

    :raises Forbidden: partners and members do not keep groups
    :raises NoStoresChosen: no store, or too many
    """
    with scope.writing(actor):
        if actor.role not in access.KEEPERS:
            raise Forbidden
        if not 1 <= len(store_ids) <= MOST_AT_ONCE:
            raise NoStoresChosen(most=MOST_AT_ONCE)
        entered = _enter(actor, list(store_ids), now)
        groups = sorted({group_id for group_id, _ in entered})
        if entered:
            journal.record(
                "community.owners_enrolled",
                actor=actor,
                at=now,
                about={"group": groups, "store": sorted(store_id for _, store_id in entered)},
                people=len(entered),
            )
        return OwnersEnrolled(
            people=len(entered), groups=len(groups), left_out=len(store_ids) - len(entered)
        )


def _enter(actor: Actor, store_ids: list[int], now: datetime) -> list[tuple[int, int]]:
    """Return (group, store) of each who came in."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_PLACEMENTS, [actor.enterprise_id, store_ids])
        placed = cursor.fetchall()
        group_ids = sorted({group_id for _, group_id in placed})
        list(Group.objects.filter(pk__in=group_ids).order_by("pk").select_for_update())
        facts: dict[str, Any] = {
            "enterprise": actor.enterprise_id,
            "stores": [store_id for store_id, _ in placed],
            "groups": [group_id for _, group_id in placed],
            "open": sorted(life.OPEN),
            "now": now,
        }
        cursor.execute(_ENTER, facts)
        entered: list[tuple[int, int]] = cursor.fetchall()
        cursor.execute(
            _MAY_LIVE,
            {
                "enterprise": actor.enterprise_id,
                "groups": sorted({group_id for group_id, _ in entered}),
                "share": life.LIVE_SHARE,
            },
        )
    return entered
