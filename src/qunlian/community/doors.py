"""
Where doors lead, and that they are looked after as soon as a group they lead to fills up, fades or ends.

Reads and marks only: talking to platforms is ``doorkeeping``'s, opening the next group ``opening``'s.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from qunlian.community.models import Door, Group, GroupStore, PlaceView
from qunlian.community.rules import doors as rules
from qunlian.community.rules import life
from qunlian.kernel import queue
from qunlian.platforms import registry

JOB = "community.tend_doors"


def groups_of(door: Door) -> list[Group]:
    """
    Return the groups that a door may lead to, open ones, in the order they are to be filled.

    A group's door goes on with the groups of its place and layer once it is full.
    """
    if door.kind == "store":
        placed = GroupStore.objects.filter(layer="store", store_id=door.store_id or 0)
        return list(Group.objects.filter(pk__in=placed.values("group_id"), life__in=life.OPEN))
    rows = Group.objects.filter(life__in=life.OPEN, layer=door.layer)
    if door.kind == "place":
        return list(rows.filter(territory_id__in=_below(door.territory_id)).order_by("pk"))
    own = Group.objects.get(pk=door.group_id or 0)
    if is_for_its_stores(door):
        return [own] if own.life in life.OPEN else []
    after = rows.filter(
        territory_id=own.territory_id, distributor_id=own.distributor_id, platform=own.platform
    )
    later = Q(pk__gt=own.pk) if own.merged_into_id is None else Q(pk__gte=own.merged_into_id)
    return sorted(after.filter(later | Q(pk=own.pk)), key=lambda row: (row.pk != own.pk, row.pk))


def is_for_its_stores(door: Door) -> bool:
    """Tell whether a group's door is for the stores that are invited into it: it leads nowhere else."""
    return door.kind == "group" and door.layer == "store" and door.source == "invited"


def candidate(group: Group, *, is_store: bool) -> rules.Candidate:
    """Return what the rules look at; a store's own group takes its people as long as it is open."""
    return rules.Candidate(
        group_id=group.pk,
        life="live" if is_store else group.life,
        has_room=group.seats_taken < group.seats_cap,
        is_there=bool(group.platform_key) or group.platform not in registry.with_own_accounts(),
    )


def came_by(codes: Iterable[str]) -> dict[str, Door]:
    """Return the doors behind what platforms say people came by; also those closed since."""
    wanted = {code for code in codes if code}
    return {row.code: row for row in Door.objects.filter(code__in=wanted)} if wanted else {}


def mark_due(enterprise_id: int, group_ids: Iterable[int], at: datetime) -> None:
    """Have the doors looked after that may lead to these groups; in the transaction that changes them."""
    ids = list(group_ids)
    if not ids or not Door.objects.filter(closed_at=None).exists():
        return
    groups = list(Group.objects.filter(pk__in=ids))
    placed = GroupStore.objects.filter(layer="store", group__in=ids)
    wanted = Q(group__in=ids) | Q(kind="store", store_id__in=placed.values("store_id"))
    above = _above(groups)
    for layer in {group.layer for group in groups}:
        here = {group.territory_id or 0 for group in groups if group.layer == layer}
        around = {pk for territory_id in here for pk in above.get(territory_id, ())}
        wanted |= Q(kind="place", layer=layer, territory_id__in=around)
        wanted |= Q(kind="group", layer=layer, group__territory_id__in=here)
    mark(enterprise_id, Door.objects.filter(wanted, closed_at=None), at)


def mark(enterprise_id: int, rows: QuerySet[Door], at: datetime) -> None:
    """Have these doors looked after soon."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    if ids and Door.objects.filter(pk__in=ids).update(due_at=at, tries=0):
        queue.enqueue(JOB, queueing_lock=f"{JOB}:{enterprise_id}", enterprise_id=enterprise_id)


def _below(territory_id: int | None) -> QuerySet[PlaceView, int]:
    path = PlaceView.objects.filter(pk=territory_id or 0).values_list("path", flat=True).first()
    rows = PlaceView.objects.filter(pk__in=[])
    if path is not None:
        rows = PlaceView.objects.filter(path__gte=path, path__lt=path[:-1] + "0")
    return rows.values_list("pk", flat=True)


def _above(groups: Iterable[Group]) -> dict[int, tuple[int, ...]]:
    """Return the territories that each group's territory lies in, itself among them."""
    ids = {group.territory_id for group in groups if group.territory_id is not None}
    paths = PlaceView.objects.filter(pk__in=ids).values_list("pk", "path")
    return {pk: tuple(int(one) for one in path.strip("/").split("/")) for pk, path in paths}
