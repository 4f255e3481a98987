"""Messages that are taken back: the words go for everybody, the place stays. Inside a higher transaction."""

from collections.abc import Iterable
from datetime import datetime

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


def take_back_some(actor: Actor, told: Iterable[tuple[int, int]], at: datetime) -> None:
    """Take messages back, each by its group and number; what is gone or was never there is left alone."""
    for group_id, seq in sorted(set(told)):
        rows = Message.objects.filter(group_id=group_id, seq=seq, recalled_at=None)
        row = rows.exclude(kind="system").first()
        if row is not None:
            take_back(actor, row, at, by_group=True)
