"""Messages that are taken back: the words go for everybody, the place stays. Inside a higher transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from qunlian.kernel.actor import Actor
from qunlian.messaging.models import Counter, Message
from qunlian.messaging.steps import note_change


def take_back(actor: Actor, row: Message, at: datetime, *, by_group: bool = False) -> int:
    """
    Take one message back that stands there yet; return the change number.

    :param by_group: not by who wrote it, but by who looks after the group
    """
    left = {"by_group": True} if by_group else {}
    change_no = note_change(actor, row.group_id)
    same = Message.objects.filter(group_id=row.group_id, seq=row.seq, recalled_at=None)
    same.update(recalled_at=at, change_no=change_no, body=left)
    Counter.objects.filter(group_id=row.group_id, last_seq=row.seq).update(
        last_line={"kind": "recalled", "by": row.sender_person_id, **left}
    )
    return change_no


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """Which message was taken back, and who did it; ``GROUP``: who looks after the group."""

    group_id: int
    seq: int
    by_person_id: int | None


#: Nobody's id: not a writer took it back, but the group.
GROUP: Final = 0


def take_back_some(actor: Actor, told: Iterable[Recalled], at: datetime) -> None:
    """Take messages back; what is gone or was never there is left alone."""
    wanted = {(one.group_id, one.seq): one.by_person_id for one in told}
    for (group_id, seq), by_person_id in sorted(wanted.items()):
        rows = Message.objects.filter(group_id=group_id, seq=seq, recalled_at=None)
        row = rows.exclude(kind="system").first()
        if row is not None:
            take_back(actor, row, at, by_group=by_person_id != row.sender_person_id)
