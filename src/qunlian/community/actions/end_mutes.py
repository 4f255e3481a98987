"""End the silence of those whose time is over; the machine's part."""

from datetime import datetime

from qunlian.community import laddering
from qunlian.community.models import Breach
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor

_BATCH = 200


def end_mutes(*, actor: Actor, now: datetime) -> tuple[int, ...]:
    """Let those write again whose silence is over; a person is asked where one began it. Return which."""
    with scope.writing(actor):
        over = Breach.objects.filter(
            step="mute", state="done", undone_at=None, until_at__lte=now
        ).order_by("group_id", "pk")
        rows = list(over[:_BATCH])
        for row in rows:
            laddering.let_write(actor, row, now)
        ids = tuple(row.pk for row in rows)
        if ids:
            journal.record(
                "community.mutes_ended",
                actor=actor,
                at=now,
                about={"breach": ids, "group": sorted({row.group_id for row in rows})},
            )
        return ids
