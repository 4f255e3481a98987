"""The API of the community: plans, groups, members, coverage."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from qunlian.api.asking import actor_of, page_size
from qunlian.api.community_breaches import LadderBody
from qunlian.community.actions.apply_plan import apply_plan
from qunlian.community.actions.approve_plan import approve_plan
from qunlian.community.actions.cancel_plan import cancel_plan
from qunlian.community.actions.change_group_rules import GroupRules, change_group_rules
from qunlian.community.actions.change_steward import StewardChange, change_steward
from qunlian.community.actions.draft_plan import draft_plan
from qunlian.community.actions.move_stores import StoreMove, move_stores
from qunlian.community.actions.remove_member import Removal, remove_member
from qunlian.community.actions.rename_group import GroupRename, rename_group
from qunlian.community.actions.retire_group import retire_group
from qunlian.community.queries import groups, members, plan_groups, plans
from qunlian.community.queries.groups import GroupFilter
from qunlian.community.wishes import PlanWish
from qunlian.insight.queries.coverage import newest_coverage
from qunlian.kernel import clock

router = Router(tags=["community"])


class PlanIn(Schema):
    """
    Terms of a plan; what is left out follows the layers' templates and the mode. Seats are people.

    ``layers``: store, distributor, consumer (seed users). ``choice`` asks for a plan of the stores from the
    groups there are: must, few, usual, more (moves) or best (groups).
    """

    layers: list[str] = ["store"]
    messages_per_day: float | None = None
    mode: str = "balanced"
    territory_id: int | None = None
    name: str = ""
    seats_soft: int | None = None
    reserved: int | None = None
    minimum: int | None = None
    price: float | None = None
    template: str = ""
    choice: str = ""


class PlanGroupsQuery(Schema):
    """Which proposed groups: of one layer or all; ``order`` is unlike, small, large or empty, by number."""

    layer: str = ""
    order: str = ""
    after: str = ""
    take: int = 100


class PlanOut(Schema):
    """A plan; ``done`` of ``total`` steps while a worker has it; ``summary`` holds modes and bounds."""

    plan_id: int
    name: str
    state: str
    mode: str
    choice: str
    version: int
    layers: list[str]
    territory_id: int | None
    summary: dict[str, Any]
    problem: dict[str, Any]
    stage: str
    done: int
    total: int
    created_at: datetime
    applied_at: datetime | None


class PlanList(Schema):
    """A page of plans, newest first; send ``next_key`` as ``after`` for the next."""

    rows: list[PlanOut]
    next_key: str | None


class PlanGroupOut(Schema):
    """A proposed group; ``reasons`` say why it needs a look; ``owner`` is whose account will own it."""

    number: int
    name: str
    layer: str
    territory_id: int | None
    stores: int
    distributors: int
    seats: int
    reserved: int
    seats_cap: int
    owner: str
    steward: str
    superior: str
    second_superior: str
    manager: str
    main_type: str
    likeness: float
    reasons: list[str]
    group_id: int | None


class PlanGroupList(Schema):
    """A page of proposed groups by number."""

    rows: list[PlanGroupOut]
    next_key: str | None


class Version(Schema):
    """Which version of the plan the caller has seen; an older one is refused."""

    version: int


class MoveIn(Version):
    """Stores to move from one proposed group to another of the same patch."""

    from_number: int
    to_number: int
    store_ids: list[int]


class PlanState(Schema):
    """Which plan it is."""

    plan_id: int


class PlanApplyingOut(PlanState):
    """``without_account``: groups whose owner the platform does not know; they are made all the same."""

    without_account: int


class GroupQuery(Schema):
    """How a list of groups is narrowed; a territory means its whole subtree."""

    q: str = ""
    life: str = ""
    layer: str = ""
    territory_id: int | None = None
    steward_staff_id: int | None = None
    after: str = ""
    take: int = 100


class GroupOut(Schema):
    """A group; seats are people, ``stores`` those whose base group it is."""

    group_id: int
    name: str
    layer: str
    life: str
    theme: str
    rules: str
    tags: list[str]
    territory_id: int | None
    territory_name: str
    steward_staff_id: int | None
    steward_name: str
    seats_cap: int
    seats_taken: int
    seats_expected: int
    stores: int
    created_at: datetime


class GroupList(Schema):
    """A page of groups by name."""

    rows: list[GroupOut]
    next_key: str | None


class MemberOut(Schema):
    """A person in a group; ``store_id`` is null for staff."""

    person_id: int
    name: str
    role: str
    store_id: int | None
    source: str
    joined_at: datetime


class NameIn(Schema):
    """A new name, 1 to 40 characters."""

    name: str


class RulesIn(Schema):
    """Theme and rules of a group; ``ladder`` without steps is its layer's, null leaves it."""

    theme: str = ""
    rules: str = ""
    ladder: LadderBody | None = None


