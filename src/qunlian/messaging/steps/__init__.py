"""
How a message gets into a group: the one place that gives it its number.

A step runs inside the transaction of a higher action. The group's counter row is locked from the first
number taken until the commit, so seq and change_no have no gaps and their order is the order of commits.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from qunlian.kernel.actor import Actor
from qunlian.messaging.rules import bodies

#: The channel that the live process listens on; the payload is ``<enterprise>:<group>`` or ``<enterprise>:``.
LIVE_CHANNEL = "qunlian_live"
_MANY_GROUPS = 8

_LOCK = """
INSERT INTO messaging_group_counter AS c (enterprise_id, group_id, last_seq, last_change_no, last_line)
SELECT %s, g.group_id, 0, 0, '{}' FROM unnest(%s::bigint[]) AS g (group_id) ORDER BY g.group_id
ON CONFLICT (enterprise_id, group_id) DO UPDATE SET last_seq = c.last_seq
RETURNING group_id, last_seq, last_change_no
"""
_KNOWN = """
SELECT k.group_id, k.key, k.seq FROM messaging_message_key k
JOIN unnest(%s::bigint[], %s::text[]) AS w (group_id, key) USING (group_id, key)
WHERE k.enterprise_id = %s
"""
_INSERT = """
INSERT INTO messaging_message (enterprise_id, group_id, seq, change_no, posted_at, kind, body,
    sender_person_id, reply_to_seq, mentions, is_for_all, broadcast_id)
SELECT %s, m.group_id, m.seq, m.change_no, m.posted_at, m.kind, m.body::jsonb, m.sender_person_id,
    m.reply_to_seq, m.mentions::jsonb, m.is_for_all, m.broadcast_id
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[], %s::text[],
    %s::bigint[], %s::bigint[], %s::text[], %s::bool[], %s::bigint[]) AS m (group_id, seq, change_no,
    posted_at, kind, body, sender_person_id, reply_to_seq, mentions, is_for_all, broadcast_id)
"""
_KEEP_KEYS = """
INSERT INTO messaging_message_key (enterprise_id, group_id, key, seq)
SELECT %s, k.* FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) AS k
"""
_COUNT_ON = """
UPDATE messaging_group_counter c
SET last_seq = n.seq, last_change_no = n.change_no, last_at = greatest(c.last_at, n.at),
    last_line = n.line::jsonb
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[])
    AS n (group_id, seq, change_no, at, line)
WHERE c.enterprise_id = %s AND c.group_id = n.group_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """
    A message at the door. ``key`` is unique per group for ever, e.g. ``web:<client key>``.

    ``reply_to_key`` may stand for ``reply_to_seq``: the key of a message of the group, or of this batch.
    """

    key: str
    kind: str
    body: Mapping[str, Any]
    posted_at: datetime
    sender_person_id: int | None = None
    reply_to_seq: int | None = None
    reply_to_key: str = ""
    mentions: tuple[int, ...] = field(default=())
    is_for_all: bool = False
    broadcast_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """Where a message stands; ``is_new`` is False when its key had come before."""

    key: str
    seq: int
    is_new: bool


def take_in(actor: Actor, group_id: int, messages: Sequence[Incoming]) -> tuple[TakenIn, ...]:
    """Put messages into one group; see ``take_in_all``."""
    return take_in_all(actor, {group_id: messages})[group_id]


def take_in_all(
    actor: Actor, by_group: Mapping[int, Sequence[Incoming]]
) -> dict[int, tuple[TakenIn, ...]]:
    """
    Put messages into groups, each key once, in the order given, and wake the live process after commit.

    Call once inside ``scope.writing``: the groups' counters are locked in the order of their ids.
    """
    heads = _lock(actor.enterprise_id, sorted(by_group))
    known = _known(actor.enterprise_id, by_group)
    taken: dict[int, tuple[TakenIn, ...]] = {}
    written: list[_Numbered] = []
    for group_id, messages in by_group.items():
        before, seqs = known[group_id], dict(known[group_id])
        fresh: dict[str, Incoming] = {}
        for message in messages:
            if message.key not in seqs:
                fresh[message.key] = message
                seqs[message.key] = heads[group_id][0] + len(fresh)
        written += _numbered(group_id, heads[group_id], list(fresh.values()), seqs)
        taken[group_id] = tuple(
            TakenIn(key=m.key, seq=seqs[m.key], is_new=m.key not in before) for m in messages
        )
    if written:
        _write(actor.enterprise_id, written)
    return taken


