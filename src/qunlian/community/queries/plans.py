"""Plans: a list, one with its figures."""

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
    TerritoryView,
)
from qunlian.community.queries.plan_accounts import without_account
from qunlian.community.queries.plan_layers import LayerShape, layer_shapes
from qunlian.community.rules import look
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page
from qunlian.kernel.typed import whole

SIZE_STEP = 20
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

    ``without_steward`` counts all layers, and so does ``without_account``: owners have none there.
    """

    layers: tuple[LayerShape, ...]
    groups: int
    stores: int
    seats: int
    to_look_at: int
    edited: int
    without_steward: int
    without_account: int
    sizes: tuple[tuple[int, int], ...]
    likeness: tuple[tuple[int, int], ...]
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def all_groups(self) -> int:
        """Return how many groups of all layers are proposed."""
        return sum(each.groups for each in self.layers)


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
        if (last := whole(after)) is not None:
            rows = rows.filter(pk__lt=last)
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
            to_look_at=Count("pk", filter=~Q(look=0) | without_account(plan)),
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
            without_account=count_without_account(plan),
            sizes=tuple(sizes.annotate(n=Count("pk")).order_by("bin")),
            likeness=tuple(likeness.annotate(n=Count("pk")).order_by("bin")),
            reasons=dict(reasons),
        )


def count_without_account(plan: Plan) -> int:
    """Count the groups to be made whose owner has no account on their platform; none once all are made."""
    if plan.state == "applied":
        return 0
    groups = PlanGroup.objects.filter(plan=plan).exclude(layer="store", stores=0)
    return groups.filter(without_account(plan)).count()


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
