"""What a room's reading shows to be done: whoever did it, nobody need say so."""

from datetime import datetime

from django.db.models import Q

from qunlian.community import requests
from qunlian.community.models import FoundRoom, Group, HandleView, Occupant, Request
from qunlian.community.rules.asking import OPEN
from qunlian.kernel.actor import Actor


def seen_done(actor: Actor, group: Group, row: FoundRoom, at: datetime) -> None:
    """
    Settle what was asked of a group's room and has happened; the group's row is held.

    A room that somebody renamed without being asked gives its group the name.
    """
    opened = list(
        Request.objects.filter(group=group, state__in=OPEN).select_for_update(of=("self",))
    )
    renamings = [one for one in opened if one.kind == "rename"]
    for request in opened:
        if _shows(row, request):
            request.group = group
            requests.settle_seen(actor, request, at)
    if row.name and not renamings and row.name[:40] != group.name:
        Group.objects.filter(pk=group.pk).update(name=row.name[:40], changed_at=at)


def seen_made(actor: Actor, row: FoundRoom, at: datetime) -> int | None:
    """
    Let a room that nobody has decided on be the one that a person was asked to open; return its group.

    It bears the name that was asked for, and its owner is the group's; of two alike neither is taken.
    """
    if row.decision != "open" or not row.name:
        return None
    awaited = Q(kind="create", state__in=("with_person", "refused", "expired", "unknown"))
    alike = Request.objects.filter(
        awaited,
        group__platform=row.platform,
        group__platform_key="",
        group__name=row.name,
        group__owner_person_id=row.owner_person_id,
    )
    found = list(alike.order_by("pk")[:2])
    if len(found) != 1:
        return None
    group = Group.objects.select_for_update(of=("self",)).get(pk=found[0].group_id)
    request = alike.select_related("group").filter(group=group).first()
    if request is None:
        return None
    requests.settle_seen(actor, request, at, room_key=row.room_key)
    FoundRoom.objects.filter(pk=row.pk).update(decision="adopted", group=group, decided_at=at)
    return group.pk


def _shows(row: FoundRoom, request: Request) -> bool:
    if request.kind == "rename":
        return bool(row.name == request.payload["name"])
    if request.kind == "owner":
        return bool(row.owner_person_id == request.payload["to_person_id"])
    return request.kind == "remove" and _is_gone(row, int(request.payload["person_id"]))


def _is_gone(row: FoundRoom, person_id: int) -> bool:
    """Tell whether none of a person's accounts sits in a room; of one without any nobody can tell."""
    own = HandleView.objects.filter(platform=row.platform, person_id=person_id)
    sits = Occupant.objects.filter(room=row, handle_id__in=own.values("pk"))
    return own.exists() and not sits.exists()
