"""Close a way in: its link and posters lead nowhere any more."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.community import access, doors
from qunlian.community.models import Door
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDoor:
    """The door that is closed."""

    door_id: int


def close_door(*, actor: Actor, door_id: int, now: datetime) -> ClosedDoor:
    """
    Close a door; its code on a platform is taken back in the background. Again changes nothing.

    :raises NotFound: no such door within the actor's reach
    """
    with scope.writing(actor):
        row = access.door_to_change(actor, door_id)
        if row.closed_at is None:
            Door.objects.filter(pk=row.pk).update(closed_at=now)
            doors.mark(actor.enterprise_id, Door.objects.filter(pk=row.pk), now)
            journal.record("community.door_closed", actor=actor, at=now, about={"door": [row.pk]})
        return ClosedDoor(door_id=row.pk)
