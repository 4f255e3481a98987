"""
Our mass messages as we keep them: each post under its key for ever, written before WeCom is asked.

A post is ``asking`` from before the call until its answer; one whose answer was lost stays so until it was
looked for. ``lost`` never arrived and may be asked again; all other states are WeCom's word.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from qunlian.kernel import scope
from qunlian.platforms.port import Outcome, Result
from qunlian.platforms.wecom.accounts import Account
from qunlian.platforms.wecom.models import MassPost, MassTask, Room

_OUTCOMES = {
    "asking": Outcome.UNKNOWN,
    "with_person": Outcome.WITH_PERSON,
    "sent": Outcome.SENT,
    "refused": Outcome.REFUSED,
}
_CLAIM = """
INSERT INTO platforms_wecom_mass_post AS p
    (enterprise_id, client_msg_id, room_key, task_id, state, problem)
SELECT %s, item, room, %s, 'asking', '' FROM unnest(%s::text[], %s::text[]) AS asked (item, room)
ORDER BY item
ON CONFLICT (enterprise_id, client_msg_id) DO UPDATE
    SET task_id = EXCLUDED.task_id, room_key = EXCLUDED.room_key, state = 'asking', problem = ''
WHERE p.state = 'lost'
RETURNING client_msg_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One mass message as it was asked for: which post (client_msg_id) goes into which room."""

    task_id: int
    sender: str
    digest: str
    msgid: str
    asked_at: datetime
    rooms: Mapping[str, str]


def digest_of(content: str) -> str:
    """Name what a mass message says."""
    return hashlib.sha256(content.encode()).hexdigest()


def known(account: Account, items: Sequence[str]) -> dict[str, Result]:
    """Return what is known of posts without asking; those that were never asked, or got lost, are missing."""
    with scope.reading(account.machinery):
        rows = MassPost.objects.filter(client_msg_id__in=items).exclude(state="lost")
        return {row.client_msg_id: _result(row) for row in rows.select_related("task")}


def open_tasks(account: Account, items: Sequence[str]) -> tuple[Task, ...]:
    """Return the tasks of posts that WeCom's last word is not known of yet, with all such posts of theirs."""
    with scope.reading(account.machinery):
        named = MassPost.objects.filter(
            client_msg_id__in=items, state__in=("asking", "with_person")
        )
        rows = MassPost.objects.filter(
            task_id__in=set(named.values_list("task_id", flat=True)),
            state__in=("asking", "with_person"),
        ).select_related("task")
        rooms: dict[int, dict[str, str]] = {}
        tasks: dict[int, MassTask] = {}
        for row in rows:
            tasks[row.task_id] = row.task
            rooms.setdefault(row.task_id, {})[row.client_msg_id] = row.room_key
    return tuple(_task(tasks[key], rooms[key]) for key in sorted(tasks))


def claim(
    account: Account, sender: str, content: str, rooms: Mapping[str, str], *, now: datetime
) -> Task:
    """Write that these posts are about to be asked for; what another has claimed already is left out."""
    with scope.writing(account.machinery):
        row = MassTask.objects.create(
            enterprise_id=account.enterprise_id,
            sender_key=sender,
            digest=digest_of(content),
            state="asking",
            asked_at=now,
        )
        with connection.cursor() as cursor:
            cursor.execute(
                _CLAIM, [account.enterprise_id, row.pk, list(rooms), list(rooms.values())]
            )
            ours = {item for (item,) in cursor.fetchall()}
    return _task(row, {item: room for item, room in rooms.items() if item in ours})


def asked(account: Account, task: Task, msgid: str, failed: Sequence[str] = ()) -> None:
    """Keep that WeCom has taken a task, but for the rooms that can't receive it."""
    with scope.writing(account.machinery):
        MassTask.objects.filter(pk=task.task_id).update(state="asked", msgid=msgid)
        rows = MassPost.objects.filter(task_id=task.task_id, state="asking")
        rows.filter(room_key__in=failed).update(state="refused", problem="cannot_receive")
        rows.exclude(room_key__in=failed).update(state="with_person")


def lose(account: Account, task: Task, problem: str = "") -> None:
    """Keep that a task never came to be: it was refused, or looked for and not found."""
    with scope.writing(account.machinery):
        state = "refused" if problem else "lost"
        MassTask.objects.filter(pk=task.task_id).update(state=state, problem=problem[:40])
        MassPost.objects.filter(task_id=task.task_id, state="asking").update(state="lost")


def settle(
    account: Account, task: Task, sent: Mapping[str, datetime | None], refused: Mapping[str, str]
) -> None:
    """Keep what became of a task's rooms: when sent, or why not (room → problem)."""
    with scope.writing(account.machinery):
        rows = list(MassPost.objects.filter(task_id=task.task_id, state="with_person"))
        for row in rows:
            if row.room_key in sent:
                row.state, row.sent_at = "sent", sent[row.room_key]
            elif row.room_key in refused:
                row.state, row.problem = "refused", refused[row.room_key][:40]
        MassPost.objects.bulk_update(rows, ["state", "sent_at", "problem"])


def is_taken(account: Account, msgid: str) -> bool:
    """Tell whether a task of WeCom's is one of ours already."""
    with scope.reading(account.machinery):
        return MassTask.objects.filter(msgid=msgid).exists()


def owners(account: Account, room_keys: Sequence[str]) -> dict[str, str]:
    """Return the owners of the rooms that were read before."""
    with scope.reading(account.machinery):
        rows = Room.objects.filter(key__in=room_keys).exclude(owner_key="")
        return dict(rows.values_list("key", "owner_key"))


def _task(row: MassTask, rooms: Mapping[str, str]) -> Task:
    return Task(
        task_id=row.pk,
        sender=row.sender_key,
        digest=row.digest,
        msgid=row.msgid,
        asked_at=row.asked_at,
        rooms=rooms,
    )


def _result(row: MassPost) -> Result:
    outcome = _OUTCOMES[row.state]
    return Result(
        item=row.client_msg_id,
        outcome=outcome,
        key=row.task.msgid,
        problem=row.problem,
        is_permanent=outcome is Outcome.REFUSED,
    )
