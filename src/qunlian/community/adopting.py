"""Making a group of ours of a room that exists, within the transaction of an action."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from qunlian.channel.steps.handles import Known
from qunlian.community import access, requests, rooms
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
from qunlian.kernel import queue
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid

#: What a room may be taken over as; distributors' base groups come from plans.
LAYERS = ("store", "distributor", "consumer", "vip", "internal")


class LayerUnfit(Invalid):
    """Choose what the group is for."""

    code: ClassVar[str] = "community.layer_unfit"


class HeirMissing(Conflict):
    """The owner of “%(room)s” has left. Choose a steward who is still there: the group passes to him."""

    code: ClassVar[str] = "community.heir_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a room becomes; None takes what was proposed."""

    layer: str | None = None
    territory_id: int | None = None
    steward_staff_id: int | None = None


def adopt(actor: Actor, row: FoundRoom, chosen: Chosen, now: datetime) -> tuple[Group, list[int]]:
    """
    Make a group of a room whose row is held, with its people; return it and the stores that got it as base.

    A room whose owner has left passes to the steward: its platform is asked at once to make him the owner.

    :raises NotFound: no such territory within the actor's reach
    :raises LayerUnfit: no layer a room can be taken over as
    :raises HeirMissing: its owner has left and nobody looks after it
    """
    group = _make(actor, row, chosen, now)
    sits = _sits(row)
    placed = _place(actor, group, sits, now)
    FoundRoom.objects.filter(pk=row.pk).update(decision="adopted", group=group, decided_at=now)
    row.group, row.decision = group, "adopted"
    rooms.follow(row, group, sits, now)
    _enliven(group, now)
    _pass_to_heir(actor, row, group, now)
    return group, placed


def _pass_to_heir(actor: Actor, row: FoundRoom, group: Group, now: datetime) -> None:
    """Ask for another owner where all that is known of the present one is that he has left."""
    jobs = list(
        StaffView.objects.filter(person_id=row.owner_person_id or 0).values_list(
            "left_on", flat=True
        )
    )
    if not jobs or not all(jobs):
        return
    heir = StaffView.objects.filter(pk=group.steward_staff_id or 0, left_on=None).first()
    if heir is None:
        raise HeirMissing(room=row.name or row.room_key)
    requests.ask_owner(actor, {group.pk: group.name}, row.owner_person_id or 0, heir.person_id, now)
    queue.enqueue("community.settle_requests", enterprise_id=actor.enterprise_id)


def _make(actor: Actor, row: FoundRoom, chosen: Chosen, now: datetime) -> Group:
    layer = chosen.layer or row.layer
    if layer not in LAYERS:
        raise LayerUnfit(field="layer")
    territory_id = chosen.territory_id or row.territory_id
    if territory_id is not None:
        access.territory_for(actor, territory_id)
    steward_id = chosen.steward_staff_id or row.steward_staff_id
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
        welcome=template.welcome,
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
