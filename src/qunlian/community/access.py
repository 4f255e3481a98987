"""
The only doors from an outside id to a row of the community; reach is checked here.

Groups and members follow the published views (one definition of reach for joins and doors alike). A
plan belongs to those who plan: headquarters, and managers and group managers over the part it covers.
"""

from django.db.models import Q, QuerySet

from qunlian.community.models import (
    Breach,
    Comparison,
    Door,
    FoundRoom,
    Group,
    GroupView,
    Member,
    MemberView,
    Plan,
    PlanGroup,
    Request,
    RoomSheet,
    StoreGroup,
    StoreView,
    Task,
    TaskGroup,
    TerritoryView,
)
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Forbidden, NotFound

PLANNERS = frozenset({Role.HEADQUARTERS, Role.MANAGER, Role.GROUP_MANAGER, Role.SYSTEM})
APPROVERS = frozenset({Role.HEADQUARTERS, Role.MANAGER, Role.SYSTEM})
KEEPERS = PLANNERS | {Role.REP}


def groups_within(actor: Actor) -> QuerySet[Group]:
    """Return the groups within reach, and those the actor sits in."""
    if actor.reach.is_everything:
        return Group.objects.all()
    return Group.objects.filter(pk__in=GroupView.objects.values("pk"))


def group_for(actor: Actor, group_id: int) -> Group:
    """
    Open one group.

    :raises NotFound: there is none within the actor's reach
    """
    group = groups_within(actor).filter(pk=group_id).first()
    if group is None:
        raise NotFound(kind="group", id=group_id)
    return group


def group_to_change(actor: Actor, group_id: int) -> Group:
    """
    Open one group and hold its row, for those who look after groups.

    :raises NotFound: there is none within the actor's reach
    :raises Forbidden: the actor may look only
    """
    group = groups_within(actor).filter(pk=group_id).select_for_update(of=("self",)).first()
    if group is None:
        raise NotFound(kind="group", id=group_id)
    inside = Group.objects.filter(pk=group_id, territory_id__in=TerritoryView.objects.values("pk"))
    if actor.role not in KEEPERS or not (actor.reach.is_everything or inside.exists()):
        raise Forbidden
    return group


def groups_to_keep(actor: Actor) -> QuerySet[Group]:
    """Return the groups that the actor looks after: those of his part, for those who keep groups."""
    if actor.role not in KEEPERS:
        return Group.objects.none()
    if actor.reach.is_everything:
        return Group.objects.all()
    return Group.objects.filter(territory_id__in=TerritoryView.objects.values("pk"))


def members_within(actor: Actor, group_id: int) -> QuerySet[Member]:
    """Return the stays in a group that the actor may know of."""
    members = Member.objects.filter(group_id=group_id)
    if actor.reach.is_everything:
        return members
    return members.filter(pk__in=MemberView.objects.values("pk"))


def plans_within(actor: Actor) -> QuerySet[Plan]:
    """Return the plans that the actor may see: those of a part that he plans."""
    if actor.role not in PLANNERS:
        return Plan.objects.none()
    if actor.reach.is_everything:
        return Plan.objects.all()
    return Plan.objects.filter(territory_id__in=TerritoryView.objects.values("pk"))


def plan_for(actor: Actor, plan_id: int) -> Plan:
    """
    Open one plan.

    :raises NotFound: there is none within the actor's reach
    """
    plan = plans_within(actor).filter(pk=plan_id).first()
    if plan is None:
        raise NotFound(kind="plan", id=plan_id)
    return plan


def plan_to_change(actor: Actor, plan_id: int) -> Plan:
    """
    Open one plan and hold its row: two who change it come one after the other.

    :raises NotFound: there is none within the actor's reach
    """
    plan = plans_within(actor).filter(pk=plan_id).select_for_update(of=("self",)).first()
    if plan is None:
        raise NotFound(kind="plan", id=plan_id)
    return plan


def plans_at_work(actor: Actor) -> None:
    """Hold the rows of all plans that may be applied: of two who begin at once, one looks after the other."""
    approved = Plan.objects.filter(
        enterprise_id=actor.enterprise_id, state__in=("approved", "applying")
    )
    list(approved.order_by("pk").select_for_update(of=("self",)))


