"""The built-in platform behind the port: everything by API, everything can be looked up."""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.platforms import port
from qunlian.platforms.port import (
    Event,
    Events,
    Feature,
    Heard,
    Means,
    Mute,
    NewRoom,
    Occupant,
    Outcome,
    OwnerChange,
    PersonCard,
    PersonCards,
    Platform,
    Post,
    Recall,
    Renaming,
    Result,
    RoomHead,
    RoomHeads,
    Seat,
    StaffAccount,
)
from qunlian.platforms.web.models import Room, WebEvent, WebMute, WebSeat

_TAKE_ORDINALS = """
INSERT INTO platforms_web_counter AS c (enterprise_id, last_ordinal) VALUES (%s, %s)
ON CONFLICT (enterprise_id) DO UPDATE SET last_ordinal = c.last_ordinal + EXCLUDED.last_ordinal
RETURNING last_ordinal
"""


class WebPlatform:
    """Rooms on our own pages."""

    name = "web"
    batch_size = 200
    has_own_accounts = False
    capabilities: Mapping[Feature, Means] = dict.fromkeys(Feature, Means.API) | {
        Feature.REMIND: Means.NONE,
        Feature.ANNOUNCE: Means.NONE,
        Feature.WELCOME: Means.NONE,
        Feature.WATCH_STAFF: Means.NONE,
    }

    notes: Mapping[Feature, str] = {}

    def is_connected(self, enterprise_id: int) -> bool:
        """Everybody has it."""
        del enterprise_id
        return True

    def create_rooms(
        self, enterprise_id: int, rooms: Sequence[NewRoom], *, now: datetime
    ) -> tuple[Result, ...]:
        """Open rooms with fresh keys; a client_key used before answers with its first room."""
        with scope.writing(system_actor(enterprise_id)):
            Room.objects.bulk_create(
                [
                    Room(
                        enterprise_id=enterprise_id,
                        key=f"w{secrets.token_urlsafe(12)}",
                        client_key=room.client_key,
                        name=room.name[:80],
                        theme=room.theme[:200],
                        created_at=now,
                    )
                    for room in rooms
                ],
                ignore_conflicts=True,
            )
            keys = dict(
                Room.objects.filter(client_key__in=[r.client_key for r in rooms]).values_list(
                    "client_key", "key"
                )
            )
        return tuple(
            Result(item=r.client_key, outcome=Outcome.SENT, key=keys[r.client_key]) for r in rooms
        )

    def rename_rooms(
        self,
        enterprise_id: int,
        renamings: Sequence[Renaming],
        *,
        now: datetime,  # noqa: ARG002 (the port's shape)
    ) -> tuple[Result, ...]:
        """Rename rooms that exist."""
        with scope.writing(system_actor(enterprise_id)):
            rooms = {r.key: r for r in Room.objects.filter(key__in=[x.room_key for x in renamings])}
            for renaming in renamings:
                if renaming.room_key in rooms:
                    rooms[renaming.room_key].name = renaming.name[:80]
            Room.objects.bulk_update(rooms.values(), ["name"])
        return tuple(_if_known(x.room_key, x.room_key in rooms) for x in renamings)

    def change_owners(
        self, enterprise_id: int, changes: Sequence[OwnerChange], *, now: datetime
    ) -> tuple[Result, ...]:
        """Seat the new owners as such; the old ones, where they sit, become members."""
        self.admit(
            enterprise_id,
            [Seat(room_key=c.room_key, person_key=c.to_key, role="owner") for c in changes],
            now=now,
        )
        with scope.writing(system_actor(enterprise_id)):
            known = set(
                Room.objects.filter(key__in=[c.room_key for c in changes]).values_list(
                    "key", flat=True
                )
            )
            for change in changes:
                WebSeat.objects.filter(
                    room_key=change.room_key, person_key=change.from_key
                ).exclude(person_key=change.to_key).update(role="member")
        return tuple(_if_known(c.room_key, c.room_key in known) for c in changes)

    def admit(
        self, enterprise_id: int, seats: Sequence[Seat], *, now: datetime
    ) -> tuple[Result, ...]:
        """Seat people in rooms that exist; a new role replaces the old."""
        with scope.writing(system_actor(enterprise_id)):
            known = _known_rooms(seats)
            rows = {
                (seat.room_key, seat.person_key): WebSeat(
                    enterprise_id=enterprise_id,
                    room_key=seat.room_key,
                    person_key=seat.person_key,
                    role=seat.role,
                    since_at=now,
                )
                for seat in seats
                if seat.room_key in known
            }
            WebSeat.objects.bulk_create(
                rows.values(),
                update_conflicts=True,
                update_fields=["role"],
                unique_fields=["enterprise_id", "room_key", "person_key"],
            )
        return tuple(_if_known(seat.person_key, seat.room_key in known) for seat in seats)

    def remove(
        self,
        enterprise_id: int,
        seats: Sequence[Seat],
        *,
        now: datetime,  # noqa: ARG002 (the port's shape)
    ) -> tuple[Result, ...]:
        """Take seats away."""
        with scope.writing(system_actor(enterprise_id)):
            known = _known_rooms(seats)
            for seat in seats:
                WebSeat.objects.filter(room_key=seat.room_key, person_key=seat.person_key).delete()
        return tuple(_if_known(seat.person_key, seat.room_key in known) for seat in seats)

    def mute(
        self,
        enterprise_id: int,
        mutes: Sequence[Mute],
        *,
        now: datetime,  # noqa: ARG002 (the port's shape)
    ) -> tuple[Result, ...]:
        """Take nothing from these people in these rooms until then; the later word counts."""
        with scope.writing(system_actor(enterprise_id)):
            known = _known_rooms(mutes)
            for one in mutes:
                if one.until is None or one.room_key not in known:
                    WebMute.objects.filter(
                        room_key=one.room_key, person_key=one.person_key
                    ).delete()
                    continue
                WebMute.objects.update_or_create(
                    enterprise_id=enterprise_id,
                    room_key=one.room_key,
                    person_key=one.person_key,
                    defaults={"until_at": one.until},
                )
        return tuple(_if_known(one.person_key, one.room_key in known) for one in mutes)

    def recall(
        self, enterprise_id: int, recalls: Sequence[Recall], *, now: datetime
    ) -> tuple[Result, ...]:
        """Tell in the spool that a message, by its number in the room, was taken back; each key once."""
        told = [
            Post(
                client_msg_id=one.client_key,
                room_key=one.room_key,
                kind="recalled",
                body={"seq": int(one.message_key)},
            )
            for one in recalls
        ]
        return self.post(enterprise_id, told, now=now)

    def post(
        self, enterprise_id: int, posts: Sequence[Post], *, now: datetime
    ) -> tuple[Result, ...]:
        """Append posts to the spool, each client_msg_id once; ordinals follow the order of commits."""
        with scope.writing(system_actor(enterprise_id)):
            known = _known_rooms(posts)
            first = _take_ordinals(
                enterprise_id, 0
            )  # the lock: nobody else appends until we commit
            accepted = _accepted([p.client_msg_id for p in posts])
            silent = _silent(posts, now)
            fresh = {
                p.client_msg_id: p
                for p in posts
                if p.room_key in known
                and p.client_msg_id not in accepted
                and (p.room_key, p.sender_key) not in silent
            }
            WebEvent.objects.bulk_create(
                WebEvent(
                    enterprise_id=enterprise_id,
                    ordinal=first + number,
                    room_key=post.room_key,
                    client_msg_id=post.client_msg_id,
                    kind=post.kind,
                    body=dict(post.body),
                    sender_key=post.sender_key,
                    accepted_at=now,
                )
                for number, post in enumerate(fresh.values(), start=1)
            )
            accepted |= {key: first + n for n, key in enumerate(fresh, start=1)}
            _take_ordinals(enterprise_id, len(fresh))
        return tuple(
            Result(item=p.client_msg_id, outcome=Outcome.SENT, key=str(accepted[p.client_msg_id]))
            if p.client_msg_id in accepted
            else _muted(p)
            if (p.room_key, p.sender_key) in silent
            else _if_known(p.client_msg_id, is_known=False)
            for p in posts
        )

    def look_up(self, enterprise_id: int, client_msg_ids: Sequence[str]) -> tuple[Result, ...]:
        """Say which of our posts were accepted."""
        with scope.reading(system_actor(enterprise_id)):
            accepted = _accepted(client_msg_ids)
        return tuple(
            Result(item=key, outcome=Outcome.SENT, key=str(accepted[key]))
            if key in accepted
            else Result(item=key, outcome=Outcome.REFUSED, problem="never_seen")
            for key in client_msg_ids
        )

    def events_since(self, enterprise_id: int, cursor: str, *, limit: int = 200) -> Events:
        """Read the spool behind an ordinal."""
        after = int(cursor or 0)
        with scope.reading(system_actor(enterprise_id)):
            rows = list(WebEvent.objects.filter(ordinal__gt=after).order_by("ordinal")[: limit + 1])
        has_more, rows = len(rows) > limit, rows[:limit]
        return Events(
            events=tuple(_event(row) for row in rows),
            cursor=str(rows[-1].ordinal) if rows else cursor,
            has_more=has_more,
        )

    def remind(self, enterprise_id: int, client_msg_ids: Sequence[str]) -> tuple[Result, ...]:
        """Refuse: nobody has to confirm anything here."""
        del enterprise_id
        return tuple(
            Result(item=key, outcome=Outcome.REFUSED, problem="none", is_permanent=True)
            for key in client_msg_ids
        )

    def list_rooms(self, enterprise_id: int, cursor: str = "", *, limit: int = 200) -> RoomHeads:
        """List rooms in the order they were made."""
        with scope.reading(system_actor(enterprise_id)):
            rows = list(Room.objects.filter(pk__gt=int(cursor or 0)).order_by("pk")[: limit + 1])
        has_more, rows = len(rows) > limit, rows[:limit]
        return RoomHeads(
            rooms=tuple(RoomHead(key=row.key) for row in rows),
            cursor=str(rows[-1].pk) if rows else cursor,
            has_more=has_more,
        )

    def read_rooms(self, enterprise_id: int, room_keys: Sequence[str]) -> tuple[port.Room, ...]:
        """Read rooms and their seats."""
        with scope.reading(system_actor(enterprise_id)):
            rooms = list(Room.objects.filter(key__in=room_keys).order_by("pk"))
            seats: defaultdict[str, list[WebSeat]] = defaultdict(list)
            for row in WebSeat.objects.filter(room_key__in=room_keys).order_by("since_at", "pk"):
                seats[row.room_key].append(row)
        return tuple(_room(room, seats[room.key]) for room in rooms)

    def list_staff(self, enterprise_id: int) -> tuple[StaffAccount, ...]:
        """List none: people go by our own ids here."""
        del enterprise_id
        return ()

    def read_people(self, enterprise_id: int, person_keys: Sequence[str]) -> tuple[PersonCard, ...]:
        """Tell nothing that we do not know."""
        del enterprise_id, person_keys
        return ()

    def list_people(self, enterprise_id: int, cursor: str = "") -> PersonCards:
        """Tell nothing that we do not know."""
        del enterprise_id
        return PersonCards(cards=(), cursor=cursor, has_more=False)

    def heard_rooms(self, enterprise_id: int, *, limit: int = 100) -> tuple[Heard, ...]:
        """Name none: who sits in these rooms is decided by us."""
        del enterprise_id, limit
        return ()

    def heed_rooms(self, enterprise_id: int, heard: Sequence[Heard]) -> None:
        """Nothing was heard."""


