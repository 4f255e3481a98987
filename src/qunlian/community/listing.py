"""
Reading the rooms of outside platforms: all of them from end to end, or those something happened in.

Talks to the platform outside any transaction, and takes in what it tells room by room.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from qunlian.channel.actions.note_accounts import note_accounts
from qunlian.channel.steps.handles import Met, Noted
from qunlian.community.actions.find_bindings import find_bindings
from qunlian.community.actions.note_rooms import note_rooms
from qunlian.community.actions.take_in_room import take_in_room
from qunlian.community.queries.bindings import unread_people
from qunlian.kernel import clock
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms import registry
from qunlian.platforms.port import Feature, Means

logger = logging.getLogger(__name__)
_AT_ONCE = 20
_PEOPLE_AT_ONCE = 50


def outside_platforms(enterprise_id: int) -> tuple[str, ...]:
    """Return the platforms with accounts of their own that an enterprise is connected to."""
    return tuple(
        name
        for name in registry.names()
        if registry.platform(name).has_own_accounts
        and registry.means(name, Feature.LIST_ROOMS) is Means.API
        and registry.platform(name).is_connected(enterprise_id)
    )


def list_and_read(actor: Actor, name: str) -> int:
    """
    List a platform's rooms and read them all; return how many were read. Again goes on from the start.

    :raises PlatformTrouble: the platform could not be asked; what was read so far stays
    """
    began, read = clock.now(), 0
    staff = registry.platform(name).list_staff(actor.enterprise_id)
    met = [Met(key=one.key, is_staff=True, name=one.name) for one in staff if one.is_active]
    note_accounts(actor=actor, platform=name, met=met, now=began)
    for keys in _listed(actor, name, began):
        read += len(_read(actor, name, keys))
    return read


def read_heard(actor: Actor, name: str) -> int:
    """Read the rooms something happened in; return how many were. What can't be read stays heard of."""
    adapter, read = registry.platform(name), 0
    try:
        while heard := adapter.heard_rooms(actor.enterprise_id, limit=_AT_ONCE):
            told = _read(actor, name, [one.room_key for one in heard])
            adapter.heed_rooms(actor.enterprise_id, [one for one in heard if one.room_key in told])
            read += len(told)
            if not told:
                break
    except PlatformTrouble as trouble:
        logger.warning("platform_trouble", extra={"platform": name, "facts": trouble.facts})
    return read


def _listed(actor: Actor, name: str, began: datetime) -> Iterator[list[str]]:
    cursor, has_more = "", True
    while has_more:
        page = registry.platform(name).list_rooms(actor.enterprise_id, cursor)
        note_rooms(
            actor=actor,
            platform=name,
            heads=page.rooms,
            since=None if page.has_more else began,
            now=clock.now(),
        )
        yield [head.key for head in page.rooms]
        cursor, has_more = page.cursor, page.has_more


def _read(actor: Actor, name: str, keys: Sequence[str]) -> set[str]:
    """Read rooms a few at a time, find out whose people sit there; return those that the platform told."""
    adapter, told = registry.platform(name), set()
    for start in range(0, len(keys), _AT_ONCE):
        began = clock.now()
        for room in adapter.read_rooms(actor.enterprise_id, keys[start : start + _AT_ONCE]):
            taken = take_in_room(
                actor=actor, platform=name, room=room, read_at=began, now=clock.now()
            )
            told.add(room.key)
            if not taken.is_stale:
                _bind(actor, name, taken.room_id)
    return told


def _bind(actor: Actor, name: str, room_id: int) -> None:
    """Ask what our staff noted of a room's strangers, and find their stores by it."""
    adapter = registry.platform(name)
    keys = unread_people(actor, room_id)
    for start in range(0, len(keys), _PEOPLE_AT_ONCE):
        part = keys[start : start + _PEOPLE_AT_ONCE]
        noted = [
            Noted(
                key=card.person_key,
                remarks=tuple(
                    {"by": one.by_key, "remark": one.remark, "phones": list(one.phones)}
                    for one in card.remarks
                ),
            )
            for card in adapter.read_people(actor.enterprise_id, part)
        ]
        note_accounts(actor=actor, platform=name, noted=noted, now=clock.now())
    find_bindings(actor=actor, room_id=room_id, now=clock.now())
