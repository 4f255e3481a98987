"""Take in a room as its platform tells it now."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.community import inviting, opening, rooms, seeing
from qunlian.community.models import FoundRoom, Group, GroupStore
from qunlian.community.rules import life
from qunlian.community.steps import may_live
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.platforms.port import Room


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenInRoom:
    """Which room that is here, the group it belongs to, and who came and went by this reading."""

    room_id: int
    group_id: int | None
    joined: tuple[int, ...] = ()
    left: tuple[int, ...] = ()
    is_stale: bool = False


def take_in_room(
    *, actor: Actor, platform: str, room: Room, read_at: datetime, now: datetime
) -> TakenInRoom:
    """
    Make our picture of a room, and the group it belongs to, equal to what was read; again changes nothing.

    A room that somebody was asked to open, or that a full code opened, becomes the room of its group.

    :param read_at: when the reading began; what was read before an earlier-taken one is stale and left alone
    """
    with scope.writing(actor):
        FoundRoom.objects.bulk_create(
            [
                FoundRoom(
                    enterprise_id=actor.enterprise_id,
                    platform=platform,
                    room_key=room.key,
                    seen_at=read_at,
                )
            ],
            ignore_conflicts=True,
        )
        rows = FoundRoom.objects.filter(platform=platform, room_key=room.key)
        row = rows.select_for_update(of=("self",)).get()
        if row.read_at is not None and row.read_at > read_at:
            return TakenInRoom(room_id=row.pk, group_id=row.group_id, is_stale=True)
        sits = rooms.sitting(actor, platform, room, now)
        rooms.write_occupants(row, room, sits.handles)
        rooms.write_room(row, room, sits, read_at)
        row.group_id = (
            row.group_id
            or seeing.seen_made(actor, row, now)
            or opening.opened_by_door(actor, row, now)
        )
        if row.group_id is None:
            return TakenInRoom(room_id=row.pk, group_id=None)
        change = _follow(actor, row, row.group_id, sits, now)
        return TakenInRoom(
            room_id=row.pk, group_id=row.group_id, joined=change.joined, left=change.left
        )


def _follow(
    actor: Actor, row: FoundRoom, group_id: int, sits: rooms.Sitting, now: datetime
) -> rooms.Change:
    """Let the group follow its room: who sits in it, what it is called, whose it is."""
    placed = GroupStore.objects.filter(group_id=group_id).order_by("store_id")
    list(placed.select_for_update())
    group = Group.objects.select_for_update(of=("self",)).get(pk=group_id)
    if group.life not in life.OPEN:
        return rooms.Change()
    change = rooms.follow(row, group, sits, now)
    seeing.seen_done(actor, group, row, now)
    if change.joined:
        may_live(group.pk, now)
        inviting.settle(actor, [group.pk], now)
    if change.joined or change.left:
        journal.record(
            "community.room_followed",
            actor=actor,
            at=now,
            about={"group": [group.pk], "person": [*change.joined, *change.left]},
            joined=len(change.joined),
            left=len(change.left),
        )
    return change
