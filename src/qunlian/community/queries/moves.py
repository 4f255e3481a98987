"""Who moves in a plan from the groups there are, from where to where, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from qunlian.community import access
from qunlian.community.models import Group, Plan, PlanStore, StoreView, TerritoryView
from qunlian.community.rules import moves
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page, every_row
from qunlian.kernel.typed import wholes

_WANTED = {name: number for number, name in moves.NAMES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMove:
    """A store that gets a group or another one. ``gain`` is the unlikeness that a voluntary move saves."""

    store_id: int
    code: str
    name: str
    territory_name: str
    from_group_id: int | None
    from_name: str
    to_number: int
    to_name: str
    to_is_new: bool
    reason: str
    gain: float
    may_decline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MovesShape:
    """How many stores move for which reason, as the plan stands."""

    forced: int
    voluntary: int
    reasons: dict[str, int]


def moves_shape(actor: Actor, plan_id: int) -> MovesShape:
    """
    Count a plan's moves by reason.

    :raises NotFound: there is no such plan within the actor's reach
    """
    with scope.reading(actor):
        counts = dict(
            _moving(access.plan_for(actor, plan_id))
            .values_list("reason")
            .annotate(n=Count("store_id"))
        )
    return MovesShape(
        forced=sum(counts.get(int(reason), 0) for reason in moves.FORCED),
        voluntary=sum(counts.get(int(reason), 0) for reason in moves.WISHED),
        reasons={name: counts[number] for number, name in moves.NAMES.items() if number in counts},
    )


def list_moves(
    actor: Actor, plan_id: int, *, reason: str = "", after: str = "", limit: int = 50
) -> Page[PlannedMove]:
    """
    Return one page of a plan's moves: those that must be first, then by store.

    :param reason: one of the names of ``rules.moves.NAMES``; empty for all
    :raises NotFound: there is no such plan within the actor's reach
    """
    with scope.reading(actor):
        rows = _moving(access.plan_for(actor, plan_id))
        if reason in _WANTED:
            rows = rows.filter(reason=_WANTED[reason])
        at_reason, _, at_store = after.partition("-")
        if key := wholes(at_reason, at_store):
            here = rows.filter(reason=key[0], store_id__gt=key[1])
            rows = here | rows.filter(reason__gt=key[0])
        found = list(rows.select_related("plan_group").order_by("reason", "store_id")[: limit + 1])
        told = tuple(_told(found[:limit]))
        last = found[limit - 1] if len(found) > limit else None
        return Page(rows=told, next_key=f"{last.reason}-{last.store_id}" if last else None)


def all_moves(actor: Actor, plan_id: int) -> Iterator[PlannedMove]:
    """
    Yield every move of a plan, a page at a time.

    :raises NotFound: there is no such plan within the actor's reach
    """
    return every_row(lambda after: list_moves(actor, plan_id, after=after, limit=1000))


def _moving(plan: Plan) -> QuerySet[PlanStore]:
    return PlanStore.objects.filter(plan=plan, reason__gt=0)


def _told(places: list[PlanStore]) -> Iterator[PlannedMove]:
    """Tell moves in names: three queries, however many there are."""
    stores = StoreView.objects.in_bulk([place.store_id for place in places])
    names = dict(
        Group.objects.filter(pk__in={place.from_group_id or 0 for place in places}).values_list(
            "pk", "name"
        )
    )
    territories = dict(
        TerritoryView.objects.filter(
            pk__in={place.plan_group.territory_id for place in places}
        ).values_list("pk", "name")
    )
    for place in places:
        store, target = stores.get(place.store_id), place.plan_group
        yield PlannedMove(
            store_id=place.store_id,
            code=store.code if store else "",
            name=store.name if store else "",
            territory_name=territories.get(target.territory_id or 0, ""),
            from_group_id=place.from_group_id,
            from_name=names.get(place.from_group_id or 0, ""),
            to_number=target.number,
            to_name=target.name,
            to_is_new=target.present_id is None,
            reason=moves.NAMES[place.reason],
            gain=place.gain,
            may_decline=place.reason in moves.WISHED,
        )
