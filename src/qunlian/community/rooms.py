"""
Rooms of outside platforms as they are now: who sits in them, and the group one of them belongs to.

The platform's word on who sits in a room is the truth; a group of ours follows it. Staff whom a plan seated
and who are not in the room yet keep their place in the plan; whoever else is gone has left.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Greatest

from qunlian.channel.rules.staff import day_of
from qunlian.channel.steps.handles import Known, Met, meet
from qunlian.community import doors, owners
from qunlian.community.models import (
    AssignmentView,
    DistributorPersonView,
    Door,
    FoundRoom,
    Group,
    GroupStore,
    Member,
    Occupant,
    StaffView,
    StorePersonView,
    TerritoryView,
)
from qunlian.community.queries.staffing import standing
from qunlian.community.rules.adoption import RoomFacts, Sitter, propose
from qunlian.community.rules.doors import SCENES
from qunlian.kernel.actor import Actor
from qunlian.platforms.port import Room

_TEAM = ("owner", "steward", "superior", "manager")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Who came into a group and who left it, by person."""

    joined: tuple[int, ...] = ()
    left: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """Whose accounts sit in a room, and the stores and distributors these people belong to."""

    handles: Mapping[str, Known]
    stores: Mapping[int, dict[int, int]] = field(default_factory=dict)
    of_distributors: frozenset[int] = frozenset()


def sitting(actor: Actor, platform: str, room: Room, at: datetime) -> Sitting:
    """Find out who the accounts in a room are; strangers become people."""
    met = [
        Met(key=one.person_key, is_staff=one.is_staff, name=one.name, union_key=one.union_key)
        for one in room.occupants
    ]
    if room.owner_key and all(one.key != room.owner_key for one in met):
        met.append(Met(key=room.owner_key, is_staff=True))
    handles = meet(actor, platform, met, at)
    people = [known.person_id for known in handles.values() if known.person_id is not None]
    return sitting_of(handles, people)


def sitting_of(handles: Mapping[str, Known], people: list[int]) -> Sitting:
    """Look up which stores (store → territory) and distributors people belong to."""
    stores: dict[int, dict[int, int]] = {}
    rows = StorePersonView.objects.filter(person_id__in=people).order_by("store_id")
    for person_id, store_id, territory_id in rows.values_list(
        "person_id", "store_id", "territory_id"
    ):
        stores.setdefault(person_id, {})[store_id] = territory_id
    sent = DistributorPersonView.objects.filter(person_id__in=people)
    return Sitting(
        handles=handles,
        stores=stores,
        of_distributors=frozenset(sent.values_list("person_id", flat=True)),
    )


def write_occupants(row: FoundRoom, room: Room, handles: Mapping[str, Known]) -> None:
    """Make the list of who sits in a room equal to what its platform tells."""
    there = {one.handle_id: one for one in Occupant.objects.filter(room=row)}
    now = {
        handles[one.person_key].handle_id: Occupant(
            enterprise_id=row.enterprise_id,
            room=row,
            handle_id=handles[one.person_key].handle_id,
            role=one.role,
            is_staff=one.is_staff,
            name=one.name[:60],
            joined_at=one.joined_at,
            scene=one.scene,
            door=one.door[:30],
            invited_by=one.invited_by,
        )
        for one in room.occupants
    }
    Occupant.objects.filter(pk__in=[one.pk for k, one in there.items() if k not in now]).delete()
    Occupant.objects.bulk_create(one for key, one in now.items() if key not in there)
    for key, one in now.items():
        known = there.get(key)
        if known and (known.role, known.name) != (one.role, one.name):
            Occupant.objects.filter(pk=known.pk).update(role=one.role, name=one.name)


def write_room(row: FoundRoom, room: Room, sits: Sitting, read_at: datetime) -> None:
    """Note what was read of a room, and while nobody has decided on it what it looks made for."""
    people = [one for one in room.occupants if not one.is_staff]
    persons = [sits.handles[one.person_key].person_id for one in people]
    owner = sits.handles.get(room.owner_key)
    row.name, row.owner_key, row.version = room.name[:80], room.owner_key, room.version[:40]
    row.owner_person_id = owner.person_id if owner else None
    row.status, row.made_at, row.read_at = room.status, room.made_at, read_at
    row.seen_at = max(row.seen_at, read_at)
    row.people, row.staff = len(people), len(room.occupants) - len(people)
    row.bound = sum(1 for person_id in persons if person_id in sits.stores)
    if row.decision == "open":
        fit = propose(_facts(row, room, sits))
        row.layer, row.fit, row.signs = fit.layer, fit.fit, [list(sign) for sign in fit.signs]
        row.territory_id, row.steward_staff_id = fit.territory_id, fit.steward_staff_id
    row.save()


