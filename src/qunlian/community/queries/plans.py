"""Plans: a list, one with its figures, its proposed groups."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, IntegerField, Q, Sum
from django.db.models.functions import Cast, Floor

from qunlian.community import access
from qunlian.community.models import (
    Plan,
    PlanGroup,
    PlanStore,
    StaffView,
    StoreView,
    TerritoryView,
)
from qunlian.community.queries.plan_layers import LayerShape, layer_shapes
from qunlian.community.rules import look
from qunlian.community.rules.staffing import POSTS
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page

SIZE_STEP = 20
#: What a card takes from its row as it is.
_SAME = (
    "number",
    "name",
    "layer",
    "territory_id",
    "stores",
    "distributors",
    "seats",
    "reserved",
    "seats_cap",
    "main_type",
    "type_share",
    "main_management",
    "management_share",
    "size_mean_fen",
    "closeness_mean",
    "likeness",
    "is_edited",
    "group_id",
    *(post for post, _role in POSTS),
    "present_id",
)
LIKENESS_STEPS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCard:
    """One plan. ``summary`` holds the figures of the modes, the bounds and the curve."""

    plan_id: int
    name: str
    state: str
    mode: str
    choice: str
    version: int
    territory_id: int | None
    territory_name: str
    layers: tuple[str, ...]
    templates: dict[str, Any]
    terms: dict[str, Any]
    summary: dict[str, Any]
    problem: dict[str, Any]
    stage: str
    done: int
    total: int
    is_cancel_asked: bool
    created_at: datetime
    approved_at: datetime | None
    applied_at: datetime | None

    @property
    def is_working(self) -> bool:
        """Tell whether a worker has it, or soon will."""
        return self.state in ("waiting", "planning", "applying")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanShape:
    """
    What the groups of a plan are now, edits included: layers, totals and distributions of its store groups.

    ``without_steward`` counts all layers.
    """

    layers: tuple[LayerShape, ...]
    groups: int
    stores: int
    seats: int
    to_look_at: int
    edited: int
    without_steward: int
    sizes: tuple[tuple[int, int], ...]
    likeness: tuple[tuple[int, int], ...]
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def all_groups(self) -> int:
        """Return how many groups of all layers are proposed."""
        return sum(each.groups for each in self.layers)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanGroupCard:
    """One proposed group; staff as names."""

    number: int
    name: str
    layer: str
    territory_id: int | None
    territory_name: str
    stores: int
    distributors: int
    seats: int
    reserved: int
    seats_cap: int
    steward: str
    superior: str
    second_superior: str
    manager: str
    owner: str
    main_type: str
    type_share: float
    main_management: str
    management_share: float
    size_mean_fen: int
    closeness_mean: float
    likeness: float
    reasons: tuple[str, ...]
    is_edited: bool
    group_id: int | None
    present_id: int | None
    owner_staff_id: int | None
    steward_staff_id: int | None
    superior_staff_id: int | None
    second_superior_staff_id: int | None
    manager_staff_id: int | None

    @property
    def staff_ids(self) -> tuple[int | None, ...]:
        """Return who has which post: owner, steward, superior, second superior, manager."""
        return tuple(getattr(self, post) for post, _role in POSTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedStore:
    """A store in a proposed group."""

    store_id: int
    code: str
    name: str
    type: str
    management: str
    size_fen: int
    closeness: int
    seats: int
    is_outlier: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanGroupFilter:
    """What a list of proposed groups is narrowed to."""

    text: str = ""
    reason: str = ""
    layer: str = ""
    territory_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlansWaiting:
    """Plans within reach that wait for one who may approve and apply them."""

    to_approve: int
    to_apply: int


def plans_waiting(actor: Actor) -> PlansWaiting:
    """Count the plans that wait for the actor; none do for one who may not approve."""
    if actor.role not in access.APPROVERS:
        return PlansWaiting(to_approve=0, to_apply=0)
    with scope.reading(actor):
        counts = access.plans_within(actor).aggregate(
            to_approve=Count("pk", filter=Q(state="planned")),
            to_apply=Count("pk", filter=Q(state="approved")),
        )
    return PlansWaiting(**counts)


def has_applied_plan(actor: Actor) -> bool:
    """Tell whether groups were made of a plan within reach, so that the next one may start from them."""
    with scope.reading(actor):
        return access.plans_within(actor).filter(state="applied").exists()


def list_plans(
    actor: Actor, *, state: str = "", after: str = "", limit: int = 30
) -> Page[PlanCard]:
    """Return one page of the plans that the actor may see, newest first."""
    with scope.reading(actor):
        rows = access.plans_within(actor)
        if state:
            rows = rows.filter(state=state)
        if after.isdigit():
            rows = rows.filter(pk__lt=int(after))
        found = list(rows.order_by("-pk")[: limit + 1])
        cards = tuple(_cards(found[:limit]))
        return Page(rows=cards, next_key=str(cards[-1].plan_id) if len(found) > limit else None)


def plan_card(actor: Actor, plan_id: int) -> PlanCard:
    """
    Return one plan.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        return _cards([access.plan_for(actor, plan_id)])[0]


