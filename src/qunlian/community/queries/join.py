"""What somebody sees who comes by a store's or group's code, and the links to hand out."""

from collections.abc import Iterator
from dataclasses import dataclass

from qunlian.channel.queries.enterprises import enterprise_card
from qunlian.channel.queries.public_codes import codes_of
from qunlian.community import access, doors
from qunlian.community.models import Door, Group, GroupStore, Member, StaffView, StoreView
from qunlian.community.queries.doors import door_card
from qunlian.community.rules.doors import TAKING
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound
from qunlian.platforms import registry
from qunlian.platforms.port import Feature, Means


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCard:
    """
    Where a code leads: ``store_id`` is None for consumers, ``group_id`` while there is no group.

    :ivar platform: where its room is, when only the platform's own people fill it; else ""
    :ivar code_url: the picture of the code to scan there; "" while it is being made
    :ivar is_coming: that code is being made; else it has to be asked for (``open_way_in``)
    :ivar makes_codes: the platform makes codes; else somebody of the group has to invite
    """

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
    platform: str = ""
    code_url: str = ""
    is_coming: bool = False
    makes_codes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """
    Whom a poster or a line in the list of links invites: the people of a store, or consumers to a group.

    :ivar kind: ``store``, ``group`` or ``door``, as the registry of codes has it
    """

    kind: str = "store"
    target_id: int
    code: str = ""
    name: str
    group_name: str


def join_card(actor: Actor, kind: str, target_id: int, source: str = "link") -> JoinCard:
    """
    Return where a code leads.

    :param kind: ``store``, ``group`` or ``door``
    :param source: ``link`` or ``poster``: by which door of the store he comes
    :raises NotFound: no such store; no such group of seed users; the door is closed or leads nowhere
    """
    with scope.reading(actor):
        if kind == "door":
            return _behind(actor, target_id)
        rows = Door.objects.filter(kind=kind, source=source, name="", closed_at=None)
        if kind == "group":
            seeds = _seed_group(actor, target_id)
            return _card(actor, None, seeds, rows.filter(group=seeds).first())
        store = access.store_for(actor, target_id)
        placed = GroupStore.objects.filter(layer="store", store_id=target_id).first()
        group = Group.objects.filter(pk=placed.group_id).first() if placed else None
        return _card(actor, store, group, rows.filter(store_id=target_id).first())


def _behind(actor: Actor, door_id: int) -> JoinCard:
    """Return where a door leads now: the group that the next newcomer gets."""
    door = Door.objects.filter(pk=door_id, closed_at=None).first()
    if door is None:
        raise NotFound(kind="door", id=door_id)
    groups = doors.groups_of(door)
    store = StoreView.objects.filter(pk=door.store_id).first() if door.store_id else None
    if not groups and store is None:
        raise NotFound(kind="group", id=door_id)
    taking = (one for one in groups if one.life in TAKING and one.seats_taken < one.seats_cap)
    leads_on = door.kind != "store"
    shown = next(taking, groups[-1] if groups else None)
    return _card(actor, store, shown, door, leads_on=leads_on)


def _card(
    actor: Actor,
    store: StoreView | None,
    group: Group | None,
    door: Door | None,
    *,
    leads_on: bool = False,
) -> JoinCard:
    platform = group.platform if group and group.platform in registry.with_own_accounts() else ""
    makes = platform and registry.means(platform, Feature.OPEN_DOOR) is Means.API
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
        is_full=bool(group and not leads_on and group.seats_taken >= group.seats_cap),
        is_closed=bool(group and group.life in ("merged", "retired")),
        platform=platform,
        code_url=door.code_url if door and door.platform == platform else "",
        is_coming=bool(door and door.due_at is not None),
        makes_codes=bool(makes),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ToInvite:
    """A store of whom nobody is in its group yet; ``code`` is its own, "" while it has none."""

    store_id: int
    name: str
    code: str


def stores_to_invite(actor: Actor, group_id: int, *, most: int = 200) -> tuple[ToInvite, ...]:
    """
    Return the stores of a group of whom nobody is in it, by code.

    :raises NotFound: no such group within the actor's reach
    """
    with scope.reading(actor):
        access.group_for(actor, group_id)
        placed = GroupStore.objects.filter(layer="store", group_id=group_id).values("store_id")
        here = Member.objects.filter(group_id=group_id, left_at=None, store_id__isnull=False)
        rows = StoreView.objects.filter(pk__in=placed).exclude(pk__in=here.values("store_id"))
        names = list(rows.order_by("code").values_list("pk", "name")[:most])
    codes = codes_of(actor.enterprise_id, "store", [pk for pk, _ in names])
    return tuple(ToInvite(store_id=pk, name=name, code=codes.get(pk, "")) for pk, name in names)


def invitation_by_door(actor: Actor, door_id: int) -> Invitation:
    """
    Return whom a way in invites, for its poster.

    :raises NotFound: no such way in within the actor's reach
    """
    row = door_card(actor, door_id)
    return Invitation(
        kind="door", target_id=door_id, code=row.code, name=row.leads_to, group_name=row.name
    )


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
