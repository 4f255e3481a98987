"""Note which rooms a platform lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qunlian.community.models import FoundRoom
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.platforms.port import RoomHead, RoomStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedRooms:
    """How many of the listed rooms are new to us, and how many we knew are listed no more."""

    new: int
    gone: int = 0


def note_rooms(
    *, actor: Actor, platform: str, heads: Sequence[RoomHead], since: datetime | None, now: datetime
) -> NotedRooms:
    """
    Note listed rooms; after the last page of a whole list also which are listed no more.

    :param since: when the whole list was begun: rooms not seen since are dissolved; None: more pages follow
    """
    with scope.writing(actor):
        rows = FoundRoom.objects.filter(platform=platform)
        keys = {head.key: head.status for head in heads}
        known = set(rows.filter(room_key__in=list(keys)).values_list("room_key", flat=True))
        FoundRoom.objects.bulk_create(
            (
                FoundRoom(
                    enterprise_id=actor.enterprise_id,
                    platform=platform,
                    room_key=key,
                    status=status,
                    seen_at=now,
                )
                for key, status in keys.items()
            ),
            update_conflicts=True,
            update_fields=["status", "seen_at"],
            unique_fields=["enterprise_id", "platform", "room_key"],
        )
        gone = 0
        if since is not None:
            missed = rows.filter(seen_at__lt=since).exclude(status=RoomStatus.DISSOLVED)
            gone = missed.update(status=RoomStatus.DISSOLVED)
        return NotedRooms(new=len(keys.keys() - known), gone=gone)
