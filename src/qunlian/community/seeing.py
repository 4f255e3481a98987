"""What a room's reading shows to be done: whoever did it, nobody need say so."""

from datetime import datetime

from qunlian.community import requests
from qunlian.community.models import FoundRoom, Group, Request


def seen_done(group: Group, row: FoundRoom, at: datetime) -> None:
    """
    Settle what was asked of a group's room and has happened; the group's row is held.

    A room that somebody renamed without being asked gives its group the name.
    """
    opened = list(
        Request.objects.filter(group=group, state__in=requests.OPEN).select_for_update(of=("self",))
    )
    renamings = [one for one in opened if one.kind == "rename"]
    for request in opened:
        if _shows(row, request):
            request.group = group
            requests.settle_by_hand(request, at)
    if row.name and not renamings and row.name[:40] != group.name:
        Group.objects.filter(pk=group.pk).update(name=row.name[:40], changed_at=at)


def _shows(row: FoundRoom, request: Request) -> bool:
    if request.kind == "rename":
        return bool(row.name == request.payload["name"])
    if request.kind == "owner":
        return bool(row.owner_person_id == request.payload["to_person_id"])
    return False
