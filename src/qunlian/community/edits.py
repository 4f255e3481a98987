"""
Changing a plan by hand: what every such edit shares.

An edit names the version that its author looked at. The plan's row is locked first, so two edits come one
after the other, and the second, made upon what is no longer so, is refused.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import ClassVar

from django.db.models import Case, F, Max, Q, QuerySet, Value, When

from qunlian.community import access
from qunlian.community.models import Plan, PlanGroup, PlanStore, StoreView, TerritoryView
from qunlian.community.rules.likeness import Figures, Scale, Traits, figures_of
from qunlian.community.rules.look import look_at
from qunlian.community.rules.moves import FORCED, Move
from qunlian.kernel import queue
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid, NotFound


class PlanChanged(Conflict):
    """Somebody else changed this plan in the meantime; look at it again, then repeat your change."""

    code: ClassVar[str] = "community.plan_changed"


class PlanNotOpen(Conflict):
    """This plan can no longer be changed; it is being worked on, approved or applied."""

    code: ClassVar[str] = "community.plan_not_open"


class MatrixMoved(Conflict):
    """The groups have changed since this plan was made; plan again from the groups there are now."""

    code: ClassVar[str] = "community.matrix_moved"


class NotSamePatch(Invalid):
    """Stores stay in their rep's patch; choose a group of the same patch."""

    code: ClassVar[str] = "community.not_same_patch"


class NotOfStores(Invalid):
    """Only groups of stores are split, merged or rearranged by hand; others follow their branch or place."""

    code: ClassVar[str] = "community.not_of_stores"


class NoSeats(Conflict):
    """“%(group)s” would need %(seats)s seats; it has %(room)s for stores."""

    code: ClassVar[str] = "community.no_seats"


class NameUnfit(Invalid):
    """A group's name has 1 to 40 characters."""

    code: ClassVar[str] = "community.name_unfit"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEdited:
    """The plan's new version, and the numbers of the groups that changed."""

    plan_id: int
    version: int
    numbers: tuple[int, ...]


def open_plan(actor: Actor, plan_id: int, version: int) -> Plan:
    """
    Lock a plan for an edit made upon ``version``.

    :raises NotFound: there is none within the actor's reach
    :raises PlanNotOpen: it is not in a state to be edited
    :raises PlanChanged: it has a newer version
    """
    plan = access.plan_to_change(actor, plan_id)
    if plan.state != "planned":
        raise PlanNotOpen(plan=plan_id)
    if plan.version != version:
        raise PlanChanged(plan=plan_id, version=plan.version)
    return plan


def still_true(plan: Plan) -> None:
    """
    Make sure that no other plan has changed the groups that this one starts from.

    :raises MatrixMoved: another was applied over a part of the same tree meanwhile, or is being applied
    """
    if not plan.is_again:
        return
    read_at = datetime.fromisoformat(plan.summary["read_at"])
    others = Plan.objects.exclude(pk=plan.pk).filter(
        Q(state="applying") | Q(state="applied", applied_at__gt=read_at), layers__contains="store"
    )
    paths = dict(
        TerritoryView.objects.filter(
            pk__in=[plan.territory_id or 0, *others.values_list("territory_id", flat=True)]
        ).values_list("pk", "path")
    )
    mine = paths.get(plan.territory_id or 0, "/")
    for territory_id in others.values_list("territory_id", flat=True):
        theirs = paths.get(territory_id or 0, "/")
        if mine.startswith(theirs) or theirs.startswith(mine):
            raise MatrixMoved(plan=plan.pk)


def group_of(plan: Plan, number: int) -> PlanGroup:
    """
    Open one proposed group of the plan.

    :raises NotFound: it has no such group
    """
    group = PlanGroup.objects.filter(plan=plan, number=number).first()
    if group is None:
        raise NotFound(kind="plan group", id=number)
    return group


def same_patch(*groups: PlanGroup) -> None:
    """
    Make sure that the groups are of stores and lie in one patch.

    :raises NotOfStores: they are distributors' or seed users'
    :raises NotSamePatch: they lie in different patches
    """
    if any(group.layer != "store" for group in groups):
        raise NotOfStores
    if len({group.territory_id for group in groups}) > 1:
        raise NotSamePatch


