"""Customers' groups as rooms of the port: listed, read some at a time, and what was heard of them."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection
from django.db.models import F

from qunlian.kernel import clock, scope
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms.port import Heard, Occupant, Room, RoomHead, RoomHeads, RoomStatus
from qunlian.platforms.wecom import tally
from qunlian.platforms.wecom.accounts import Account
from qunlian.platforms.wecom.api import contacts, groups
from qunlian.platforms.wecom.client import Client, on_thread
from qunlian.platforms.wecom.errors import Kind, WeComTrouble
from qunlian.platforms.wecom.models import Callback, HeardRoom
from qunlian.platforms.wecom.models import Room as KnownRoom
from qunlian.platforms.wecom.versions import Change, is_older

_NO_ROOM = 40050
_TOO_MANY_OWNERS = 81017
_STATUS = {
    0: RoomStatus.STANDS,
    1: RoomStatus.OWNER_GONE,
    2: RoomStatus.CHANGING_HANDS,
    3: RoomStatus.STANDS,
}
_SCENES = {1: "invited", 2: "link", 3: "code"}
#: What can't be read now is heard of again after so long, so that it does not stand in the way of others.
_UNREADABLE = timedelta(minutes=1)
#: A room that stays older than what was heard of it is left to the nightly reading.
_PATIENCE = timedelta(minutes=10)
_MEMORY = timedelta(days=2)


async def list_page(client: Client, cursor: str, limit: int) -> RoomHeads:
    """
    Return a page of all rooms.

    A corp with more than 1,000 owners is not listed as a whole (81017): then a hundred owners at a time, in
    the order of their names; our cursor says behind whom.
    """
    place = json.loads(cursor) if cursor else {}
    if "after" not in place:
        try:
            heads, behind = await groups.page(client, cursor=place.get("cursor", ""), limit=limit)
        except WeComTrouble as trouble:
            if trouble.errcode != _TOO_MANY_OWNERS:
                raise
            place = {"after": ""}
        else:
            return await _heads(client, heads, {"cursor": behind} if behind else None)
    owners = sorted(await contacts.followers(client))
    slice_ = [one for one in owners if one > place["after"]][: groups.OWNERS_AT_ONCE]
    if not slice_:
        return RoomHeads(rooms=(), cursor=cursor, has_more=False)
    heads, behind = await groups.page(
        client, cursor=place.get("cursor", ""), limit=limit, owners=slice_
    )
    is_last = slice_[-1] == owners[-1]
    on = {"after": place["after"], "cursor": behind} if behind else {"after": slice_[-1]}
    return await _heads(client, heads, None if is_last and not behind else on)


async def _heads(
    client: Client, heads: Sequence[groups.Head], on: dict[str, str] | None
) -> RoomHeads:
    rooms = tuple(
        {
            head.chat_id: RoomHead(
                key=head.chat_id, status=_STATUS.get(head.status, RoomStatus.STANDS)
            )
            for head in heads
        }.values()
    )
    await on_thread(_note_status, client.account, rooms)
    return RoomHeads(rooms=rooms, cursor=json.dumps(on) if on else "", has_more=on is not None)


async def read(client: Client, room_keys: Sequence[str]) -> tuple[Room, ...]:
    """Read rooms concurrently; one that can't be read just now is missing, one that was dissolved says so."""
    keys = list(dict.fromkeys(room_keys))
    told = await asyncio.gather(*(_read_one(client, key) for key in keys))
    found = {key: one for key, one in zip(keys, told, strict=True) if isinstance(one, groups.Group)}
    troubles = [one for one in told if isinstance(one, PlatformTrouble)]
    gone = [key for key, one in zip(keys, told, strict=True) if one is None]
    rooms = await on_thread(_note_read, client.account, found, gone)
    await on_thread(_note_unread, client.account, set(keys) - {room.key for room in rooms})
    if troubles and not rooms:
        raise troubles[0]
    return rooms


async def _read_one(client: Client, key: str) -> groups.Group | PlatformTrouble | None:
    try:
        return await groups.get(client, key)
    except WeComTrouble as trouble:
        return None if trouble.kind in {Kind.DATA, Kind.RELATION} else trouble
    except PlatformTrouble as trouble:
        return trouble


def _note_status(account: Account, heads: Sequence[RoomHead]) -> None:
    now = clock.now()
    with scope.writing(account.machinery):
        KnownRoom.objects.bulk_create(
            [
                KnownRoom(
                    enterprise_id=account.enterprise_id,
                    key=head.key,
                    owner_key="",
                    version="",
                    status=head.status,
                    read_at=now,
                )
                for head in sorted(heads, key=lambda head: head.key)
            ],
            update_conflicts=True,
            update_fields=["status"],
            unique_fields=["enterprise_id", "key"],
        )