def plan_shape(actor: Actor, plan_id: int) -> PlanShape:
    """
    Return totals and distributions of a plan's groups as they are now.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        plan = access.plan_for(actor, plan_id)
        layers = layer_shapes(plan)
        groups = PlanGroup.objects.filter(plan=plan, layer="store", stores__gt=0)
        totals = groups.aggregate(
            groups=Count("pk"),
            stores_sum=Sum("stores"),
            seats_sum=Sum("seats"),
            to_look_at=Count("pk", filter=~Q(look=0)),
            edited=Count("pk", filter=Q(is_edited=True)),
        )
        sizes = groups.annotate(bin=(F("seats") + F("reserved")) / SIZE_STEP).values_list("bin")
        share = Cast(Floor(F("likeness") * LIKENESS_STEPS), IntegerField())
        likeness = groups.annotate(bin=share).values_list("bin")
        looks = groups.exclude(look=0).values_list("look").annotate(n=Count("pk"))
        reasons: Counter[str] = Counter()
        for flags, many in looks:
            reasons.update(dict.fromkeys(look.reasons(flags), many))
        return PlanShape(
            layers=layers,
            groups=totals["groups"],
            stores=totals["stores_sum"] or 0,
            seats=totals["seats_sum"] or 0,
            to_look_at=totals["to_look_at"],
            edited=totals["edited"],
            without_steward=sum(each.without_steward for each in layers),
            sizes=tuple(sizes.annotate(n=Count("pk")).order_by("bin")),
            likeness=tuple(likeness.annotate(n=Count("pk")).order_by("bin")),
            reasons=dict(reasons),
        )


def list_plan_groups(
    actor: Actor,
    plan_id: int,
    *,
    narrow: PlanGroupFilter | None = None,
    after: str = "",
    limit: int = 50,
) -> Page[PlanGroupCard]:
    """
    Return one page of a plan's groups by number.

    :raises NotFound: there is no such plan within the actor's reach
    """
    narrow = narrow or PlanGroupFilter()
    with scope.reading(actor):
        rows = PlanGroup.objects.filter(plan=access.plan_for(actor, plan_id))
        if narrow.text:
            rows = rows.filter(name__icontains=narrow.text)
        if narrow.layer:
            rows = rows.filter(layer=narrow.layer)
        if narrow.territory_id is not None:
            rows = rows.filter(territory_id=narrow.territory_id)
        if narrow.reason:
            rows = rows.exclude(look=0)
            flag = next((f for f, name in look.REASONS if name == narrow.reason), None)
            if flag is not None:
                rows = rows.annotate(hit=F("look").bitand(int(flag))).exclude(hit=0)
        if after.isdigit():
            rows = rows.filter(number__gt=int(after))
        found = list(rows.order_by("number")[: limit + 1])
        cards = tuple(_group_cards(found[:limit]))
        return Page(rows=cards, next_key=str(cards[-1].number) if len(found) > limit else None)


def plan_group_card(actor: Actor, plan_id: int, number: int) -> PlanGroupCard:
    """
    Return one proposed group.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        return _group_cards([access.plan_group_for(actor, plan_id, number)])[0]