def plan_group_for(actor: Actor, plan_id: int, number: int) -> PlanGroup:
    """
    Open one proposed group of a plan.

    :raises NotFound: there is none within the actor's reach
    """
    plan = plan_for(actor, plan_id)
    group = PlanGroup.objects.filter(plan=plan, number=number).first()
    if group is None:
        raise NotFound(kind="plan group", id=number)
    return group


def comparisons_within(actor: Actor) -> QuerySet[Comparison]:
    """Return the comparisons whose plans the actor may see, both of them."""
    mine = plans_within(actor).values("pk")
    return Comparison.objects.filter(
        Q(one=None) | Q(one__in=mine), Q(other=None) | Q(other__in=mine)
    )


def comparison_for(actor: Actor, comparison_id: int) -> Comparison:
    """
    Open one comparison of two versions.

    :raises NotFound: there is none within the actor's reach
    """
    found = comparisons_within(actor).filter(pk=comparison_id).first()
    if found is None:
        raise NotFound(kind="comparison", id=comparison_id)
    return found


def territory_for(actor: Actor, territory_id: int) -> TerritoryView:
    """
    Open one territory.

    :raises NotFound: there is none within the actor's reach
    """
    territory = TerritoryView.objects.filter(pk=territory_id).first()
    if territory is None:
        raise NotFound(kind="territory", id=territory_id)
    return territory


def store_for(actor: Actor, store_id: int) -> StoreView:
    """
    Open one store.

    :raises NotFound: there is none within the actor's reach
    """
    store = StoreView.objects.filter(pk=store_id).first()
    if store is None:
        raise NotFound(kind="store", id=store_id)
    return store


def under(paths: tuple[str, ...], field: str = "path") -> Q:
    """Match the subtrees of ``paths``, one index range each."""
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(**{f"{field}__gte": path, f"{field}__lt": path[:-1] + "0"})
    return found


def territories_under(paths: tuple[str, ...]) -> QuerySet[TerritoryView, int]:
    """Return the ids of the territories of these subtrees, within reach."""
    return TerritoryView.objects.filter(under(paths)).values_list("pk", flat=True)


def rooms_within(actor: Actor) -> QuerySet[FoundRoom]:
    """
    Return the rooms found on platforms that the actor may decide on: those of his part, for planners.

    A room that nothing is known of yet belongs to whoever reaches everything.
    """
    if actor.role not in PLANNERS:
        return FoundRoom.objects.none()
    if actor.reach.is_everything:
        return FoundRoom.objects.all()
    return FoundRoom.objects.filter(territory_id__in=TerritoryView.objects.values("pk"))


def room_for(actor: Actor, room_id: int) -> FoundRoom:
    """
    Open one room found on a platform.

    :raises NotFound: there is none within the actor's reach
    """
    row = rooms_within(actor).filter(pk=room_id).first()
    if row is None:
        raise NotFound(kind="room", id=room_id)
    return row


def doors_within(actor: Actor) -> QuerySet[Door]:
    """Return the ways in that lead to what the actor reaches, for those who look after groups."""
    if actor.role not in KEEPERS:
        return Door.objects.none()
    if actor.reach.is_everything:
        return Door.objects.all()
    return Door.objects.filter(
        Q(group__in=groups_within(actor).values("pk"))
        | Q(territory_id__in=TerritoryView.objects.values("pk"))
        | Q(store_id__in=StoreView.objects.values("pk"))
    )


def door_for(actor: Actor, door_id: int) -> Door:
    """
    Open one way in.

    :raises NotFound: there is none within the actor's reach
    """
    row = doors_within(actor).filter(pk=door_id).first()
    if row is None:
        raise NotFound(kind="door", id=door_id)
    return row


def door_to_change(actor: Actor, door_id: int) -> Door:
    """
    Open one way in and hold its row, for those who look after groups.

    :raises NotFound: there is none within the actor's reach
    """
    row = doors_within(actor).filter(pk=door_id).select_for_update(of=("self",)).first()
    if row is None:
        raise NotFound(kind="door", id=door_id)
    return row


