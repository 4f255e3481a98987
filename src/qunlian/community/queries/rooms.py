"""Rooms found on outside platforms: what is to be decided, what stands in the way, who sits twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum

from qunlian.community import access
from qunlian.community.models import (
    FoundRoom,
    HandleView,
    Occupant,
    PersonView,
    StaffView,
    StorePersonView,
    StoreView,
    TerritoryView,
)
from qunlian.community.rules.adoption import CLEAR
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page
from qunlian.kernel.typed import wholes

VIEWS = ("open", "clear", "leavers", "unknown", "adopted", "unbound", "ignored", "gone")
_TWICE = """
SELECT o.handle_id, count(*) FROM community_occupant o
JOIN community_room r ON r.enterprise_id = o.enterprise_id AND r.id = o.room_id
WHERE NOT o.is_staff AND r.status <> 'dissolved' AND r.decision <> 'ignored'
  AND r.layer = 'store' AND r.id IN (SELECT unnest(%s::bigint[]))
GROUP BY 1 HAVING count(*) > 1 ORDER BY 2 DESC, 1 LIMIT %s
"""
_WHERE = """
SELECT o.handle_id, r.id, r.name, r.group_id FROM community_occupant o
JOIN community_room r ON r.enterprise_id = o.enterprise_id AND r.id = o.room_id
WHERE o.handle_id = ANY(%s) AND r.status <> 'dissolved' AND r.decision <> 'ignored' AND r.layer = 'store'
ORDER BY o.handle_id, r.name, r.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomRow:
    """
    A room on the list, with what is proposed for it.

    :ivar is_owner_gone: its owner has left, there or here
    """

    room_id: int
    platform: str
    name: str
    status: str
    decision: str
    group_id: int | None
    owner_key: str
    owner_name: str
    is_owner_gone: bool
    layer: str
    territory_id: int | None
    territory: str
    steward_staff_id: int | None
    steward: str
    fit: int
    is_clear: bool
    signs: tuple[tuple[str, int], ...]
    people: int
    staff: int
    bound: int
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomCounts:
    """How many rooms there are of each view, their people, and of how many of these we know the store."""

    views: dict[str, int]
    people: int
    bound: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SatTwice:
    """Somebody who sits in several rooms of stores."""

    handle_id: int
    name: str
    rooms: tuple[tuple[int, str, int | None], ...]


def room_counts(actor: Actor) -> RoomCounts:
    """Count the rooms within reach."""
    with scope.reading(actor):
        rows = access.rooms_within(actor)
        gone = _gone_owners()
        counted = rows.aggregate(
            **{view: Count("pk", filter=_of(view, gone)) for view in VIEWS},
            people=Sum("people", filter=~Q(status="dissolved")),
            bound=Sum("bound", filter=~Q(status="dissolved")),
        )
        people, bound = counted.pop("people") or 0, counted.pop("bound") or 0
        return RoomCounts(views=dict(counted), people=people, bound=bound)


def rooms_waiting(actor: Actor, *, most: int) -> int:
    """Count, up to ``most``, the rooms that somebody has still to decide on."""
    with scope.reading(actor):
        return access.rooms_within(actor).filter(_of("open", ()))[:most].count()


def unread_rooms(actor: Actor, platform: str, since: datetime) -> list[str]:
    """Return the keys of a platform's rooms that stand and were not read since, by our ids."""
    with scope.reading(actor):
        rows = FoundRoom.objects.filter(platform=platform).exclude(status="dissolved")
        unread = rows.filter(Q(read_at=None) | Q(read_at__lt=since))
        return list(unread.order_by("pk").values_list("room_key", flat=True))


def list_rooms(
    actor: Actor, *, view: str = "open", after: str = "", size: int = 50
) -> Page[RoomRow]:
    """
    List rooms of a view, the surest proposals first.

    :param after: a page's ``next_key``
    """
    with scope.reading(actor):
        gone = _gone_owners()
        rows = access.rooms_within(actor).filter(_of(view, gone)).order_by("-fit", "pk")
        found = list(_behind(rows, after)[: size + 1])
        page = _rows(found[:size], gone)
        last = found[size - 1] if len(found) > size else None
        return Page(rows=tuple(page), next_key=f"{last.fit}-{last.pk}" if last else None)


def sat_twice(actor: Actor, *, most: int = 100) -> tuple[SatTwice, ...]:
    """List people who sit in more than one room of stores, those in most rooms first."""
    with scope.reading(actor):
        within = list(access.rooms_within(actor).values_list("pk", flat=True))
        with connection.cursor() as cursor:
            cursor.execute(_TWICE, [within, most])
            ids = [handle_id for handle_id, _ in cursor.fetchall()]
            cursor.execute(_WHERE, [ids])
            where: dict[int, list[tuple[int, str, int | None]]] = {}
            for handle_id, room_id, name, group_id in cursor.fetchall():
                where.setdefault(handle_id, []).append((room_id, name, group_id))
        names = dict(HandleView.objects.filter(pk__in=ids).values_list("pk", "name"))
        return tuple(
            SatTwice(handle_id=one, name=names.get(one, ""), rooms=tuple(where[one])) for one in ids
        )


