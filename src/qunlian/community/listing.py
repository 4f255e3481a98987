"""
Reading the rooms of outside platforms: all of them from end to end, or those something happened in.

Talks to the platform outside any transaction, and takes in what it tells room by room.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from qunlian.channel.actions.note_accounts import note_accounts
from qunlian.channel.queries.bindings import part_of
from qunlian.channel.steps.handles import Met, Noted
from qunlian.community.actions.find_bindings import find_bindings
from qunlian.community.actions.note_rooms import note_rooms
from qunlian.community.actions.take_in_room import take_in_room
from qunlian.community.queries.bindings import rooms_with_strangers, unread_people
from qunlian.community.queries.rooms import unread_rooms
from qunlian.kernel import clock
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms import registry
from qunlian.platforms.port import Feature, Means, PersonCard

logger = logging.getLogger(__name__)
_AT_ONCE = 20
_PEOPLE_AT_ONCE = 50
_MOMENTS: Final = ("began", "asked_from")
#: So often rooms that could not be read are tried again, as long as that brings some.
_PASSES = 5


@dataclass(kw_only=True)
class Walk:
    """
    How far a platform was listed and read, so that another go takes up where trouble ended this one.

    :ivar began: when it set out; rooms and people read since then are not read again
    :ivar stage: rooms | reading | people | binding | done
    :ivar cursor: how far within the stage
    :ivar asked_from: since when our staff's notes are listed
    """

    began: datetime
    stage: str = "rooms"
    cursor: str = ""
    asked_from: datetime | None = None
    read: int = 0

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Walk":
        """Read what ``as_json`` wrote."""
        at = {name: kept[name] and datetime.fromisoformat(kept[name]) for name in _MOMENTS}
        return cls(**{**kept, **at})

    def as_json(self) -> dict[str, Any]:
        """Write it down for a job's arguments."""
        at = {name: (kept := getattr(self, name)) and kept.isoformat() for name in _MOMENTS}
        return {**asdict(self), **at}


def outside_platforms(enterprise_id: int) -> tuple[str, ...]:
    """Return the platforms with accounts of their own that an enterprise is connected to."""
    return tuple(
        name
        for name in registry.names()
        if registry.platform(name).has_own_accounts
        and registry.means(name, Feature.LIST_ROOMS) is Means.API
        and registry.platform(name).is_connected(enterprise_id)
    )


def list_and_read(actor: Actor, name: str, walk: Walk | None = None) -> int:
    """
    List a platform's rooms, read them all, and find out whose people sit there; return how many were read.

    :param walk: how far an earlier go came; moved on as things are done
    :raises PlatformTrouble: the platform could not be asked; ``walk`` tells where to go on
    """
    walk = walk or Walk(began=clock.now())
    stages = {"rooms": _list, "reading": _read_listed, "people": _list_people, "binding": _bind_all}
    while walk.stage != "done":
        stages[walk.stage](actor, name, walk)
        following = [*stages, "done"]
        walk.stage, walk.cursor = following[following.index(walk.stage) + 1], ""
    return walk.read


def read_heard(actor: Actor, name: str) -> int:
    """Read the rooms something happened in; return how many were. What can't be read stays heard of."""
    adapter, read = registry.platform(name), 0
    try:
        while heard := adapter.heard_rooms(actor.enterprise_id, limit=_AT_ONCE):
            told = _read(actor, name, [one.room_key for one in heard])
            for room_id in told.values():
                _bind(actor, name, room_id)
            adapter.heed_rooms(actor.enterprise_id, [one for one in heard if one.room_key in told])
            read += len(told)
            if not told:
                break
    except PlatformTrouble as trouble:
        logger.warning("platform_trouble", extra={"platform": name, "facts": trouble.facts})
    return read


def _list(actor: Actor, name: str, walk: Walk) -> None:
    """List the accounts of staff and the rooms."""
    staff = registry.platform(name).list_staff(actor.enterprise_id)
    met = [Met(key=one.key, is_staff=True, name=one.name) for one in staff if one.is_active]
    note_accounts(actor=actor, platform=name, met=met, now=clock.now())
    has_more = True
    while has_more:
        page = registry.platform(name).list_rooms(actor.enterprise_id, walk.cursor)
        note_rooms(
            actor=actor,
            platform=name,
            heads=page.rooms,
            since=None if page.has_more else walk.began,
            now=clock.now(),
        )
        walk.cursor, has_more = page.cursor, page.has_more


def _read_listed(actor: Actor, name: str, walk: Walk) -> None:
    """Read all that stand and were not read since; what can't be read is tried again while some can."""
    for _ in range(_PASSES):
        before = walk.read
        for keys in _parts(unread_rooms(actor, name, walk.began), _AT_ONCE):
            walk.read += len(_read(actor, name, keys))
        if walk.read == before:
            break


def _list_people(actor: Actor, name: str, walk: Walk) -> None:
    """Note what our staff keep of whom they know."""
    walk.asked_from, has_more = walk.asked_from or clock.now(), True
    while has_more:
        page = registry.platform(name).list_people(actor.enterprise_id, walk.cursor)
        noted = [_noted(card, is_all=False) for card in page.cards]
        note_accounts(
            actor=actor,
            platform=name,
            noted=noted,
            all_told_since=None if page.has_more else walk.asked_from,
            now=clock.now(),
        )
        walk.cursor, has_more = page.cursor, page.has_more


def _bind_all(actor: Actor, name: str, walk: Walk) -> None:
    """Find the stores of people in all rooms, a territory's together; nothing here asks the platform."""
    del walk
    rooms = rooms_with_strangers(actor, name)
    for territory_id, some in groupby(rooms, key=itemgetter(0)):
        part = part_of(actor, territory_id)
        for _, room_id in some:
            find_bindings(actor=actor, room_id=room_id, part=part, now=clock.now())


def _read(actor: Actor, name: str, keys: Sequence[str]) -> dict[str, int]:
    """Read rooms at once and take them in; return those that the platform told, with our ids."""
    began = clock.now()
    rooms = registry.platform(name).read_rooms(actor.enterprise_id, keys)
    return {
        room.key: take_in_room(
            actor=actor, platform=name, room=room, read_at=began, now=clock.now()
        ).room_id
        for room in rooms
    }


def _bind(actor: Actor, name: str, room_id: int) -> None:
    """Ask what our staff noted of a room's strangers, and find their stores by it."""
    adapter = registry.platform(name)
    for part in _parts(unread_people(actor, room_id), _PEOPLE_AT_ONCE):
        cards = adapter.read_people(actor.enterprise_id, part)
        noted = [_noted(card, is_all=True) for card in cards]
        note_accounts(actor=actor, platform=name, noted=noted, now=clock.now())
    find_bindings(actor=actor, room_id=room_id, now=clock.now())


def _parts(keys: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _noted(card: PersonCard, *, is_all: bool) -> Noted:
    return Noted(
        key=card.person_key,
        remarks=tuple(
            {"by": one.by_key, "remark": one.remark, "phones": list(one.phones)}
            for one in card.remarks
        ),
        is_all=is_all,
    )