def _room(room: Room, seats: Sequence[WebSeat]) -> port.Room:
    return port.Room(
        key=room.key,
        name=room.name,
        owner_key=next((seat.person_key for seat in seats if seat.role == "owner"), ""),
        made_at=room.created_at,
        occupants=tuple(
            Occupant(
                person_key=seat.person_key,
                role=seat.role,
                is_staff=seat.role != "member",
                joined_at=seat.since_at,
            )
            for seat in seats
        ),
    )


def _silent(posts: Sequence[Post], now: datetime) -> set[tuple[str, str]]:
    """Return who may not write in which of these rooms now."""
    writers = {post.sender_key for post in posts} - {""}
    if not writers:
        return set()
    rows = WebMute.objects.filter(person_key__in=writers, until_at__gt=now)
    return set(rows.values_list("room_key", "person_key"))


def _muted(post: Post) -> Result:
    return Result(
        item=post.client_msg_id, outcome=Outcome.REFUSED, problem="muted", is_permanent=True
    )


def _known_rooms(items: Sequence[Post] | Sequence[Seat] | Sequence[Mute]) -> set[str]:
    keys = {item.room_key for item in items}
    return set(Room.objects.filter(key__in=keys).values_list("key", flat=True))


def _accepted(client_msg_ids: Sequence[str]) -> dict[str, int]:
    rows = WebEvent.objects.filter(client_msg_id__in=client_msg_ids)
    return dict(rows.values_list("client_msg_id", "ordinal"))


def _take_ordinals(enterprise_id: int, count: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_ORDINALS, [enterprise_id, count])
        (last,) = cursor.fetchone()
    return int(last)


def _if_known(item: str, is_known: bool) -> Result:
    if is_known:
        return Result(item=item, outcome=Outcome.SENT, key=item)
    return Result(item=item, outcome=Outcome.REFUSED, problem="room_unknown", is_permanent=True)


def _event(row: WebEvent) -> Event:
    return Event(
        key=str(row.ordinal),
        kind=row.kind,
        room_key=row.room_key,
        happened_at=row.accepted_at,
        sender_key=row.sender_key,
        client_msg_id=row.client_msg_id,
        body=row.body,
    )


if TYPE_CHECKING:  # what it is, so that mypy tells what it lacks
    _is: Platform = WebPlatform()
