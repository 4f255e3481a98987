"""What somebody covers and leads, and who could take it over."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from qunlian.channel import access
from qunlian.channel.models import Staff, Territory, TerritoryAssignment
from qunlian.channel.queries.staff import staff_rows
from qunlian.channel.queries.territories import territory_stores
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor

MOST_CANDIDATES = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A territory he covers from that day on or will; ``next_ids`` are those assigned to follow him."""

    territory_id: int
    name: str
    path: str
    stores: int
    next_ids: tuple[int, ...]
    is_within: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """
    A colleague who could take over; ``why`` is next, superior, peer or other.

    :ivar stores: how many are in the territories he covers now
    :ivar covers: the paths of those territories
    """

    staff_id: int
    person_id: int
    name: str
    code: str
    role: str
    stores: int
    covers: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaverSheet:
    """One member of staff, what of the channel he holds, and who could follow."""

    staff_id: int
    person_id: int
    name: str
    code: str
    role: str
    superior_id: int | None
    left_on: date | None
    covered: tuple[Covered, ...]
    below: tuple[tuple[int, str], ...]
    candidates: tuple[Candidate, ...]


def leaver_sheet(actor: Actor, staff_id: int, *, on: date) -> LeaverSheet:
    """
    Return what somebody holds of the channel from a day on, and who could take it over.

    :raises NotFound: no such staff within the actor's reach
    """
    with scope.reading(actor):
        staff = access.staff_for(actor, staff_id)
        covered = _covered(actor, staff, on)
        below = Staff.objects.filter(superior=staff, left_on=None).order_by("code")
        (row,) = staff_rows(actor, [staff])
        return LeaverSheet(
            staff_id=staff.pk,
            person_id=staff.person_id,
            name=row.name,
            code=staff.code,
            role=staff.role,
            superior_id=staff.superior_id,
            left_on=staff.left_on,
            covered=covered,
            below=tuple(below.values_list("pk", "person__name")),
            candidates=_candidates(actor, staff, {pk for c in covered for pk in c.next_ids}),
        )


def _covered(actor: Actor, staff: Staff, on: date) -> tuple[Covered, ...]:
    lasting = Q(until_on=None) | Q(until_on__gt=on)
    mine = TerritoryAssignment.objects.filter(lasting, staff=staff)
    ids = sorted(set(mine.values_list("territory_id", flat=True)))
    following: dict[int, list[int]] = {}
    others = TerritoryAssignment.objects.filter(
        lasting, territory_id__in=ids, staff__role=staff.role, staff__left_on=None
    ).exclude(staff=staff)
    for territory_id, pk in others.order_by("from_on").values_list("territory_id", "staff_id"):
        following.setdefault(territory_id, []).append(pk)
    within = set(access.territories_within(actor).filter(pk__in=ids).values_list("pk", flat=True))
    stores = territory_stores(actor, ids)
    return tuple(
        Covered(
            territory_id=row.pk,
            name=row.name,
            path=row.path,
            stores=stores.get(row.pk, 0),
            next_ids=tuple(dict.fromkeys(following.get(row.pk, ()))),
            is_within=row.pk in within,
        )
        for row in Territory.objects.filter(pk__in=ids).order_by("path")
    )


def _candidates(actor: Actor, staff: Staff, following: set[int]) -> tuple[Candidate, ...]:
    """Return who is to follow him, his superior, his peers, and then the others within reach."""
    here = Staff.objects.filter(left_on=None).exclude(pk=staff.pk)
    near = Q(pk__in=following) | Q(pk=staff.superior_id)
    if staff.superior_id is not None:
        near |= Q(superior_id=staff.superior_id, role=staff.role)
    rows = list(here.filter(near).order_by("code")[:MOST_CANDIDATES])
    known = {row.pk for row in rows}
    others = access.staff_within(actor).filter(left_on=None).exclude(pk__in=[*known, staff.pk])
    rows += others.order_by("code")[: MOST_CANDIDATES - len(rows)]
    order = {"next": 0, "superior": 1, "peer": 2, "other": 3}

    def why(row: Staff) -> str:
        if row.pk in following:
            return "next"
        if row.pk == staff.superior_id:
            return "superior"
        is_peer = row.role == staff.role and row.superior_id == staff.superior_id
        return "peer" if is_peer else "other"

    covers: dict[int, list[str]] = {}
    standing = TerritoryAssignment.objects.filter(
        access.standing_on(access.DATABASE_DAY), staff_id__in=[row.pk for row in rows]
    )
    for pk, path in standing.values_list("staff_id", "territory__path"):
        covers.setdefault(pk, []).append(path)
    found = [
        Candidate(
            staff_id=row.id,
            person_id=row.person_id,
            name=row.name,
            code=row.code,
            role=row.role,
            stores=row.stores,
            covers=tuple(covers.get(row.id, ())),
            why=why(known_row),
        )
        for known_row, row in zip(rows, staff_rows(actor, rows), strict=True)
    ]
    return tuple(sorted(found, key=lambda c: (order[c.why], c.stores, c.code)))
