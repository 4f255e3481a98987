"""The stores whose group is not the same on both sides of a comparison, and what that does to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from qunlian.community import access
from qunlian.community.models import (
    AssignmentView,
    ComparedGroup,
    ComparedStore,
    Comparison,
    StaffView,
    StoreView,
    TerritoryView,
)
from qunlian.community.queries.comparisons import ComparedSide, sides_of, territory_names
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page, every_row
from qunlian.kernel.typed import decimal, whole

#: In what order the stores that move may be listed; empty: by store.
ORDERS = {"better": "-saved", "worse": "saved"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedMove:
    """
    A store whose group is not the same. ``one_far`` and ``other_far``: its squared distance from the middle
    of its group; ``saved``: what the move wins of that, negative where it loses.
    """

    store_id: int
    code: str
    name: str
    territory_name: str
    one: ComparedSide | None
    other: ComparedSide | None
    one_far: float | None
    other_far: float | None
    saved: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFilter:
    """
    What a list of moves is narrowed to: ``text`` in the name of the patch or of who covers it ``on`` a day,
    a part of the tree, one group (its place).
    """

    text: str = ""
    on: date | None = None
    territory_id: int | None = None
    place: int | None = None
    order: str = ""


def list_compared_stores(
    actor: Actor,
    comparison_id: int,
    *,
    narrow: MoveFilter | None = None,
    after: str = "",
    limit: int = 50,
) -> Page[ComparedMove]:
    """
    Return one page of the stores whose group is not the same, by store or in the order that is asked for.

    :raises NotFound: there is no such comparison, or no such part, within the actor's reach
    """
    narrow = narrow or MoveFilter()
    by = ORDERS.get(narrow.order, "")
    with scope.reading(actor):
        rows = _narrowed(actor, access.comparison_for(actor, comparison_id), narrow)
        order = (by, "-store_id" if by.startswith("-") else "store_id") if by else ("store_id",)
        found = list(_after(rows, by, after).order_by(*order)[: limit + 1])
        moves = tuple(_moves(comparison_id, found[:limit]))
    if len(found) <= limit:
        return Page(rows=moves, next_key=None)
    last = found[limit - 1]
    return Page(
        rows=moves, next_key=f"{last.saved!r}:{last.store_id}" if by else str(last.store_id)
    )


def every_compared_store(
    actor: Actor, comparison_id: int, *, narrow: MoveFilter | None = None
) -> Iterator[ComparedMove]:
    """Yield all of them, for an export; a scope is opened for each step."""
    return every_row(
        lambda after: list_compared_stores(
            actor, comparison_id, narrow=narrow, after=after, limit=2000
        )
    )


def _narrowed(actor: Actor, comparison: Comparison, narrow: MoveFilter) -> QuerySet[ComparedStore]:
    """
    Return the moves that are asked for.

    :raises NotFound: no such part of the tree within the actor's reach
    """
    rows = ComparedStore.objects.filter(comparison=comparison)
    if narrow.territory_id is not None:
        top = access.territory_for(actor, narrow.territory_id).path
        rows = rows.filter(territory_id__in=list(access.territories_under((top,))))
    if narrow.place is not None:
        rows = rows.filter(Q(one_place=narrow.place) | Q(other_place=narrow.place))
    if narrow.text:
        rows = rows.filter(territory_id__in=_named(narrow.text, narrow.on))
    return rows


def _named(text: str, on: date | None) -> list[int]:
    """Return the patches of this name or code, and those of whoever is called so."""
    places = TerritoryView.objects.filter(Q(name__icontains=text) | Q(code__iexact=text))
    staff = StaffView.objects.filter(Q(name__icontains=text) | Q(code__iexact=text))
    covered = AssignmentView.objects.filter(staff_id__in=staff.values("pk"))
    if on is not None:
        covered = covered.filter(Q(from_on__lte=on), Q(until_on=None) | Q(until_on__gt=on))
    return [
        *places.values_list("pk", flat=True),
        *covered.values_list("territory_id", flat=True),
    ]


def _after(rows: QuerySet[ComparedStore], by: str, key: str) -> QuerySet[ComparedStore]:
    """Return the rows behind the one that a page ended with; all, for a key that none gave."""
    if not by:
        return rows if (store_id := whole(key)) is None else rows.filter(store_id__gt=store_id)
    saved, _, store = key.partition(":")
    end, last = decimal(saved), whole(store)
    if end is None or last is None:
        return rows
    than = "lt" if by.startswith("-") else "gt"
    return rows.filter(
        Q(**{f"saved__{than}": end}) | Q(saved=end, **{f"store_id__{than}": last}),
    )


def _moves(comparison_id: int, rows: list[ComparedStore]) -> Iterator[ComparedMove]:
    """Tell moves in names: three queries, however many there are."""
    stores = StoreView.objects.in_bulk([row.store_id for row in rows])
    territories = territory_names(row.territory_id for row in rows)
    places = {place for row in rows for place in (row.one_place, row.other_place) if place}
    groups = {
        row.place: sides_of(row)
        for row in ComparedGroup.objects.filter(comparison_id=comparison_id, place__in=places)
    }
    for row in rows:
        store = stores.get(row.store_id)
        yield ComparedMove(
            store_id=row.store_id,
            code=store.code if store else "",
            name=store.name if store else "",
            territory_name=territories.get(row.territory_id or 0, ""),
            one=groups[row.one_place][0] if row.one_place else None,
            other=groups[row.other_place][1] if row.other_place else None,
            one_far=row.one_far,
            other_far=row.other_far,
            saved=row.saved,
        )