def stores_of_plan_group(actor: Actor, plan_id: int, number: int) -> tuple[ProposedStore, ...]:
    """
    Return the stores of a proposed group, by code; never more than its cap.

    :raises NotFound: there is no such group within the actor's reach
    """
    with scope.reading(actor):
        group = access.plan_group_for(actor, plan_id, number)
        places = {
            store_id: (seats, is_outlier)
            for store_id, seats, is_outlier in PlanStore.objects.filter(
                plan_id=plan_id, plan_group=group
            ).values_list("store_id", "seats", "is_outlier")
        }
        return tuple(
            ProposedStore(
                store_id=store.pk,
                code=store.code,
                name=store.name,
                type=store.type,
                management=store.management,
                size_fen=store.size_fen,
                closeness=store.closeness,
                seats=places[store.pk][0],
                is_outlier=places[store.pk][1],
            )
            for store in StoreView.objects.filter(pk__in=list(places)).order_by("code")
        )


def siblings_of(actor: Actor, plan_id: int, number: int) -> tuple[PlanGroupCard, ...]:
    """
    Return the other proposed groups of the same patch, where stores may go.

    :raises NotFound: there is no such group within the actor's reach
    """
    with scope.reading(actor):
        group = access.plan_group_for(actor, plan_id, number)
        others = PlanGroup.objects.filter(
            plan_id=plan_id, layer="store", territory_id=group.territory_id
        )
        if group.layer != "store":
            return ()
        return tuple(_group_cards(list(others.exclude(pk=group.pk).order_by("number")[:500])))


def _cards(plans: list[Plan]) -> list[PlanCard]:
    names = dict(
        TerritoryView.objects.filter(pk__in={p.territory_id or 0 for p in plans}).values_list(
            "pk", "name"
        )
    )
    return [
        PlanCard(
            plan_id=plan.pk,
            name=plan.name,
            state=plan.state,
            mode=plan.mode,
            choice=plan.choice,
            version=plan.version,
            territory_id=plan.territory_id,
            territory_name=names.get(plan.territory_id or 0, ""),
            layers=tuple(plan.layers),
            templates=plan.templates,
            terms=plan.terms,
            summary=plan.summary,
            problem=plan.problem,
            stage=plan.stage,
            done=plan.steps_done,
            total=plan.steps_total,
            is_cancel_asked=plan.is_cancel_asked,
            created_at=plan.created_at,
            approved_at=plan.approved_at,
            applied_at=plan.applied_at,
        )
        for plan in plans
    ]


def _group_cards(groups: list[PlanGroup]) -> list[PlanGroupCard]:
    """Turn rows into cards: two queries, however many there are."""
    staff_ids = {getattr(g, post) or 0 for g in groups for post, _role in POSTS}
    staff = dict(StaffView.objects.filter(pk__in=staff_ids).values_list("pk", "name"))
    territories = dict(
        TerritoryView.objects.filter(pk__in={g.territory_id for g in groups}).values_list(
            "pk", "name"
        )
    )
    return [
        PlanGroupCard(
            **{name: getattr(g, name) for name in _SAME},
            territory_name=territories.get(g.territory_id or 0, ""),
            steward=staff.get(g.steward_staff_id or 0, ""),
            superior=staff.get(g.superior_staff_id or 0, ""),
            second_superior=staff.get(g.second_superior_staff_id or 0, ""),
            manager=staff.get(g.manager_staff_id or 0, ""),
            owner=staff.get(g.owner_staff_id or 0, ""),
            reasons=look.reasons(g.look),
        )
        for g in groups
    ]