def note_change(actor: Actor, group_id: int) -> int:
    """Take the group's next change number for a message that changes (a recall)."""
    _, change_no = _lock(actor.enterprise_id, [group_id])[group_id]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_group_counter SET last_change_no = %s"
            " WHERE enterprise_id = %s AND group_id = %s",
            [change_no + 1, actor.enterprise_id, group_id],
        )
    wake(actor.enterprise_id, [group_id])
    return change_no + 1


def wake(enterprise_id: int, group_ids: Sequence[int]) -> None:
    """After the commit, tell the live process in a statement of its own; a lost one costs a second or two."""
    some = group_ids if len(group_ids) <= _MANY_GROUPS else ()
    payloads = [f"{enterprise_id}:{group_id}" for group_id in some] or [f"{enterprise_id}:"]

    def notify() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_notify(%s, payload) FROM unnest(%s::text[]) payload",
                [LIVE_CHANNEL, payloads],
            )

    transaction.on_commit(notify, robust=True)


@dataclass(frozen=True, slots=True)
class _Numbered:
    group_id: int
    seq: int
    change_no: int
    reply_to_seq: int | None
    message: Incoming


def _lock(enterprise_id: int, group_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [enterprise_id, list(group_ids)])
        return {group_id: (seq, change_no) for group_id, seq, change_no in cursor.fetchall()}


def _known(
    enterprise_id: int, by_group: Mapping[int, Sequence[Incoming]]
) -> dict[int, dict[str, int]]:
    asked = {
        (group_id, key)
        for group_id, messages in by_group.items()
        for message in messages
        for key in (message.key, message.reply_to_key)
        if key
    }
    found: dict[int, dict[str, int]] = {group_id: {} for group_id in by_group}
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [[g for g, _ in asked], [key for _, key in asked], enterprise_id])
        for group_id, key, seq in cursor.fetchall():
            found[group_id][key] = seq
    return found


def _numbered(
    group_id: int, head: tuple[int, int], fresh: list[Incoming], seqs: Mapping[str, int]
) -> list[_Numbered]:
    seq, change_no = head
    return [
        _Numbered(
            group_id, seq + n, change_no + n, one.reply_to_seq or seqs.get(one.reply_to_key), one
        )
        for n, one in enumerate(fresh, start=1)
    ]


def _write(enterprise_id: int, rows: list[_Numbered]) -> None:
    groups, seqs, changes = _columns((r.group_id, r.seq, r.change_no) for r in rows)
    keys = [r.message.key for r in rows]
    said = _columns(
        (
            r.message.posted_at,
            r.message.kind,
            json.dumps(dict(r.message.body), ensure_ascii=False),
            r.message.sender_person_id,
            r.reply_to_seq,
            json.dumps(list(r.message.mentions)),
            r.message.is_for_all,
            r.message.broadcast_id,
        )
        for r in rows
    )
    newest = {r.group_id: r for r in rows}
    heads = _columns(
        (r.group_id, r.seq, r.change_no, r.message.posted_at, _last_line(r.message))
        for r in newest.values()
    )
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [enterprise_id, groups, seqs, changes, *said])
        cursor.execute(_COUNT_ON, [*heads, enterprise_id])
        cursor.execute(_KEEP_KEYS, [enterprise_id, groups, keys, seqs])
    wake(enterprise_id, list(newest))


def _columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _last_line(message: Incoming) -> str:
    line = bodies.line_of(message.kind, message.body) | {"by": message.sender_person_id}
    return json.dumps(line, ensure_ascii=False)
