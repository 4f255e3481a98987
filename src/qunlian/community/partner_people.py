"""Whom distributors send sit in their distributors' groups: those who come, those who are sent no more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from qunlian.community.models import Group
from qunlian.community.rules import life
from qunlian.kernel.actor import Actor

_SENT_NO_MORE = "sent no more"
#: Sent by a distributor of the group, and not there; whoever was taken out by hand stays out.
_COMES = """
SELECT DISTINCT gd.group_id, p.person_id
FROM community_group_distributor gd
JOIN channel_distributor_person_view p ON p.distributor_id = gd.distributor_id
WHERE gd.enterprise_id = %(enterprise)s AND gd.group_id = ANY(%(groups)s)
  AND NOT EXISTS (
    SELECT FROM community_member m
    WHERE m.enterprise_id = gd.enterprise_id AND m.group_id = gd.group_id AND m.person_id = p.person_id
      AND (m.left_at IS NULL OR m.left_reason NOT IN ('moved', 'handed over', %(no_more)s)))
"""
#: There for a distributor, and sent by none of the group's any more.
_GOES = """
SELECT m.id, m.group_id FROM community_member m
WHERE m.enterprise_id = %(enterprise)s AND m.group_id = ANY(%(groups)s) AND m.left_at IS NULL
  AND m.role = 'member' AND m.source = 'plan'
  AND NOT EXISTS (
    SELECT FROM community_group_distributor gd
    JOIN channel_distributor_person_view p ON p.distributor_id = gd.distributor_id
    WHERE gd.enterprise_id = m.enterprise_id AND gd.group_id = m.group_id AND p.person_id = m.person_id)
"""
_LEAVE = f"""
WITH goes AS ({_GOES}), ended AS (
    UPDATE community_member m SET left_at = %(now)s, left_reason = %(no_more)s
    FROM goes WHERE m.enterprise_id = %(enterprise)s AND m.id = goes.id RETURNING m.group_id
), counted AS (
    UPDATE community_group g SET seats_taken = g.seats_taken - lost.n
    FROM (SELECT group_id, count(*) AS n FROM ended GROUP BY group_id) lost
    WHERE g.enterprise_id = %(enterprise)s AND g.id = lost.group_id
)
SELECT group_id FROM ended
"""
_ENTER = f"""
WITH comes AS ({_COMES}), fits AS (
    SELECT comes.*, row_number() OVER (PARTITION BY group_id ORDER BY person_id) AS place FROM comes
), begun AS (
    INSERT INTO community_member
        (enterprise_id, group_id, person_id, role, source, joined_at, left_reason)
    SELECT g.enterprise_id, g.id, fits.person_id, 'member', 'plan', %(now)s, ''
    FROM fits JOIN community_group g ON g.enterprise_id = %(enterprise)s AND g.id = fits.group_id
    WHERE fits.place <= g.seats_cap - g.seats_taken
    ON CONFLICT (enterprise_id, group_id, person_id) WHERE left_at IS NULL DO NOTHING
    RETURNING group_id
), counted AS (
    UPDATE community_group g SET seats_taken = g.seats_taken + new.n
    FROM (SELECT group_id, count(*) AS n FROM begun GROUP BY group_id) new
    WHERE g.enterprise_id = %(enterprise)s AND g.id = new.group_id
)
SELECT group_id FROM begun
"""


def unlike_their_distributors(actor: Actor) -> list[int]:
    """Return the living distributors' groups in which somebody is missing, or sits who is sent no more."""
    rows = Group.objects.filter(layer="distributor", life__in=life.OPEN).order_by("pk")
    values = {**_values(actor), "groups": list(rows.values_list("pk", flat=True))}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT group_id FROM ({_COMES}) c UNION SELECT group_id FROM ({_GOES}) g ORDER BY 1",
            values,
        )
        return [group_id for (group_id,) in cursor.fetchall()]


def bring_people(
    actor: Actor, group_ids: Sequence[int], at: datetime
) -> tuple[list[int], list[int]]:
    """
    Let those who are sent no more leave these groups, and those who are sent in, as the seats allow.

    Returns the groups of each who came and of each who left; the caller holds the groups' rows.
    """
    values = {**_values(actor), "groups": list(group_ids), "now": at}
    with connection.cursor() as cursor:
        cursor.execute(_LEAVE, values)
        left = [group_id for (group_id,) in cursor.fetchall()]
        cursor.execute(_ENTER, values)
        return [group_id for (group_id,) in cursor.fetchall()], left


def _values(actor: Actor) -> dict[str, Any]:
    return {"enterprise": actor.enterprise_id, "no_more": _SENT_NO_MORE}