class StewardIn(Schema):
    """Who becomes the steward."""

    staff_id: int


class PartOut(Schema):
    """
    Open stores of a part of the tree: all, in a group, in a live group, with somebody in one.

    ``bound`` are stores with a group in which somebody of theirs is known; ``members_bound`` of ``members``
    (people in groups of stores, staff left out) have a known store.
    """

    territory_id: int | None
    name: str
    stores: int
    in_group: int
    in_live_group: int
    joined: int
    bound: int
    members: int
    members_bound: int


class CoverageOut(Schema):
    """A part of the tree and the parts below it."""

    whole: PartOut
    parts: list[PartOut]


@router.post("/plans", operation_id="community_draft_plan", response=PlanState)
def draft(request: HttpRequest, wish: PlanIn) -> Any:
    """Ask for a matrix to be planned; a worker does it."""
    return draft_plan(
        actor=actor_of(request),
        wish=PlanWish(**wish.dict() | {"layers": tuple(wish.layers)}),
        now=clock.now(),
    )


@router.get("/plans", operation_id="community_list_plans", response=PlanList)
def list_plans(request: HttpRequest, after: str = "") -> Any:
    """List plans, newest first."""
    return plans.list_plans(actor_of(request), after=after)


@router.get("/plans/{int:plan_id}", operation_id="community_plan_card", response=PlanOut)
def plan_card(request: HttpRequest, plan_id: int) -> Any:
    """Read a plan and how far the work on it is."""
    return plans.plan_card(actor_of(request), plan_id)


@router.get(
    "/plans/{int:plan_id}/groups",
    operation_id="community_list_plan_groups",
    response=PlanGroupList,
)
def list_plan_groups(request: HttpRequest, plan_id: int, wanted: Query[PlanGroupsQuery]) -> Any:
    """List the proposed groups by number, or the worst first: unlike, small or large."""
    narrow = plan_groups.PlanGroupFilter(layer=wanted.layer, order=wanted.order)
    limit = page_size(wanted.take)
    return plan_groups.list_plan_groups(
        actor_of(request), plan_id, narrow=narrow, after=wanted.after, limit=limit
    )


@router.post(
    "/plans/{int:plan_id}/move-stores", operation_id="community_move_stores", response=Version
)
def move(request: HttpRequest, plan_id: int, move: MoveIn) -> Any:
    """Move stores of a plan by hand."""
    wanted = StoreMove(
        plan_id=plan_id,
        version=move.version,
        from_number=move.from_number,
        to_number=move.to_number,
        store_ids=tuple(move.store_ids),
    )
    return move_stores(actor=actor_of(request), move=wanted, now=clock.now())


@router.post(
    "/plans/{int:plan_id}/approve", operation_id="community_approve_plan", response=PlanState
)
def approve(request: HttpRequest, plan_id: int, seen: Version) -> Any:
    """Approve a plan as it was seen."""
    return approve_plan(
        actor=actor_of(request), plan_id=plan_id, version=seen.version, now=clock.now()
    )


