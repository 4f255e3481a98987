"""A plan's proposed groups: a list, one of them with its stores, those beside it."""

from collections.abc import Container
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from qunlian.community import access
from qunlian.community.models import (
    Plan,
    PlanGroup,
    PlanPlace,
    PlanStore,
    StaffView,
    StoreView,
    TerritoryView,
)
from qunlian.community.queries.plan_accounts import without_account
from qunlian.community.rules import look
from qunlian.community.rules.staffing import POSTS
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page
from qunlian.kernel.typed import decimal, whole

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
#: In what order a plan's groups may be listed: the worst first, by what is meant by it.
ORDERS = {"unlike": "likeness", "small": "seats", "large": "-seats"}


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
    """
    What a list of proposed groups is narrowed to; ``order`` is one of ``ORDERS`` or empty, by number.

    ``division``: with a store there, as the plan's map was counted.
    """

    text: str = ""
    reason: str = ""
    layer: str = ""
    territory_id: int | None = None
    order: str = ""
    division: str = ""


def list_plan_groups(
    actor: Actor,
    plan_id: int,
    *,
    narrow: PlanGroupFilter | None = None,
    after: str = "",
    limit: int = 50,
) -> Page[PlanGroupCard]:
    """
    Return one page of a plan's groups, by number or in the order that is asked for.

    :raises NotFound: there is no such plan within the actor's reach
    """
    narrow = narrow or PlanGroupFilter()
    with scope.reading(actor):
        plan = access.plan_for(actor, plan_id)
        rows = PlanGroup.objects.filter(plan=plan)
        if narrow.text:
            rows = rows.filter(name__icontains=narrow.text)
        if narrow.layer:
            rows = rows.filter(layer=narrow.layer)
        if narrow.division:
            rows = rows.filter(pk__in=_in_division(plan_id, narrow.division))
        if narrow.territory_id is not None:
            rows = rows.filter(territory_id=narrow.territory_id)
        if narrow.reason:
            rows = _needing(rows, plan, narrow.reason)
        by = ORDERS.get(narrow.order, "number")
        found = list(_after(rows, by, after).order_by(by, "number")[: limit + 1])
        cards = tuple(_group_cards(found[:limit], _lacking(plan, found[:limit])))
        if len(found) <= limit:
            return Page(rows=cards, next_key=None)
        last = found[limit - 1]
        return Page(rows=cards, next_key=f"{getattr(last, by.lstrip('-'))!r}:{last.number}")


def _needing(rows: QuerySet[PlanGroup], plan: Plan, reason: str) -> QuerySet[PlanGroup]:
    """Return the groups that need a look for this reason; for any, where it is none of ours."""
    if reason == look.NO_ACCOUNT:
        return rows.filter(without_account(plan))
    flag = next((f for f, name in look.REASONS if name == reason), None)
    if flag is None:
        return rows.filter(~Q(look=0) | without_account(plan))
    return rows.annotate(hit=F("look").bitand(int(flag))).exclude(hit=0)


def _lacking(plan: Plan, groups: list[PlanGroup]) -> set[int]:
    """Return those of these groups whose owner has no account on their platform."""
    if plan.state == "applied":
        return set()
    rows = PlanGroup.objects.filter(without_account(plan), pk__in=[each.pk for each in groups])
    return set(rows.values_list("pk", flat=True))


def _in_division(plan_id: int, division: str) -> QuerySet[PlanPlace, int]:
    """Return the groups with a store in a province, city or district."""
    places = PlanPlace.objects.filter(plan_id=plan_id)
    inside = Q(city__startswith=division) | Q(district__startswith=division)
    return places.filter(inside).values_list("plan_group_id", flat=True)


def _after(rows: QuerySet[PlanGroup], by: str, key: str) -> QuerySet[PlanGroup]:
    """Return the rows behind the one that a page ended with; all, for a key that none gave."""
    value, _, number = key.partition(":")
    end, last = decimal(value), whole(number)
    if end is None or last is None:
        return rows
    name = by.lstrip("-")
    further = {f"{name}__{'lt' if by.startswith('-') else 'gt'}": end}
    return rows.filter(Q(**further) | Q(**{name: end}, number__gt=last))


def plan_group_card(actor: Actor, plan_id: int, number: int) -> PlanGroupCard:
    """
    Return one proposed group.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        group = access.plan_group_for(actor, plan_id, number)
        return _group_cards([group], _lacking(group.plan, [group]))[0]


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


def _group_cards(groups: list[PlanGroup], lacking: Container[int] = ()) -> list[PlanGroupCard]:
    """
    Turn rows into cards: two queries, however many there are.

    :param lacking: those whose owner has no account
    """
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
            reasons=look.reasons(g.look) + ((look.NO_ACCOUNT,) if g.pk in lacking else ()),
        )
        for g in groups
    ]
