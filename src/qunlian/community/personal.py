"""Taking in what people tell of groups on their own phones, within the transaction of an action."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from qunlian.channel.steps.handles import tie_to_stores
from qunlian.community import binding, rooms
from qunlian.community.adopting import Chosen, adopt
from qunlian.community.models import (
    FoundRoom,
    Group,
    GroupStore,
    HandleView,
    StaffView,
    StorePersonView,
    ToldRoom,
)
from qunlian.community.rules import life
from qunlian.community.rules.room_sheets import nickname_key, room_key
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, NotFound
from qunlian.platforms.port import Occupant, Room

PLATFORM: Final = "personal"
#: WeChat's code of a group is good for seven days; then a new picture is needed.
CODE_LASTS: Final = timedelta(days=7)


class ToldOfAnother(Conflict):
    """“%(room)s” was set aside, or its owner's account is tied to somebody else."""

    code: ClassVar[str] = "community.told_of_another"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldGroup:
    """
    A group as somebody tells it.

    :ivar people: how many sit there; None: not told
    :ivar members: nickname → store, where it is known; None: who sits there was not told
    """

    name: str
    owner_staff_id: int
    layer: str = "store"
    territory_id: int | None = None
    people: int | None = None
    members: Mapping[str, int | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """Which group that is here, and whether it is new or anything of it changed."""

    room_id: int
    group_id: int
    is_new: bool
    is_changed: bool


def take_in(actor: Actor, told: ToldGroup, at: datetime) -> TakenIn:
    """
    Make a group of ours equal to what was told; the same once more changes nothing.

    :raises NotFound: no such colleague
    :raises ToldOfAnother: the group was set aside, or its owner is not known as such
    """
    owner = StaffView.objects.filter(pk=told.owner_staff_id, left_on=None).first()
    if owner is None:
        raise NotFound(kind="staff", id=told.owner_staff_id)
    room = _room(owner.code, told)
    FoundRoom.objects.bulk_create(
        [
            FoundRoom(
                enterprise_id=actor.enterprise_id,
                platform=PLATFORM,
                room_key=room.key,
                seen_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    rows = FoundRoom.objects.filter(platform=PLATFORM, room_key=room.key)
    row = rows.select_for_update(of=("self",)).get()
    is_new = row.group_id is None
    if row.decision == "ignored":
        raise ToldOfAnother(room=told.name)
    is_same = not is_new and row.version == room.version
    if is_new or (told.members is not None and not is_same):
        _read(actor, row, room, owner.person_id, at)
    if is_new:
        steward = told.owner_staff_id
        chosen = Chosen(layer=told.layer, territory_id=told.territory_id, steward_staff_id=steward)
        adopt(actor, row, chosen, at)
    bound = _bind(actor, room.key, told.members or {}, at)
    people = told.people or (len(told.members) + 1 if is_new and told.members else None)
    counted = count(row.pk, people, at) if people is not None else False
    row.refresh_from_db(fields=["group"])
    return TakenIn(
        room_id=row.pk,
        group_id=row.group_id or 0,
        is_new=is_new,
        is_changed=not is_new
        and (bool(bound) or counted or (told.members is not None and not is_same)),
    )


def count(room_id: int, people: int, at: datetime) -> bool:
    """Note how many sit in a room; return whether that is another number than before."""
    row = FoundRoom.objects.select_for_update(of=("self",)).get(pk=room_id)
    before = ToldRoom.objects.filter(room=row).values_list("people", flat=True).first()
    ToldRoom.objects.update_or_create(
        enterprise_id=row.enterprise_id,
        room_id=room_id,
        defaults={"people": people, "told_at": at},
    )
    FoundRoom.objects.filter(pk=room_id).update(people=max(people - row.staff, row.bound, 0))
    if people >= life.LIVE_PEOPLE:
        group = Group.objects.filter(pk=row.group_id or 0, life="inviting")
        group.update(life="live", changed_at=at)
    return before != people


def keep_code(room_id: int, token: str, at: datetime) -> None:
    """Keep the picture of a room's QR code, which is good for a week."""
    row = FoundRoom.objects.get(pk=room_id)
    terms = {"code_token": token, "code_until_at": at + CODE_LASTS}
    ToldRoom.objects.update_or_create(
        enterprise_id=row.enterprise_id,
        room_id=room_id,
        defaults=terms,
        create_defaults=terms | {"told_at": at},
    )


def _room(owner_code: str, told: ToldGroup) -> Room:
    key = room_key(owner_code, told.name)
    members = sorted(told.members or {})
    digest = hashlib.blake2s("\n".join(members).encode(), digest_size=16).hexdigest()
    owner = Occupant(person_key=owner_code, role="owner", is_staff=True)
    return Room(
        key=key,
        name=told.name,
        owner_key=owner_code,
        version=digest,
        occupants=(
            owner,
            *(
                Occupant(
                    person_key=nickname_key(key, name), role="member", is_staff=False, name=name
                )
                for name in members
            ),
        ),
    )


def _read(actor: Actor, row: FoundRoom, room: Room, owner_id: int, at: datetime) -> None:
    sits = rooms.sitting(actor, PLATFORM, room, at)
    if sits.handles[room.owner_key].person_id != owner_id:
        raise ToldOfAnother(room=room.name)
    rooms.write_occupants(row, room, sits.handles)
    rooms.write_room(row, room, sits, at)
    if row.group_id is None:
        return
    list(GroupStore.objects.filter(group_id=row.group_id).order_by("store_id").select_for_update())
    group = Group.objects.select_for_update(of=("self",)).get(pk=row.group_id)
    if group.life in life.OPEN:
        rooms.follow(row, group, sits, at)
    told = ToldRoom.objects.filter(room=row).values_list("people", flat=True).first()
    if told:
        count(row.pk, told, at)


def _bind(
    actor: Actor, key: str, members: Mapping[str, int | None], at: datetime
) -> dict[int, int]:
    """Tie those to their stores of whom the sheet tells it and nobody knew."""
    wanted = {nickname_key(key, name): store for name, store in members.items() if store}
    handles = HandleView.objects.filter(platform=PLATFORM, key__in=wanted)
    known = set(
        StorePersonView.objects.filter(person_id__in=handles.values("person_id")).values_list(
            "person_id", flat=True
        )
    )
    stores = {one.pk: wanted[one.key] for one in handles if one.person_id not in known}
    if stores:
        people = tie_to_stores(actor, stores, at)
        binding.give_stores(actor, {people[pk]: store for pk, store in stores.items()}, at)
        binding.count_bound(
            list(FoundRoom.objects.filter(room_key=key).values_list("pk", flat=True))
        )
    return stores
