"""
How a message gets into a group: the one place that gives it its number.

A step runs inside the transaction of a higher action. The group's counter row is locked from the first
number taken until the commit, so seq and change_no have no gaps and their order is the order of commits.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from qunlian.kernel.actor import Actor
from qunlian.messaging.models import MessageKey
from qunlian.messaging.rules import bodies

#: The channel that the live process listens on; the payload is ``<enterprise>:<group>`` or ``<enterprise>:``.
LIVE_CHANNEL = "qunlian_live"
_MANY_GROUPS = 8

_LOCK = """
INSERT INTO messaging_group_counter AS c (enterprise_id, group_id, last_seq, last_change_no, last_line)
VALUES (%s, %s, 0, 0, '{}')
ON CONFLICT (enterprise_id, group_id) DO UPDATE SET last_seq = c.last_seq
RETURNING last_seq, last_change_no
"""
_COUNT_ON = """
UPDATE messaging_group_counter
SET last_seq = %s, last_change_no = %s, last_at = greatest(last_at, %s), last_line = %s::jsonb
WHERE enterprise_id = %s AND group_id = %s
"""
_INSERT = """
INSERT INTO messaging_message (enterprise_id, group_id, seq, change_no, posted_at, kind, body,
    sender_person_id, reply_to_seq, mentions, is_for_all, broadcast_id)
VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s::jsonb, %s, %s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A message at the door. ``key`` is unique per group for ever, e.g. ``web:<client key>``."""

    key: str
    kind: str
    body: Mapping[str, Any]
    posted_at: datetime
    sender_person_id: int | None = None
    reply_to_seq: int | None = None
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
    """
    Put messages into a group, each key once, in the order given, and wake the live process after commit.

    Call inside ``scope.writing``; with several groups in one transaction, in the order of their ids.
    """
    seq, change_no = _lock(actor.enterprise_id, group_id)
    keys = [message.key for message in messages]
    known = dict(
        MessageKey.objects.filter(group_id=group_id, key__in=keys).values_list("key", "seq")
    )
    fresh: dict[str, Incoming] = {}
    for message in messages:
        if message.key not in known:
            fresh.setdefault(message.key, message)
    numbers = {key: seq + n for n, key in enumerate(fresh, start=1)}
    if fresh:
        _write(actor.enterprise_id, group_id, list(fresh.values()), seq, change_no)
    return tuple(
        TakenIn(key=key, seq=known.get(key) or numbers[key], is_new=key not in known)
        for key in keys
    )


def note_change(actor: Actor, group_id: int) -> int:
    """Take the group's next change number for a message that changes (a recall)."""
    _, change_no = _lock(actor.enterprise_id, group_id)
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


def _lock(enterprise_id: int, group_id: int) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [enterprise_id, group_id])
        seq, change_no = cursor.fetchone()
    return int(seq), int(change_no)


def _write(
    enterprise_id: int, group_id: int, fresh: list[Incoming], seq: int, change_no: int
) -> None:
    rows = [
        (
            enterprise_id,
            group_id,
            seq + n,
            change_no + n,
            message.posted_at,
            message.kind,
            json.dumps(dict(message.body), ensure_ascii=False),
            message.sender_person_id,
            message.reply_to_seq,
            json.dumps(list(message.mentions)),
            message.is_for_all,
            message.broadcast_id,
        )
        for n, message in enumerate(fresh, start=1)
    ]
    newest = fresh[-1]
    line = bodies.line_of(newest.kind, newest.body) | {"by": newest.sender_person_id}
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, rows)
        cursor.execute(
            _COUNT_ON,
            [
                seq + len(fresh),
                change_no + len(fresh),
                newest.posted_at,
                json.dumps(line, ensure_ascii=False),
                enterprise_id,
                group_id,
            ],
        )
    MessageKey.objects.bulk_create(
        MessageKey(enterprise_id=enterprise_id, group_id=group_id, key=message.key, seq=seq + n)
        for n, message in enumerate(fresh, start=1)
    )
    wake(enterprise_id, [group_id])
