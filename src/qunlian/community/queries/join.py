"""What somebody sees who comes by a store's or group's code, and the links to hand out."""

from collections.abc import Iterator
from dataclasses import dataclass

from qunlian.channel.queries.enterprises import enterprise_card
from qunlian.community import access
from qunlian.community.models import Group, GroupStore, StaffView, StoreView
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCard:
    """Where a code leads: ``store_id`` is None for a seed users' group, ``group_id`` while there is none."""

    store_id: int | None
    store_name: str
    brand: str
    group_id: int | None
    group_name: str
    theme: str
    rules: str
    steward_name: str
    is_full: bool
    is_closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """
    Whom a poster or a line in the list of links invites: the people of a store, or consumers to a group.

    :ivar kind: ``store`` or ``group``, as the registry of codes has it
    """

    kind: str = "store"
    target_id: int
    code: str = ""
    name: str
    group_name: str


def join_card(actor: Actor, kind: str, target_id: int) -> JoinCard:
    """
    Return where a code leads.

    :param kind: ``store`` or ``group``
    :raises NotFound: no such store; no such group of seed users
    """
    with scope.reading(actor):
        if kind == "group":
            return _card(actor, None, _seed_group(actor, target_id))
        store = access.store_for(actor, target_id)
        placed = GroupStore.objects.filter(layer="store", store_id=target_id).first()
        group = Group.objects.filter(pk=placed.group_id).first() if placed else None
        return _card(actor, store, group)


def _card(actor: Actor, store: StoreView | None, group: Group | None) -> JoinCard:
    staff_id = (group.steward_staff_id if group else None) or 0
    steward = StaffView.objects.filter(pk=staff_id).first()
    return JoinCard(
        store_id=store.pk if store else None,
        store_name=store.name if store else "",
        brand=enterprise_card(actor).name,
        group_id=group.pk if group else None,
        group_name=group.name if group else "",
        theme=group.theme if group else "",
        rules=group.rules if group else "",
        steward_name=steward.name if steward else "",
        is_full=bool(group and group.seats_taken >= group.seats_cap),
        is_closed=bool(group and group.life in ("merged", "retired")),
    )


def _seed_group(actor: Actor, group_id: int) -> Group:
    group = access.group_for(actor, group_id)
    if group.layer != "consumer":
        raise NotFound(kind="group", id=group_id)
    return group


def invitations(
    actor: Actor, *, group_id: int | None = None, territory_id: int | None = None
) -> Iterator[Invitation]:
    """
    Yield the stores of a group, or of a part of the tree, within reach, by group and code; a group of
    seed users invites for itself.

    Reads in one scope; take all of it before doing anything else.

    :raises NotFound: no such group or part within the actor's reach
    """
    with scope.reading(actor):
        places = GroupStore.objects.filter(layer="store")
        stores = StoreView.objects.all()
        if group_id is not None:
            group = access.group_for(actor, group_id)
            if group.layer == "consumer":
                yield _to_group(group)
                return
            places = places.filter(group=group)
        if territory_id is not None:
            path = access.territory_for(actor, territory_id).path
            inside = access.territories_under((path,))
            stores = stores.filter(territory_id__in=inside)
        placed = dict(places.values_list("store_id", "group_id"))
        names = dict(Group.objects.filter(pk__in=set(placed.values())).values_list("pk", "name"))
        found = stores.filter(pk__in=places.values("store_id")).values_list("pk", "code", "name")
        rows = sorted(
            (names[placed[pk]], code, pk, name)
            for pk, code, name in found.iterator(chunk_size=5000)
            if pk in placed
        )
    for group_name, code, pk, name in rows:
        yield Invitation(target_id=pk, code=code, name=name, group_name=group_name)


def _to_group(group: Group) -> Invitation:
    return Invitation(kind="group", target_id=group.pk, name=group.name, group_name=group.theme)


def invitation_of_store(actor: Actor, store_id: int) -> Invitation:
    """
    Return one store for its poster; without a group its people wait for one.

    :raises NotFound: no such store within the actor's reach
    """
    with scope.reading(actor):
        store = access.store_for(actor, store_id)
        placed = GroupStore.objects.filter(layer="store", store_id=store_id)
        group_name = placed.values_list("group__name", flat=True).first() or ""
        return Invitation(
            target_id=store.pk, code=store.code, name=store.name, group_name=group_name
        )
