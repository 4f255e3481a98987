"""The groups in somebody's hands: those he owns, stewards, leads or manages, and those he only sits in."""

from django.db import connection

from qunlian.community.rules.handover import PARTS, Holding
from qunlian.kernel.actor import Actor

_HELD = """
SELECT g.id, g.name, coalesce(t.path, ''), g.seats_taken, g.seats_cap,
       coalesce(g.owner_person_id = %(person)s, false), coalesce(g.steward_staff_id = %(staff)s, false),
       m.role
FROM community_group g
LEFT JOIN community_member m ON m.enterprise_id = g.enterprise_id AND m.group_id = g.id
    AND m.person_id = %(person)s AND m.left_at IS NULL AND m.store_id IS NULL
LEFT JOIN channel_place_view t ON t.enterprise_id = g.enterprise_id AND t.id = g.territory_id
WHERE g.enterprise_id = %(enterprise)s AND g.life NOT IN ('merged', 'retired') AND g.id IN (
    SELECT s.group_id FROM community_member s WHERE s.enterprise_id = %(enterprise)s
        AND s.person_id = %(person)s AND s.left_at IS NULL AND s.store_id IS NULL
    UNION SELECT s.id FROM community_group s
        WHERE s.enterprise_id = %(enterprise)s AND s.steward_staff_id = %(staff)s
    UNION SELECT o.id FROM community_group o
        WHERE o.enterprise_id = %(enterprise)s AND o.owner_person_id = %(person)s)
ORDER BY g.id
"""


_ENDED_BUT_STANDING = """
SELECT g.id, g.name FROM community_group g
JOIN community_room r ON r.enterprise_id = g.enterprise_id AND r.group_id = g.id AND r.status <> 'dissolved'
WHERE g.enterprise_id = %(enterprise)s AND g.life IN ('merged', 'retired') AND g.owner_person_id = %(person)s
ORDER BY g.id
"""


def ended_rooms_of(actor: Actor, person_id: int) -> dict[int, str]:
    """Return ended groups whose rooms somebody still owns (id → name); inside a scope."""
    values = {"enterprise": actor.enterprise_id, "person": person_id}
    with connection.cursor() as cursor:
        cursor.execute(_ENDED_BUT_STANDING, values)
        return dict(cursor.fetchall())


def holdings_of(
    actor: Actor, staff_id: int, person_id: int, *, is_held: bool = False
) -> tuple[Holding, ...]:
    """
    Return the living groups of a member of staff by id, of the whole enterprise; inside a scope.

    :param is_held: keep the groups' rows (by id, as everybody does) until the transaction ends
    """
    values = {"enterprise": actor.enterprise_id, "staff": staff_id, "person": person_id}
    with connection.cursor() as cursor:
        if is_held:  # first, so that what is read then is what nobody changes any more
            cursor.execute(_HELD + " FOR UPDATE OF g", values)
        cursor.execute(_HELD, values)
        rows = cursor.fetchall()
    return tuple(
        Holding(
            group_id=group_id,
            name=name,
            path=path,
            part="steward" if is_steward else (role if role in PARTS else "member"),
            is_owner=is_owner,
            is_seated=role is not None,
            seats_taken=taken,
            seats_cap=cap,
        )
        for group_id, name, path, taken, cap, is_owner, is_steward, role in rows
    )