def room_sheet_for(actor: Actor, sheet_id: int) -> RoomSheet:
    """
    Open one sheet of groups: one's own, or any for whoever reaches everything.

    :raises NotFound: there is none of the actor's
    """
    rows = (
        RoomSheet.objects.filter(pk=sheet_id)
        if actor.role in PLANNERS
        else RoomSheet.objects.none()
    )
    if not actor.reach.is_everything:
        rows = rows.filter(account_id=actor.account_id)
    sheet = rows.first()
    if sheet is None:
        raise NotFound(kind="sheet", id=sheet_id)
    return sheet


def own_store_for(actor: Actor, store_id: int) -> StoreView:
    """
    Open one of a member's own stores.

    :raises NotFound: it is not his
    """
    if actor.role is not Role.MEMBER or store_id not in actor.reach.store_ids:
        raise NotFound(kind="store", id=store_id)
    return store_for(actor, store_id)


def store_group_for(actor: Actor, store_group_id: int) -> StoreGroup:
    """
    Open one open group of a member's own store, and hold its row.

    :raises NotFound: there is none of his; to whoever is nobody of a store there is none at all
    """
    stores = actor.reach.store_ids if actor.role is Role.MEMBER else ()
    own = StoreGroup.objects.filter(store_id__in=stores, closed_at=None)
    row = own.filter(pk=store_group_id).select_for_update(of=("self",)).first()
    if row is None:
        raise NotFound(kind="store group", id=store_group_id)
    return row


def tasks_within(actor: Actor) -> QuerySet[Task]:
    """Return the tasks that are the actor's own, and those in groups that he plans for."""
    own = Q(assignee_staff_id=actor.staff_id or 0)
    if actor.role not in PLANNERS:
        return Task.objects.filter(own)
    if actor.reach.is_everything:
        return Task.objects.all()
    groups = Group.objects.filter(territory_id__in=TerritoryView.objects.values("pk"))
    inside = TaskGroup.objects.filter(group_id__in=groups.values("pk"))
    return Task.objects.filter(own | Q(pk__in=inside.values("task_id")))


def task_for(actor: Actor, task_id: int) -> Task:
    """
    Open one task.

    :raises NotFound: there is none that is the actor's own or in his team
    """
    task = tasks_within(actor).filter(pk=task_id).first()
    if task is None:
        raise NotFound(kind="task", id=task_id)
    return task


def request_to_change(actor: Actor, request_id: int) -> Request:
    """
    Open what a group's platform was asked, and hold its group, for those who look after groups.

    :raises NotFound: there is none for a group within the actor's reach
    :raises Forbidden: the actor may look only
    """
    found = Request.objects.filter(pk=request_id).first()
    if found is None:
        raise NotFound(kind="request", id=request_id)
    group_to_change(actor, found.group_id)
    return Request.objects.select_related("group").get(pk=request_id)


def breaches_within(actor: Actor) -> QuerySet[Breach]:
    """Return what was noted in the groups that the actor looks after; others are told nobody's."""
    if actor.role is Role.SYSTEM or actor.role is Role.HEADQUARTERS:
        return Breach.objects.all()
    return Breach.objects.filter(group__in=groups_to_keep(actor).values("pk"))


def breach_for(actor: Actor, breach_id: int) -> Breach:
    """
    Open one breach: the actor's own, or of a group that he looks after.

    :raises NotFound: there is none
    """
    own = Breach.objects.filter(pk=breach_id, person_id=actor.person_id or 0).first()
    row = own or breaches_within(actor).filter(pk=breach_id).first()
    if row is None:
        raise NotFound(kind="breach", id=breach_id)
    return row


def breach_to_change(actor: Actor, breach_id: int) -> Breach:
    """
    Open one breach of a group that the actor looks after, and hold the group and it.

    :raises NotFound: there is none
    :raises Forbidden: the actor may look at the group only
    """
    found = breaches_within(actor).filter(pk=breach_id).first()
    if found is None:
        raise NotFound(kind="breach", id=breach_id)
    group_to_change(actor, found.group_id)
    return Breach.objects.select_for_update(of=("self",)).get(pk=breach_id)


def own_breach_for(actor: Actor, breach_id: int) -> Breach:
    """
    Open one of the actor's own breaches, and hold it.

    :raises NotFound: it is not his
    """
    own = Breach.objects.filter(pk=breach_id, person_id=actor.person_id or 0)
    row = own.select_for_update(of=("self",)).first()
    if row is None:
        raise NotFound(kind="breach", id=breach_id)
    return row
