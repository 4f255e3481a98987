"""Leave rooms found on a platform alone, or put them on the list again."""

from collections.abc import Sequence
from datetime import datetime

from qunlian.community import access
from qunlian.community.actions.adopt_rooms import RoomDecided
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


def set_rooms_aside(
    *, actor: Actor, room_ids: Sequence[int], is_aside: bool = True, now: datetime
) -> int:
    """
    Take rooms off the list of what is to be decided, or put them back; return how many changed.

    :raises NotFound: no such room within the actor's reach
    :raises RoomDecided: one has been adopted: its group can be retired
    """
    with scope.writing(actor):
        wanted = sorted(set(room_ids))
        held = access.rooms_within(actor).filter(pk__in=wanted).order_by("pk")
        rows = {row.pk: row for row in held.select_for_update(of=("self",))}
        for room_id in wanted:
            row = rows.get(room_id) or access.room_for(actor, room_id)
            if row.decision == "adopted":
                raise RoomDecided(room=row.name)
        decision, before = ("ignored", "open") if is_aside else ("open", "ignored")
        changing = [pk for pk, row in rows.items() if row.decision == before]
        held.filter(pk__in=changing).update(decision=decision, decided_at=now if is_aside else None)
        if changing:
            journal.record(
                "community.rooms_set_aside",
                actor=actor,
                at=now,
                about={"room": changing},
                is_aside=is_aside,
            )
        return len(changing)
