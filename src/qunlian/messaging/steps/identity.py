"""
Two records of one human become one, and two again: how far he read, and what he proved.

A receipt is the state of one person's copy. Two receipts of one person in one group would count him twice, so
they are folded into one (the earliest moments, the first answer), and the group's number of people addressed
goes down by him. What was written stays under the id it was written with.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from qunlian.community.steps.identity import SharedGroup
from qunlian.kernel.actor import Actor
from qunlian.kernel.moving import Table, move, take_back

_FIRST = (
    "CASE WHEN k.answered_at <= m.answered_at OR m.answered_at IS NULL THEN k.{0} ELSE m.{0} END"
)
TABLES: Mapping[str, Table] = {
    "reads": Table(
        name="messaging_read",
        owner="person_id",
        same="m.group_id = k.group_id",
        combine={
            "delivered_seq": "greatest(k.delivered_seq, m.delivered_seq)",
            "read_seq": "greatest(k.read_seq, m.read_seq)",
        },
    ),
    "receipts": Table(
        name="messaging_receipt",
        owner="person_id",
        same="m.broadcast_id = k.broadcast_id AND m.group_id = k.group_id",
        combine={
            "delivered_at": "least(k.delivered_at, m.delivered_at)",
            "read_at": "least(k.read_at, m.read_at)",
            "clicked_at": "least(k.clicked_at, m.clicked_at)",
            "answered_at": "least(k.answered_at, m.answered_at)",
            "answer": _FIRST.format("answer"),
            "is_understood": _FIRST.format("is_understood"),
            "is_member": "k.is_member OR m.is_member",
        },
    ),
}
#: Both were counted when it began: he is one of those addressed, not two.
_ADDRESS_ONCE = """
UPDATE messaging_delivery d SET people = d.people - 1
FROM unnest(%(groups)s::bigint[], %(since)s::timestamptz[]) AS s (group_id, since), messaging_broadcast b
WHERE d.enterprise_id = %(enterprise)s AND d.group_id = s.group_id AND d.people > 0
  AND b.enterprise_id = d.enterprise_id AND b.id = d.broadcast_id AND b.started_at >= s.since
RETURNING d.id
"""
_ADDRESS_TWICE = """
UPDATE messaging_delivery SET people = people + 1 WHERE enterprise_id = %(enterprise)s AND id = ANY(%(ids)s)
RETURNING id
"""


def merge_proofs(
    actor: Actor, *, merged_id: int, kept_id: int, shared: Iterable[SharedGroup]
) -> dict[str, Any]:
    """
    Give what one person read and proved to another; return what moved.

    :param shared: the groups in which both sat as members
    """
    both = list(shared)
    moved: dict[str, Any] = {
        name: move(table, actor.enterprise_id, of=merged_id, to=kept_id)
        for name, table in TABLES.items()
    }
    facts = {
        "enterprise": actor.enterprise_id,
        "groups": [one.group_id for one in both],
        "since": [one.since for one in both],
    }
    return {**moved, "addressed_once": _ids(_ADDRESS_ONCE, facts) if both else []}


def unmerge_proofs(
    actor: Actor, moved: Mapping[str, Any], *, merged_id: int, kept_id: int
) -> dict[str, list[int]]:
    """Give back what was read and proved; return ids of what stayed, by name."""
    stayed = {}
    for name, table in TABLES.items():
        left, not_laid = take_back(
            table, actor.enterprise_id, moved[name], of=merged_id, to=kept_id
        )
        stayed[name] = left + not_laid
    _ids(_ADDRESS_TWICE, {"enterprise": actor.enterprise_id, "ids": moved["addressed_once"]})
    return stayed


def _ids(statement: str, facts: Mapping[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return sorted(row[0] for row in cursor.fetchall())
