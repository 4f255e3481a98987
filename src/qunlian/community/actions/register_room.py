"""Register a group on one's own WeChat, from the phone it is on."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.community import access, personal
from qunlian.community.personal import ToldGroup
from qunlian.community.rules import names
from qunlian.community.rules.room_sheets import MOST_PEOPLE
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Forbidden, Invalid


class RoomNameUnfit(Invalid):
    """The name has 1 to 40 characters."""

    code: ClassVar[str] = "community.room_name_unfit"


class PeopleUnfit(Invalid):
    """Between 1 and 500 people sit in a group."""

    code: ClassVar[str] = "community.people_unfit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """
    A group as its owner tells it.

    :ivar owner_staff_id: whose phone it is on; None: the actor's own
    :ivar code_token: the picture of its QR code, good for a week; may be empty
    """

    name: str
    people: int
    layer: str = "store"
    territory_id: int | None = None
    owner_staff_id: int | None = None
    code_token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredRoom:
    """The group, and whether it was not known before."""

    group_id: int
    is_new: bool


def register_room(*, actor: Actor, told: Registration, now: datetime) -> RegisteredRoom:
    """
    Make a group of ours of a group on somebody's own WeChat; of one that is known the count and code follow.

    :raises Forbidden: the actor looks after no groups, or tells of a colleague's phone as a rep
    :raises NotFound: no such colleague, or no such territory within the actor's reach
    :raises RoomNameUnfit: the name is empty or too long
    :raises PeopleUnfit: an improbable number of people
    :raises LayerUnfit: no layer a room can be taken over as
    :raises ToldOfAnother: it was set aside, or the owner's account is tied to somebody else
    """
    if actor.role not in access.KEEPERS:
        raise Forbidden
    owner = told.owner_staff_id or actor.staff_id
    if owner is None or (actor.role is Role.REP and owner != actor.staff_id):
        raise Forbidden
    try:
        name = names.tidy(told.name)
    except ValueError:
        raise RoomNameUnfit(field="name") from None
    if not 0 < told.people <= MOST_PEOPLE:
        raise PeopleUnfit(field="people")
    with scope.writing(actor):
        group = ToldGroup(
            name=name,
            owner_staff_id=owner,
            layer=told.layer,
            territory_id=told.territory_id,
            people=told.people,
        )
        done = personal.take_in(actor, group, now)
        if told.code_token:
            personal.keep_code(done.room_id, told.code_token[:64], now)
        journal.record(
            "community.room_registered",
            actor=actor,
            at=now,
            about={"group": [done.group_id]},
            people=told.people,
            is_new=done.is_new,
        )
        return RegisteredRoom(group_id=done.group_id, is_new=done.is_new)