def room_for(group: PlanGroup, seats: int) -> None:
    """
    Make sure that a group holds so many people from stores.

    :raises NoSeats: it would pass its hard cap
    """
    room = group.seats_cap - group.reserved
    if seats > room:
        raise NoSeats(group=group.name, seats=seats, room=room)


def put(stores: QuerySet[PlanStore], target: PlanGroup) -> None:
    """Put stores into another proposed group; in a plan from the groups there are, say why they move now."""
    home = [When(from_group_id=target.present_id, then=Value(int(Move.STAYS)))]
    reason = Case(
        When(from_group_id=None, then=F("reason")),
        *(home if target.present_id else []),
        When(reason__in=FORCED, then=F("reason")),
        default=Value(int(Move.BY_HAND)),
    )
    stores.update(plan_group=target, reason=reason, gain=0.0)


def without_emptied(plan: Plan, groups: Iterable[PlanGroup]) -> list[PlanGroup]:
    """Drop groups that no store is left in, but those that continue one there is; return what remains."""
    each = {group.pk: group for group in groups}
    filled = set(
        PlanStore.objects.filter(plan=plan, plan_group__in=each)
        .values_list("plan_group_id", flat=True)
        .distinct()
    )
    gone = [pk for pk, group in each.items() if pk not in filled and not group.present_id]
    PlanGroup.objects.filter(pk__in=gone).delete()
    return [group for pk, group in each.items() if pk not in gone]


def next_number(plan: Plan) -> int:
    """Return a number that no group of the plan has."""
    highest = PlanGroup.objects.filter(plan=plan).aggregate(top=Max("number"))["top"]
    return int(highest or 0) + 1


def recount(plan: Plan, groups: Iterable[PlanGroup]) -> None:
    """Measure groups again whose stores changed; three queries for all of them."""
    changed = list(groups)
    scale = Scale.of(plan.summary["scale"])
    stores = stores_of(plan, changed)
    for group in changed:
        figures = figures_of([traits for _, traits in stores[group.pk]], scale)
        _take(group, figures, plan)
    PlanGroup.objects.bulk_update(changed, [*_FIGURES, "look", "is_edited"])


def stores_of(
    plan: Plan, groups: Iterable[PlanGroup]
) -> defaultdict[int, list[tuple[int, Traits]]]:
    """Return each group's stores with what likeness looks at, by store id."""
    places = list(
        PlanStore.objects.filter(plan=plan, plan_group__in=list(groups))
        .order_by("store_id")
        .values_list("store_id", "plan_group_id", "seats")
    )
    known = StoreView.objects.in_bulk([store_id for store_id, _, _ in places])
    found: defaultdict[int, list[tuple[int, Traits]]] = defaultdict(list)
    for store_id, group_id, seats in places:
        store = known[store_id]
        traits = Traits(store.type, store.management, store.size_fen, store.closeness, seats)
        found[group_id].append((store_id, traits))
    return found


_FIGURES = tuple(Figures.__dataclass_fields__)


def _take(group: PlanGroup, figures: Figures, plan: Plan) -> None:
    for field, value in asdict(figures).items():
        setattr(group, field, value)
    group.is_edited = True
    group.look = (
        look_at(
            seats=figures.seats,
            minimum=plan.terms["minimum"],
            soft_room=plan.terms["soft"] - plan.terms["reserved"],
            type_share=figures.type_share,
        )
        if figures.stores
        else 0
    )


def draw_map_soon(plan: Plan) -> None:
    """Let a worker count the plan's map anew."""
    queue.enqueue(
        "community.count_plan_map",
        queueing_lock=f"community.count_plan_map:{plan.pk}",
        enterprise_id=plan.enterprise_id,
        plan_id=plan.pk,
    )


def close(plan: Plan, numbers: Iterable[int], at: datetime) -> PlanEdited:
    """Give the plan its next version."""
    Plan.objects.filter(pk=plan.pk).update(version=F("version") + 1, changed_at=at)
    draw_map_soon(plan)
    return PlanEdited(plan_id=plan.pk, version=plan.version + 1, numbers=tuple(numbers))
