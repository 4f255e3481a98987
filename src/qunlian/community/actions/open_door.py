"""Open a way into a group, or into the groups of a place."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.channel.steps import public_code
from qunlian.community import access, doors
from qunlian.community.models import Door
from qunlian.community.rules import doors as rules
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, Invalid


class DoorUnsound(Invalid):
    """Choose a group or a part of the tree, and where people come from; a name has at most 30 characters."""

    code: ClassVar[str] = "community.door_unsound"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDoor:
    """
    Where a door leads: one group (and those after it), or the groups of a layer in a part of the tree.

    :ivar source: where who comes by it comes from, see ``rules.doors.SOURCES``
    :ivar name: what it is for, a campaign say
    """

    group_id: int | None = None
    territory_id: int | None = None
    layer: str = "consumer"
    source: str = "poster"
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedDoor:
    """A door and the code that its link and posters hold."""

    door_id: int
    code: str


def open_door(*, actor: Actor, door: NewDoor, now: datetime) -> OpenedDoor:
    """
    Make a door; where it leads, and codes on the groups' platform, are seen to in the background.

    :raises NotFound: no such group or part of the tree within the actor's reach
    :raises Forbidden: the actor may look only
    :raises DoorUnsound: it leads nowhere, or a word is not known
    """
    with scope.writing(actor):
        name = " ".join(door.name.split())
        is_known = door.source in rules.SOURCES and door.layer in rules.LAYERS
        if not is_known or len(name) > rules.LONGEST_NAME:
            raise DoorUnsound(field="name" if len(name) > rules.LONGEST_NAME else "source")
        row = Door(
            enterprise_id=actor.enterprise_id,
            layer=door.layer,
            source=door.source,
            name=name,
            opened_by=actor.account_id,
            opened_at=now,
        )
        if door.group_id is not None:
            group = access.group_to_change(actor, door.group_id)
            row.kind, row.group_id, row.layer = "group", group.pk, group.layer
        elif door.territory_id is not None:
            if actor.role not in access.KEEPERS:
                raise Forbidden
            territory = access.territory_for(actor, door.territory_id)
            row.kind, row.territory_id = "place", territory.pk
        else:
            raise DoorUnsound(field="territory_id")
        row.save()
        row.code = public_code(actor=actor, kind="door", target_id=row.pk)
        row.save(update_fields=["code"])
        doors.mark(actor.enterprise_id, Door.objects.filter(pk=row.pk), now)
        about = {"door": [row.pk], **({"group": [row.group_id]} if row.group_id else {})}
        journal.record("community.door_opened", actor=actor, at=now, about=about, source=row.source)
        return OpenedDoor(door_id=row.pk, code=row.code)
