"""What a room's reading shows to be done: whoever did it, nobody need say so."""

from datetime import datetime

from django.db.models import Q

from qunlian.community import requests
from qunlian.community.models import (
    FoundRoom,
    Group,
    HandleView,
    Occupant,
    Request,
    StaffView,
    Task,
)
from qunlian.community.rules import tasks as rules
from qunlian.community.rules.asking import OPEN, SOURCE
from qunlian.community.steps import tasks
from qunlian.kernel.actor import Actor


def seen_done(actor: Actor, group: Group, row: FoundRoom, at: datetime) -> None:
    """
    Settle what was asked of a group's room and has happened; the group's row is held.

    A room that somebody renamed without being asked gives its group the name. One that somebody says he
    renamed, and that bears another name, is asked about once more; then whoever wanted it is told.
    """
    opened = list(
        Request.objects.filter(group=group, state__in=OPEN).select_for_update(of=("self",))
    )
    renamings = [one for one in opened if one.kind == "rename"]
    for request in opened:
        if _shows(row, request):
            request.group = group
            requests.settle_seen(actor, request, at)
        elif request.kind == "rename" and request.state == rules.OPEN:
            request.group = group
            _doubt(actor, request, row, at)
    if row.name and not renamings and row.name[:40] != group.name:
        Group.objects.filter(pk=group.pk).update(name=row.name[:40], changed_at=at)


def _doubt(actor: Actor, request: Request, row: FoundRoom, at: datetime) -> None:
    """Ask him once more who said that it is done, where a reading since then shows that it isn't."""
    own = Task.objects.filter(source=SOURCE, source_key=str(request.pk), state="done")
    task = own.filter(ended_at__lt=(row.read_at or at) - rules.SECOND_THOUGHTS).first()
    if task is None:
        return
    tasks.end(actor=actor, task_ids=[task.pk], state="refused", at=at, reason=rules.NOT_SEEN)
    if request.payload.get("is_doubted"):
        Request.objects.filter(pk=request.pk).update(
            state="refused", problem=rules.NOT_SEEN, lease_until=None
        )
        return
    request.payload["is_doubted"] = True
    request.save(update_fields=["payload"])
    here = StaffView.objects.filter(pk=task.assignee_staff_id or 0, left_on=None)
    requests.hand_to_people(actor, [request], at, here.values_list("pk", flat=True).first())


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