def follow(row: FoundRoom, group: Group, sits: Sitting, at: datetime) -> Change:
    """Make a group's people, owner and name equal to its room's; the group's row is held."""
    here = _people(row, sits)
    stays = {one.person_id: one for one in Member.objects.filter(group=group, left_at=None)}
    gone = [
        one for person_id, one in stays.items() if person_id not in here and one.role == "member"
    ]
    base = set(GroupStore.objects.filter(group=group).values_list("store_id", flat=True))
    newcomers = {pk: one for pk, one in here.items() if pk not in stays}
    by_door = doors.came_by(one.door for one in newcomers.values())
    fresh = [
        _stay(group, one, (person_id, _own(sits, person_id, base)), by_door.get(one.door), at)
        for person_id, one in newcomers.items()
    ]
    Member.objects.filter(pk__in=[one.pk for one in gone]).update(
        left_at=at, left_reason="left the room"
    )
    taken = group.seats_taken + len(fresh) - len(gone)
    was_full, is_full = (seats >= group.seats_cap for seats in (group.seats_taken, taken))
    Group.objects.filter(pk=group.pk).update(
        seats_taken=taken, seats_cap=Greatest(F("seats_cap"), Value(taken)), changed_at=at
    )
    Member.objects.bulk_create(fresh)
    if was_full != is_full:
        doors.mark_due(group.enterprise_id, [group.pk], at)
    if row.owner_person_id and row.owner_person_id != group.owner_person_id:
        owners.take_over(group.pk, row.owner_person_id, at)
    return Change(
        joined=tuple(sorted(one.person_id for one in fresh)),
        left=tuple(sorted(one.person_id for one in gone)),
    )


def _people(row: FoundRoom, sits: Sitting) -> dict[int, Occupant]:
    """Return who of those we know sits in a room, by person."""
    whose = {known.handle_id: known.person_id for known in sits.handles.values()}
    occupants = Occupant.objects.filter(room=row).order_by("joined_at", "pk")
    return {
        person_id: one for one in occupants if (person_id := whose.get(one.handle_id)) is not None
    }


def _stay(
    group: Group, one: Occupant, who: tuple[int, int | None], door: Door | None, at: datetime
) -> Member:
    """Return the stay of a person, who stands for a store or none."""
    person_id, store_id = who
    role = one.role if one.role == "owner" or not one.is_staff else "manager"
    return Member(
        enterprise_id=group.enterprise_id,
        group=group,
        person_id=person_id,
        role="member" if role == "owner" and person_id != group.owner_person_id else role,
        store_id=None if one.is_staff else store_id,
        source=door.source if door else SCENES.get(one.scene, "room"),
        door_id=door.pk if door else None,
        joined_at=one.joined_at or at,
    )


def _own(sits: Sitting, person_id: int, base: set[int]) -> int | None:
    """Return the store that somebody stands for in a group: first one whose base group it is."""
    stores = list(sits.stores.get(person_id, {}))
    return next(
        (store_id for store_id in stores if store_id in base), stores[0] if stores else None
    )


def _facts(row: FoundRoom, room: Room, sits: Sitting) -> RoomFacts:
    persons = {one.person_key: sits.handles[one.person_key].person_id for one in room.occupants}
    stores: dict[int, int] = {}
    for person_id in {one for one in persons.values() if one is not None}:
        for territory_id in set(sits.stores.get(person_id, {}).values()):
            stores[territory_id] = stores.get(territory_id, 0) + 1
    return RoomFacts(
        name=room.name,
        people=row.people,
        sitters=_sitters(row, set(persons.values())),
        stores=stores,
        distributors_people=len(sits.of_distributors),
    )


def _sitters(row: FoundRoom, people: set[int | None]) -> list[Sitter]:
    """Return our staff in a room with what they cover now."""
    wanted = {one for one in {*people, row.owner_person_id} if one is not None}
    staff = {one.pk: one for one in StaffView.objects.filter(person_id__in=wanted)}
    on = day_of(row.read_at or row.seen_at)
    assigned = list(
        AssignmentView.objects.filter(standing(on), staff_id__in=staff).values_list(
            "staff_id", "territory_id"
        )
    )
    places = {
        pk: (name, is_patch)
        for pk, name, is_patch in TerritoryView.objects.filter(
            pk__in={place for _, place in assigned}
        ).values_list("pk", "name", "is_patch")
    }
    return [
        Sitter(
            staff_id=pk,
            role=one.role,
            is_owner=one.person_id == row.owner_person_id,
            covers={
                place: places[place] for who, place in assigned if who == pk and place in places
            },
        )
        for pk, one in staff.items()
    ]
