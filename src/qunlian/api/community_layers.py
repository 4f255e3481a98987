"""The API of layers: their templates, a planned group's team, and what groups ask of people."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from qunlian.api.asking import actor_of, page_size
from qunlian.api.community_breaches import LadderBody
from qunlian.community.actions.change_layer import LayerChange, change_layer
from qunlian.community.actions.staff_plan_group import PlanStaffing, staff_plan_group
from qunlian.community.queries import layers, loads
from qunlian.community.rules.layers import LayerTemplate
from qunlian.kernel import clock

router = Router(tags=["community"])


class TemplateBody(Schema):
    """How groups of a layer are; seats are people, null takes the enterprise's own."""

    name_pattern: str
    theme: str = ""
    rules: str = ""
    purposes: list[str]
    platform: str = "web"
    soft: int | None = None
    hard: int | None = None
    reserved: int = 5
    steward_role: str
    superiors: int = 2
    has_manager: bool = True
    owner_policy: str = "named"
    messages_per_day: float = 1.0
    follow_limit: int = 30
    manager_limit: int = 60
    welcome: str = ""
    ladder: LadderBody = LadderBody()


class AccountIn(Schema):
    """An account that may own groups; without a territory anywhere."""

    staff_id: int
    territory_id: int | None = None


class AccountOut(AccountIn):
    """The same, with its names."""

    name: str
    territory_name: str


class LayerIn(Schema):
    """A layer's template from now on, and who may own its groups."""

    template: TemplateBody
    accounts: list[AccountIn] = []


class LayerOut(Schema):
    """A layer's template; ``is_default`` while nobody changed it."""

    layer: str
    is_default: bool
    template: TemplateBody
    accounts: list[AccountOut]
    changed_at: datetime | None


class StaffingIn(Schema):
    """Who takes which post of a proposed group; null leaves it empty (the owner's must be filled)."""

    version: int
    owner_staff_id: int | None
    steward_staff_id: int | None
    superior_staff_id: int | None
    second_superior_staff_id: int | None
    manager_staff_id: int | None


class EditOut(Schema):
    """The plan's new version."""

    plan_id: int
    version: int


class LoadOut(Schema):
    """One colleague's groups; ``followed`` and ``most`` are shares of what one can follow and may manage."""

    staff_id: int
    name: str
    role: str
    groups: int
    owned: int
    managed: int
    confirms_per_day: float
    followed: float
    most: float


class LoadList(Schema):
    """A page of colleagues; send ``next_key`` as ``after`` for the next."""

    rows: list[LoadOut]
    next_key: str | None


class LoadsQuery(Schema):
    """``is_over``: only those with more than they can follow or may manage."""

    is_over: bool = False
    after: str = ""
    take: int = 100


class PlanLoadsOut(Schema):
    """Who would own a plan's groups, who would have too many, and groups without a group manager."""

    owners: list[LoadOut]
    overloaded: list[LoadOut]
    without_manager: int
    is_by_hand: bool


@router.get("/layers", operation_id="community_list_layers", response=list[LayerOut])
def list_layers(request: HttpRequest) -> list[Any]:
    """Read the templates of all planned layers."""
    return list(layers.list_layers(actor_of(request)))


@router.put("/layers/{layer}", operation_id="community_change_layer", response=LayerOut)
def change(request: HttpRequest, layer: str, wanted: LayerIn) -> Any:
    """Change a layer's template; plans that are drafted already keep theirs."""
    kinds = {
        "purposes": tuple(wanted.template.purposes),
        "ladder": wanted.template.ladder.as_ladder(),
    }
    made = LayerChange(
        layer=layer,
        template=LayerTemplate(**wanted.template.dict() | kinds),
        accounts=[(each.staff_id, each.territory_id) for each in wanted.accounts],
    )
    return change_layer(actor=actor_of(request), change=made, now=clock.now())


@router.put(
    "/plans/{int:plan_id}/groups/{int:number}/staff",
    operation_id="community_staff_plan_group",
    response=EditOut,
)
def staff(request: HttpRequest, plan_id: int, number: int, staffing: StaffingIn) -> Any:
    """Give a proposed group another team before the plan is approved."""
    wanted = PlanStaffing(plan_id=plan_id, number=number, **staffing.dict())
    return staff_plan_group(actor=actor_of(request), staffing=wanted, now=clock.now())


@router.get(
    "/plans/{int:plan_id}/loads", operation_id="community_plan_loads", response=PlanLoadsOut
)
def plan_loads(request: HttpRequest, plan_id: int) -> Any:
    """Read what a plan asks of people, with the groups they have besides."""
    return loads.plan_loads(actor_of(request), plan_id)


@router.get("/groups/loads", operation_id="community_list_loads", response=LoadList)
def list_loads(request: HttpRequest, wanted: Query[LoadsQuery]) -> Any:
    """List who of the staff sits in groups, those with the most to do first."""
    limit = page_size(wanted.take)
    return loads.list_loads(
        actor_of(request), is_over=wanted.is_over, after=wanted.after, limit=limit
    )