def _note_read(
    account: Account, found: dict[str, groups.Group], gone: Sequence[str]
) -> tuple[Room, ...]:
    """Keep owner and version of what was read, and mark what is older than was heard."""
    now = clock.now()
    with scope.writing(account.machinery):
        known = {row.key: row for row in KnownRoom.objects.filter(key__in=found)}
        rooms = [_room(group, known.get(key)) for key, group in found.items()]
        KnownRoom.objects.bulk_create(
            [
                KnownRoom(
                    enterprise_id=account.enterprise_id,
                    key=room.key,
                    owner_key=room.owner_key,
                    version=room.version,
                    status=room.status,
                    read_at=now,
                )
                for room in sorted(rooms, key=lambda room: room.key)
            ],
            update_conflicts=True,
            update_fields=["owner_key", "version", "status", "read_at"],
            unique_fields=["enterprise_id", "key"],
        )
        heard = list(HeardRoom.objects.filter(room_key__in=found))
        untold = _count_changes(account, rooms, known, {row.room_key for row in heard})
        KnownRoom.objects.filter(key__in=untold).update(untold=F("untold") + 1)
        changes = _changes([row.room_key for row in heard])
        for row in heard:
            is_stale = is_older(found[row.room_key].version, changes[row.room_key])
            row.is_stale = is_stale and now < row.heard_at + _PATIENCE
            row.due_at = now + timedelta(seconds=account.settings.reads_settle_seconds)
        HeardRoom.objects.bulk_update(heard, ["is_stale", "due_at"])
        dissolved = Callback.objects.filter(room_key__in=gone, change="dismiss")
        dead = sorted(set(dissolved.values_list("room_key", flat=True)))
    return (
        *rooms,
        *(
            Room(key=key, name="", owner_key="", occupants=(), status=RoomStatus.DISSOLVED)
            for key in dead
        ),
    )


def _count_changes(
    account: Account, rooms: Sequence[Room], known: dict[str, KnownRoom], told: set[str]
) -> set[str]:
    """Count rooms whose people are others than last time; return those of which nobody has told us yet."""
    changed = {
        room.key
        for room in rooms
        if (before := known.get(room.key))
        and before.version not in {"", room.version}
        and before.owner_key == room.owner_key  # a hand-over by API makes no callback
    }
    tally.note(account.machinery, "changed", count=len(changed))
    tally.note(account.machinery, "told", count=len(changed & told))
    return changed - told


def _note_unread(account: Account, keys: set[str]) -> None:
    if not keys:
        return
    with scope.writing(account.machinery):
        HeardRoom.objects.filter(room_key__in=keys).update(due_at=clock.now() + _UNREADABLE)


def _changes(room_keys: Sequence[str]) -> dict[str, list[Change]]:
    found: defaultdict[str, list[Change]] = defaultdict(list)
    since = clock.now() - _MEMORY
    rows = Callback.objects.filter(room_key__in=room_keys, received_at__gt=since)
    for row in rows.exclude(version=""):
        found[row.room_key].append(Change(row.last_version, row.version, row.happened_at))
    return found


def _room(group: groups.Group, known: KnownRoom | None) -> Room:
    admins = set(group.admins)
    is_same_owner = known is not None and known.owner_key in {"", group.owner}
    return Room(
        key=group.chat_id,
        name=group.name,
        owner_key=group.owner,
        notice=group.notice,
        made_at=group.made_at,
        version=group.version,
        status=RoomStatus(known.status) if known and is_same_owner else RoomStatus.STANDS,
        occupants=tuple(_occupant(one, group.owner, admins) for one in group.members),
    )


def _occupant(member: groups.Member, owner: str, admins: set[str]) -> Occupant:
    role = "manager" if member.userid in admins else "member"
    return Occupant(
        person_key=member.userid,
        role="owner" if member.userid == owner else role,
        is_staff=member.is_staff,
        name=member.nickname or member.name,
        union_key=member.unionid,
        joined_at=member.joined_at,
        scene=_SCENES.get(member.join_scene, ""),
        door=member.state,
        invited_by=member.invitor,
    )


def heard(account: Account, limit: int) -> tuple[Heard, ...]:
    """Return rooms that are due to be read, oldest first."""
    with scope.reading(account.machinery):
        rows = HeardRoom.objects.filter(due_at__lte=clock.now()).order_by("heard_at", "pk")
        return tuple(Heard(room_key=row.room_key, mark=str(row.mark)) for row in rows[:limit])


def heed(account: Account, heard_rooms: Sequence[Heard]) -> None:
    """Forget rooms that were read since, unless something new was heard or the reading was too old."""
    if not heard_rooms:
        return
    with scope.writing(account.machinery), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM platforms_wecom_heard_room h"
            " USING unnest(%s::text[], %s::bigint[]) AS told (room_key, mark)"
            " WHERE h.room_key = told.room_key AND h.mark = told.mark AND NOT h.is_stale",
            [[one.room_key for one in heard_rooms], [int(one.mark) for one in heard_rooms]],
        )
