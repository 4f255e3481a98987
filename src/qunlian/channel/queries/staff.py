"""Staff: the list, and one of them with his territories over time and the chain above him."""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q

from qunlian.channel import access
from qunlian.channel.models import Person, Staff, TerritoryAssignment
from qunlian.channel.queries.territories import Cover, staff_names
from qunlian.channel.rules import phones
from qunlian.channel.rules.staff import HIGHEST_CHAIN
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page

#: Territory by territory: joined all at once, the end of each range would not be looked up by the index.
_STORES = """
SELECT a.staff_id, sum(below.stores)::bigint FROM channel_territory_assignment a
JOIN channel_territory top ON top.enterprise_id = a.enterprise_id AND top.id = a.territory_id
CROSS JOIN LATERAL (
    SELECT sum(c.stores) AS stores FROM channel_territory t
    JOIN channel_territory_count c ON c.enterprise_id = t.enterprise_id AND c.territory_id = t.id
    WHERE t.enterprise_id = top.enterprise_id
      AND t.path >= top.path AND t.path < (left(top.path, -1) || '0') COLLATE "C"
) AS below
WHERE a.enterprise_id = %s AND a.staff_id = ANY (%s)
    AND a.from_on <= (now() AT TIME ZONE 'Asia/Shanghai')::date
    AND (a.until_on IS NULL OR a.until_on > (now() AT TIME ZONE 'Asia/Shanghai')::date)
GROUP BY a.staff_id HAVING sum(below.stores) IS NOT NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRow:
    """One line of the list; ``stores`` are those in the territories he covers now."""

    id: int
    person_id: int
    code: str
    name: str
    role: str
    superior_id: int | None
    superior: str
    territories: str
    stores: int
    left_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryTime:
    """A territory he covered, from when to when (None: still)."""

    territory_id: int
    name: str
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPage:
    """One member of staff; the superiors begin with his own, the highest last."""

    row: StaffRow
    masked_phone: str
    joined_on: date
    superiors: tuple[Cover, ...]
    territories: tuple[TerritoryTime, ...]
    below: tuple[StaffRow, ...]


def list_staff(
    actor: Actor, *, typed: str = "", role: str = "", after: str = "", take: int = 50
) -> Page[StaffRow]:
    """List staff within reach by code; ``typed`` is a piece of the name or the begin of the code."""
    with scope.reading(actor):
        rows = access.staff_within(actor).filter(code__gt=after)
        if typed:
            rows = rows.filter(Q(person__name__contains=typed) | Q(code__istartswith=typed))
        if role:
            rows = rows.filter(role=role)
        known = list(rows.order_by("code")[: take + 1])
        shown = staff_rows(actor, known[:take])
    return Page(rows=shown, next_key=shown[-1].code if len(known) > take else None)


def staff_page(actor: Actor, staff_id: int) -> StaffPage:
    """
    Return one member of staff.

    :raises NotFound: no such staff within the actor's reach
    """
    with scope.reading(actor):
        staff = access.staff_for(actor, staff_id)
        (row,) = staff_rows(actor, [staff])
        times = TerritoryAssignment.objects.filter(staff=staff).order_by("-from_on", "-pk")
        below = access.staff_within(actor).filter(superior=staff).order_by("code")[:200]
        return StaffPage(
            row=row,
            masked_phone=phones.masked_phone(Person.objects.get(pk=staff.person_id).phone),
            joined_on=staff.joined_on,
            superiors=_chain(staff),
            territories=tuple(
                TerritoryTime(territory_id=pk, name=name, from_on=begin, until_on=end)
                for pk, name, begin, end in times.values_list(
                    "territory_id", "territory__name", "from_on", "until_on"
                )
            ),
            below=staff_rows(actor, list(below)),
        )


def _chain(staff: Staff) -> tuple[Cover, ...]:
    above: list[int] = []
    at = staff.superior_id
    while at is not None and at not in above and len(above) < HIGHEST_CHAIN:
        above.append(at)
        at = Staff.objects.values_list("superior_id", flat=True).get(pk=at)
    names = staff_names(above)
    begin = staff.joined_on
    return tuple(
        Cover(staff_id=pk, name=names[pk][0], role=names[pk][1], from_on=begin, until_on=None)
        for pk in above
    )


def staff_rows(actor: Actor, known: list[Staff]) -> tuple[StaffRow, ...]:
    """Return these staff as lines of a list, in the same order; inside a scope."""
    ids = [staff.pk for staff in known]
    names = staff_names([*ids, *(s.superior_id for s in known if s.superior_id)])
    covered = TerritoryAssignment.objects.filter(
        access.standing_on(access.DATABASE_DAY), staff_id__in=ids
    )
    places: dict[int, list[str]] = {}
    for staff_id, name in covered.order_by("pk").values_list("staff_id", "territory__name"):
        places.setdefault(staff_id, []).append(name)
    with connection.cursor() as cursor:
        cursor.execute(_STORES, [actor.enterprise_id, ids])
        stores = dict(cursor.fetchall())
    return tuple(
        StaffRow(
            id=staff.pk,
            person_id=staff.person_id,
            code=staff.code,
            name=names[staff.pk][0],
            role=staff.role,
            superior_id=staff.superior_id,
            superior=names[staff.superior_id][0] if staff.superior_id else "",
            territories="、".join(places.get(staff.pk, ())),
            stores=stores.get(staff.pk, 0),
            left_on=staff.left_on,
        )
        for staff in known
    )
