# ruff: noqa: ARG002
"""A platform of the tests with accounts of its own: its rooms are lists that a test writes."""

from collections.abc import Sequence
from datetime import timedelta

from qunlian.channel.steps.handles import Met, meet
from qunlian.community.actions.take_in_room import TakenInRoom, take_in_room
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms.port import (
    Feature,
    Heard,
    Means,
    Occupant,
    PersonCard,
    PersonCards,
    Remark,
    Room,
    RoomHead,
    RoomHeads,
    RoomStatus,
    StaffAccount,
)
from tests.cast_words import NOON

PATH = "tests.community.outside.Outside"
#: A room's owner and the people in it; ``R1`` is a rep of the cast, found by his number.
ROOMS: dict[str, Room] = {}
HEARD: list[Heard] = []
#: What our people noted of others.
KNOWN: list[PersonCard] = []


class Outside:
    """What it can: list and read rooms. Whatever is named in ``hidden`` cannot be read just now."""

    name = "outside"
    has_own_accounts = True
    batch_size = 50
    capabilities = dict.fromkeys(Feature, Means.PERSON) | {
        Feature.LIST_ROOMS: Means.API,
        Feature.LIST_MEMBERS: Means.API,
    }
    notes: dict[Feature, str] = {}
    hidden: set[str] = set()
    #: what is raised when people are listed next, one after the other; None: nothing
    troubles: list[PlatformTrouble | None] = []
    #: the rooms that were read, in order
    reads: list[str] = []

    def is_connected(self, enterprise_id: int) -> bool:
        return True

    def list_rooms(self, enterprise_id: int, cursor: str = "", *, limit: int = 200) -> RoomHeads:
        """One room a page, and an empty page before the last."""
        keys = sorted(ROOMS)
        at = int(cursor or 0)
        rooms = tuple(RoomHead(key=key) for key in keys[at // 2 : at // 2 + 1]) if at % 2 else ()
        return RoomHeads(rooms=rooms, cursor=str(at + 1), has_more=at + 1 < 2 * len(keys))

    def read_rooms(self, enterprise_id: int, room_keys: Sequence[str]) -> tuple[Room, ...]:
        told = [k for k in room_keys if k in ROOMS and k not in self.hidden]
        self.reads.extend(told)
        return tuple(ROOMS[k] for k in told)

    def list_staff(self, enterprise_id: int) -> tuple[StaffAccount, ...]:
        return (StaffAccount(key="R2"), StaffAccount(key="gone", is_active=False))

    def read_people(self, enterprise_id: int, person_keys: Sequence[str]) -> tuple[PersonCard, ...]:
        """Everybody is known by the number that stands in his key, if one does."""
        return tuple(
            PersonCard(person_key=key, remarks=(Remark(by_key="R1", phones=(key[2:],)),))
            for key in person_keys
        )

    def list_people(self, enterprise_id: int, cursor: str = "") -> PersonCards:
        """Two pages: the first is empty, the second tells what stands in ``KNOWN``."""
        if self.troubles and (trouble := self.troubles.pop(0)):
            raise trouble
        if not cursor:
            return PersonCards(cards=(), cursor="1", has_more=True)
        return PersonCards(cards=tuple(KNOWN), cursor="2", has_more=False)

    def heard_rooms(self, enterprise_id: int, *, limit: int = 100) -> tuple[Heard, ...]:
        return tuple(HEARD[:limit])

    def heed_rooms(self, enterprise_id: int, heard: Sequence[Heard]) -> None:
        for one in heard:
            HEARD.remove(one)


def room(key: str, name: str = "石原东片老板群", *, owner: str = "R1", people: str = "") -> Room:
    """A room of that owner, in which these people sit (``"wm1:老王 wm2:小李 +R2"``; ``+``: our staff)."""
    seats = [Occupant(person_key=owner, role="owner", is_staff=True, joined_at=NOON)]
    for one in people.split():
        person, _, called = one.partition(":")
        seats.append(
            Occupant(
                person_key=person.removeprefix("+"),
                role="member",
                is_staff=person.startswith("+"),
                name=called,
                joined_at=NOON,
                scene="code",
            )
        )
    return Room(
        key=key,
        name=name,
        owner_key=owner,
        occupants=tuple(seats),
        made_at=NOON,
        version=str(len(seats)),
        status=RoomStatus.STANDS,
    )


def take_in(actor: Actor, read: Room, *, minutes: int = 0) -> TakenInRoom:
    """Take in a room as it was read so many minutes after noon."""
    at = NOON + timedelta(minutes=minutes)
    return take_in_room(
        actor=system_actor(actor.enterprise_id), platform="outside", room=read, read_at=at, now=at
    )


def person_of(actor: Actor, key: str) -> int:
    """Return the person behind an account met before."""
    with scope.writing(system_actor(actor.enterprise_id)):
        known = meet(actor, "outside", [Met(key=key)], NOON)[key]
    assert known.person_id is not None
    return known.person_id