@router.post(
    "/plans/{int:plan_id}/apply", operation_id="community_apply_plan", response=PlanApplyingOut
)
def apply(request: HttpRequest, plan_id: int, in_waves: bool = False) -> Any:
    """Let a worker make the plan's groups; ``in_waves`` holds them back until a wave is opened."""
    return apply_plan(actor=actor_of(request), plan_id=plan_id, now=clock.now(), in_waves=in_waves)


@router.post(
    "/plans/{int:plan_id}/cancel", operation_id="community_cancel_plan", response=PlanState
)
def cancel(request: HttpRequest, plan_id: int) -> Any:
    """Stop the work on a plan, or drop it."""
    return cancel_plan(actor=actor_of(request), plan_id=plan_id, now=clock.now())


@router.get("/groups", operation_id="community_list_groups", response=GroupList)
def list_groups(request: HttpRequest, query: Query[GroupQuery]) -> Any:
    """List groups within reach by name."""
    narrow = GroupFilter(
        text=query.q,
        life=query.life,
        layer=query.layer,
        territory_id=query.territory_id,
        steward_staff_id=query.steward_staff_id,
    )
    limit = page_size(query.take)
    return groups.list_groups(actor_of(request), narrow=narrow, after=query.after, limit=limit)


@router.get("/groups/{int:group_id}", operation_id="community_group_card", response=GroupOut)
def group_card(request: HttpRequest, group_id: int) -> Any:
    """Read one group."""
    return groups.group_card(actor_of(request), group_id)


@router.get(
    "/groups/{int:group_id}/members",
    operation_id="community_members_of",
    response=list[MemberOut],
)
def members_of(request: HttpRequest, group_id: int) -> list[Any]:
    """List who sits in a group."""
    return list(members.members_of(actor_of(request), group_id))


@router.put("/groups/{int:group_id}/name", operation_id="community_rename_group", response=GroupOut)
def rename(request: HttpRequest, group_id: int, name: NameIn) -> Any:
    """Name a group anew."""
    wanted = GroupRename(group_id=group_id, name=name.name)
    return rename_group(actor=actor_of(request), rename=wanted, now=clock.now())


@router.put(
    "/groups/{int:group_id}/rules", operation_id="community_change_group_rules", response=GroupOut
)
def change_rules(request: HttpRequest, group_id: int, rules: RulesIn) -> Any:
    """Set theme and rules of a group."""
    ladder = rules.ladder.as_ladder() if rules.ladder else None
    wanted = GroupRules(group_id=group_id, theme=rules.theme, rules=rules.rules, ladder=ladder)
    return change_group_rules(actor=actor_of(request), rules=wanted, now=clock.now())


@router.put(
    "/groups/{int:group_id}/steward", operation_id="community_change_steward", response=GroupOut
)
def hand_over(request: HttpRequest, group_id: int, steward: StewardIn) -> Any:
    """Hand a group to another steward."""
    wanted = StewardChange(group_id=group_id, staff_id=steward.staff_id)
    return change_steward(actor=actor_of(request), change=wanted, now=clock.now())


@router.post(
    "/groups/{int:group_id}/retire", operation_id="community_retire_group", response=GroupOut
)
def retire(request: HttpRequest, group_id: int) -> Any:
    """End a group's life."""
    return retire_group(actor=actor_of(request), group_id=group_id, now=clock.now())


@router.delete(
    "/groups/{int:group_id}/members/{int:person_id}",
    operation_id="community_remove_member",
    response={204: None},
)
def remove(request: HttpRequest, group_id: int, person_id: int) -> Any:
    """Take somebody out of a group."""
    removal = Removal(group_id=group_id, person_id=person_id)
    remove_member(actor=actor_of(request), removal=removal, now=clock.now())
    return Status(204, None)


@router.get("/coverage", operation_id="community_coverage", response=CoverageOut)
def read_coverage(request: HttpRequest, territory_id: int | None = None) -> Any:
    """Read coverage of a part of the tree and of the parts below it."""
    return newest_coverage(actor_of(request), territory_id)[0]