def _gone_owners() -> list[int]:
    """Return the persons of staff who have left."""
    return list(
        StaffView.objects.exclude(left_on=None).values_list("person_id", flat=True).distinct()
    )


def _of(view: str, gone: Sequence[int]) -> Q:
    stands = ~Q(status="dissolved")
    undecided = Q(decision="open") & stands
    return {
        "open": undecided,
        "clear": undecided & Q(fit__gte=CLEAR, owner_person_id__isnull=False),
        "leavers": stands
        & ~Q(decision="ignored")
        & (Q(status__in=["owner_gone", "changing_hands"]) | Q(owner_person_id__in=gone)),
        "unknown": undecided & Q(owner_person_id=None),
        "adopted": Q(decision="adopted"),
        "unbound": stands & Q(decision="adopted", people__gt=F("bound")),
        "ignored": Q(decision="ignored"),
        "gone": Q(status="dissolved"),
    }[view]


def _behind(rows: QuerySet[FoundRoom], after: str) -> QuerySet[FoundRoom]:
    key = wholes(*after.split("-")) if after else None
    if key is None or len(key) != 2:  # noqa: PLR2004
        return rows
    fit, pk = key
    return rows.filter(Q(fit__lt=fit) | Q(fit=fit, pk__gt=pk))


def _rows(found: Sequence[FoundRoom], gone: Sequence[int]) -> list[RoomRow]:
    owners = {row.owner_person_id for row in found if row.owner_person_id}
    people = dict(PersonView.objects.filter(pk__in=owners).values_list("pk", "name"))
    places = dict(
        TerritoryView.objects.filter(pk__in={row.territory_id for row in found if row.territory_id})
        .values_list("pk", "name")
    )  # fmt: skip
    stewards = dict(
        StaffView.objects.filter(
            pk__in={row.steward_staff_id for row in found if row.steward_staff_id}
        ).values_list("pk", "name")
    )
    left = set(gone)
    return [
        RoomRow(
            room_id=row.pk,
            platform=row.platform,
            name=row.name or row.room_key,
            status=row.status,
            decision=row.decision,
            group_id=row.group_id,
            owner_key=row.owner_key,
            owner_name=people.get(row.owner_person_id or 0, ""),
            is_owner_gone=row.status == "owner_gone" or row.owner_person_id in left,
            layer=row.layer,
            territory_id=row.territory_id,
            territory=places.get(row.territory_id or 0, ""),
            steward_staff_id=row.steward_staff_id,
            steward=stewards.get(row.steward_staff_id or 0, ""),
            fit=row.fit,
            is_clear=row.fit >= CLEAR and row.owner_person_id is not None,
            signs=tuple((code, points) for code, points in row.signs),
            people=row.people,
            staff=row.staff,
            bound=row.bound,
            read_at=row.read_at,
        )
        for row in found
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitter:
    """Somebody in a room; ``store`` is empty while nobody knows it, ``whose`` a member of staff's name."""

    handle_id: int
    name: str
    is_staff: bool
    whose: str
    store: str


def room_card(actor: Actor, room_id: int) -> tuple[RoomRow, tuple[Sitter, ...]]:
    """
    Return one room and who sits in it, staff first.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        row = access.room_for(actor, room_id)
        (card,) = _rows([row], _gone_owners())
        seats = list(Occupant.objects.filter(room=row).order_by("-is_staff", "joined_at", "pk"))
        handles = HandleView.objects.in_bulk({one.handle_id for one in seats})
        people = {one.person_id for one in handles.values() if one.person_id is not None}
        names = dict(PersonView.objects.filter(pk__in=people).values_list("pk", "name"))
        stores = _stores_of(people)
        return card, tuple(
            Sitter(
                handle_id=one.handle_id,
                name=one.name or handles[one.handle_id].name or handles[one.handle_id].key,
                is_staff=one.is_staff,
                whose=names.get(handles[one.handle_id].person_id or 0, "") if one.is_staff else "",
                store=stores.get(handles[one.handle_id].person_id or 0, ""),
            )
            for one in seats
        )


def _stores_of(people: set[int]) -> dict[int, str]:
    ties = list(
        StorePersonView.objects.filter(person_id__in=people).values_list("person_id", "store_id")
    )
    names = dict(
        StoreView.objects.filter(pk__in={store_id for _, store_id in ties}).values_list(
            "pk", "name"
        )
    )
    return {person_id: names[store_id] for person_id, store_id in ties if store_id in names}
