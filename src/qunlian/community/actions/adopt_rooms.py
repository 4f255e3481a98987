"""Take over rooms that exist on a platform as groups of ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from qunlian.channel.steps.handles import Known
from qunlian.community import access, rooms
from qunlian.community.binding import place_stores
from qunlian.community.models import (
    FoundRoom,
    Group,
    HandleView,
    Layer,
    Occupant,
    StaffView,
)
from qunlian.community.rules import life, names
from qunlian.community.rules.layers import DEFAULTS, LayerTemplate
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid

#: What a room may be taken over as; distributors' base groups come from plans.
LAYERS = ("store", "distributor", "consumer", "vip", "internal")


class RoomDecided(Conflict):
    """“%(room)s” has been decided on already; look at the list again."""

    code: ClassVar[str] = "community.room_decided"


class RoomUnread(Conflict):
    """“%(room)s” has not been read yet, or is dissolved."""

    code: ClassVar[str] = "community.room_unread"


class OwnerUnknown(Conflict):
    """Nobody knows whose account “%(key)s” is, which owns “%(room)s”. Say so on “Accounts of staff” first."""

    code: ClassVar[str] = "community.owner_unknown"


class LayerUnfit(Invalid):
    """Choose what the group is for."""

    code: ClassVar[str] = "community.layer_unfit"


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

    In a store group, stores whose people sit there and which have no base group yet get this one.

    :raises NotFound: no such room, territory or colleague within the actor's reach
    :raises Forbidden: the actor may look only
    :raises RoomDecided: one was adopted or ignored meanwhile
    :raises RoomUnread: who sits in it is not known yet, or it is dissolved
    :raises OwnerUnknown: nobody knows whose account owns it: no group is without owner
    :raises LayerUnfit: no layer a room can be taken over as
    """
    with scope.writing(actor):
        rows = _hold(actor, adoptions)
        made: dict[int, int] = {}
        stores: list[int] = []
        for adoption in adoptions:
            row = rows[adoption.room_id]
            group = _make(actor, row, adoption, now)
            sits = _sits(row)
            placed = _place(actor, group, sits, now)
            FoundRoom.objects.filter(pk=row.pk).update(
                decision="adopted", group=group, decided_at=now
            )
            row.group = group
            rooms.follow(row, group, sits, now)
            _enliven(group, now)
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


def _make(actor: Actor, row: FoundRoom, adoption: Adoption, now: datetime) -> Group:
    layer = adoption.layer or row.layer
    if layer not in LAYERS:
        raise LayerUnfit(field="layer")
    territory_id = adoption.territory_id or row.territory_id
    if territory_id is not None:
        access.territory_for(actor, territory_id)
    steward_id = adoption.steward_staff_id or row.steward_staff_id
    if steward_id and not StaffView.objects.filter(pk=steward_id, left_on=None).exists():
        steward_id = None
    template = _template(layer)
    return Group.objects.create(
        enterprise_id=actor.enterprise_id,
        name=names.tidy((row.name or row.room_key)[: names.LONGEST]),
        layer=layer,
        purposes=list(template.purposes),
        theme=template.theme,
        rules=template.rules,
        territory_id=territory_id,
        platform=row.platform,
        platform_key=row.room_key,
        life="inviting",
        seats_cap=max(template.hard or 500, row.people + row.staff),
        owner_person_id=row.owner_person_id,
        steward_staff_id=steward_id,
        created_at=row.made_at or now,
        changed_at=now,
    )


def _template(layer: str) -> LayerTemplate:
    kept: dict[str, Any] | None = (
        Layer.objects.filter(layer=layer).values_list("template", flat=True).first()
    )
    if kept is not None:
        return LayerTemplate.of(kept)
    return DEFAULTS.get(layer, DEFAULTS["store"])


def _sits(row: FoundRoom) -> rooms.Sitting:
    """Return who sits in a room as it was read last."""
    ids = Occupant.objects.filter(room=row).values("handle_id")
    handles = {
        one.key: Known(handle_id=one.pk, person_id=one.person_id)
        for one in HandleView.objects.filter(pk__in=ids)
    }
    people = [one.person_id for one in handles.values() if one.person_id is not None]
    return rooms.sitting_of(handles, people)


def _place(actor: Actor, group: Group, sits: rooms.Sitting, now: datetime) -> list[int]:
    """Give the room's stores their base group, where they have none."""
    if group.layer != "store":
        return []
    ids = sorted({store_id for stores in sits.stores.values() for store_id in stores})
    return place_stores(actor, group.pk, ids, now)


def _enliven(group: Group, now: datetime) -> None:
    """Let a room that people sit in live, whatever share of its stores we know."""
    seated = Group.objects.filter(pk=group.pk, life="inviting", seats_taken__gte=life.LIVE_PEOPLE)
    seated.update(life="live", changed_at=now)
