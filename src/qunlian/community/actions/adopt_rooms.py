"""Take over rooms that exist on a platform as groups of ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.community import access
from qunlian.community.adopting import Chosen, adopt
from qunlian.community.models import FoundRoom
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict


class RoomDecided(Conflict):
    """“%(room)s” has been decided on already; look at the list again."""

    code: ClassVar[str] = "community.room_decided"


class RoomUnread(Conflict):
    """“%(room)s” has not been read yet, or is dissolved."""

    code: ClassVar[str] = "community.room_unread"


class OwnerUnknown(Conflict):
    """Nobody knows whose account “%(key)s” is, which owns “%(room)s”. Say so on “Accounts of staff” first."""

    code: ClassVar[str] = "community.owner_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """
    One room, and what it becomes; None takes what was proposed.

    :ivar steward_staff_id: who looks after it
    """

    room_id: int
    layer: str | None = None
    territory_id: int | None = None
    steward_staff_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptedRooms:
    """The groups made, by room; how many stores came into their base group by it."""

    groups: Mapping[int, int]
    stores: int


def adopt_rooms(*, actor: Actor, adoptions: Sequence[Adoption], now: datetime) -> AdoptedRooms:
    """
    Make groups of rooms, with the people who sit in them; all of them or none.

    In a store group, stores whose people sit there and which have no base group yet get this one. A room
    whose owner has left passes to its steward.

    :raises NotFound: no such room, territory or colleague within the actor's reach
    :raises Forbidden: the actor may look only
    :raises RoomDecided: one was adopted or ignored meanwhile
    :raises RoomUnread: who sits in it is not known yet, or it is dissolved
    :raises OwnerUnknown: nobody knows whose account owns it: no group is without owner
    :raises LayerUnfit: no layer a room can be taken over as
    :raises HeirMissing: the owner of one has left and nobody looks after it
    """
    with scope.writing(actor):
        rows = _hold(actor, adoptions)
        made: dict[int, int] = {}
        stores: list[int] = []
        for adoption in adoptions:
            row = rows[adoption.room_id]
            chosen = Chosen(
                layer=adoption.layer,
                territory_id=adoption.territory_id,
                steward_staff_id=adoption.steward_staff_id,
            )
            group, placed = adopt(actor, row, chosen, now)
            made[row.pk] = group.pk
            stores += placed
        journal.record(
            "community.rooms_adopted",
            actor=actor,
            at=now,
            about={"group": sorted(made.values()), "store": sorted(stores)},
        )
        return AdoptedRooms(groups=made, stores=len(stores))


def _hold(actor: Actor, adoptions: Sequence[Adoption]) -> dict[int, FoundRoom]:
    wanted = sorted({one.room_id for one in adoptions})
    held = access.rooms_within(actor).filter(pk__in=wanted).order_by("pk")
    rows = {row.pk: row for row in held.select_for_update(of=("self",))}
    for room_id in wanted:
        row = rows.get(room_id) or access.room_for(actor, room_id)
        if row.decision != "open":
            raise RoomDecided(room=row.name)
        if row.read_at is None or row.status == "dissolved":
            raise RoomUnread(room=row.name or row.room_key)
        if row.owner_person_id is None:
            raise OwnerUnknown(key=row.owner_key, room=row.name)
    return rows
