"""Groups: one, a list, a slice of the matrix."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from qunlian.community import access
from qunlian.community.models import (
    Group,
    GroupStore,
    Member,
    PersonView,
    PlaceView,
    StaffView,
    StoreView,
    TerritoryView,
)
from qunlian.community.rules import life
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page, every_row
from qunlian.kernel.typed import whole

EXPORT_STEP = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCard:
    """One group as pages show it. Seats are people; ``stores`` those whose base group it is."""

    group_id: int
    name: str
    layer: str
    purposes: tuple[str, ...]
    theme: str
    rules: str
    welcome: str
    tags: tuple[str, ...]
    life: str
    platform: str
    platform_key: str
    territory_id: int | None
    territory_name: str
    seats_cap: int
    seats_taken: int
    seats_expected: int
    stores: int
    stores_joined: int
    steward_staff_id: int | None
    steward_name: str
    owner_person_id: int | None
    owner_name: str
    plan_id: int | None
    created_at: datetime

    @property
    def is_open(self) -> bool:
        """Tell whether the group still takes members and messages."""
        return self.life in life.OPEN

    @property
    def next_step(self) -> str:
        """Return what it needs next, see ``rules.life.next_step``."""
        return life.next_step(
            self.life,
            is_there=bool(self.platform_key),
            stores=self.stores,
            stores_joined=self.stores_joined,
        )

    @property
    def stores_needed(self) -> int:
        """Return how many more of its stores have to be in it, so that it lives."""
        return max(0, life.needed(self.stores) - self.stores_joined)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """
    A part of the matrix: every given condition holds; an empty one does not narrow.

    ``territory_ids`` mean their whole subtrees; ``tags`` match any. Only groups that are open.
    """

    layers: tuple[str, ...] = ("store",)
    territory_ids: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    group_ids: tuple[int, ...] = ()
    lives: tuple[str, ...] = ("inviting", "live", "fading")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupInSlice:
    """One group that a slice meets."""

    group_id: int
    name: str
    territory_id: int | None
    steward_staff_id: int | None
    platform: str
    platform_key: str
    seats_taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFilter:
    """What a list of groups is narrowed to; empty means all."""

    text: str = ""
    life: str = ""
    layer: str = ""
    territory_id: int | None = None
    steward_staff_id: int | None = None
    tags: tuple[str, ...] = field(default=())
    is_without_steward: bool = False


def group_card(actor: Actor, group_id: int) -> GroupCard:
    """
    Return one group.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        group = access.group_for(actor, group_id)
        return _cards([group])[0]


def list_groups(
    actor: Actor, *, narrow: GroupFilter | None = None, after: str = "", limit: int = 50
) -> Page[GroupCard]:
    """
    Return one page of the groups within reach, by name.

    :param after: ``next_key`` of the page before
    """
    with scope.reading(actor):
        rows = _narrowed(access.groups_within(actor), narrow or GroupFilter())
        if after:
            name, _, last = after.rpartition("~")
            rows = rows.filter(Q(name__gt=name) | Q(name=name, pk__gt=whole(last) or 0))
        found = list(rows.order_by("name", "pk")[: limit + 1])
        more = found[limit - 1] if len(found) > limit else None
        return Page(
            rows=tuple(_cards(found[:limit])), next_key=f"{more.name}~{more.pk}" if more else None
        )


def every_group(actor: Actor, *, narrow: GroupFilter | None = None) -> Iterator[GroupCard]:
    """Yield all groups of a list, for an export; a scope is opened for each step."""
    return every_row(
        lambda after: list_groups(actor, narrow=narrow, after=after, limit=EXPORT_STEP)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerCount:
    """The groups of one layer that are not merged or retired, and the people in them."""

    layer: str
    groups: int
    live: int
    fading: int
    people: int


def count_by_layer(actor: Actor, territory_id: int | None = None) -> tuple[LayerCount, ...]:
    """
    Count the groups of a part of the tree (None: all within reach), layer by layer.

    :raises NotFound: there is no such part within the actor's reach
    """
    with scope.reading(actor):
        rows = access.groups_within(actor).filter(life__in=life.OPEN)
        if territory_id is not None:
            path = access.territory_for(actor, territory_id).path
            rows = rows.filter(territory_id__in=access.territories_under((path,)))
        counts = (
            rows.order_by("layer")
            .values("layer")
            .annotate(
                groups=Count("pk"),
                live=Count("pk", filter=Q(life="live")),
                fading=Count("pk", filter=Q(life="fading")),
                people=Sum("seats_taken"),
            )
        )
        return tuple(LayerCount(**row) for row in counts)


def groups_in_slice(actor: Actor, part: Slice) -> tuple[GroupInSlice, ...]:
    """Return the open groups of a part of the matrix, within the actor's reach, by id."""
    with scope.reading(actor):
        rows = access.groups_within(actor).filter(life__in=part.lives)
        if part.layers:
            rows = rows.filter(layer__in=part.layers)
        if part.territory_ids:
            rows = rows.filter(territory_id__in=_subtrees(part.territory_ids))
        if part.tags:
            rows = rows.filter(tags__has_any_keys=list(part.tags))
        if part.group_ids:
            rows = rows.filter(pk__in=part.group_ids)
        fields = (
            "name",
            "territory_id",
            "steward_staff_id",
            "platform",
            "platform_key",
            "seats_taken",
        )
        found = rows.order_by("pk").values("pk", *fields)
        return tuple(GroupInSlice(group_id=row.pop("pk"), **row) for row in found)


def _narrowed(rows: QuerySet[Group], narrow: GroupFilter) -> QuerySet[Group]:
    if narrow.text:
        rows = rows.filter(name__icontains=narrow.text)
    if narrow.life:
        rows = rows.filter(life=narrow.life)
    if narrow.layer:
        rows = rows.filter(layer=narrow.layer)
    if narrow.territory_id is not None:
        rows = rows.filter(territory_id__in=_subtrees((narrow.territory_id,)))
    if narrow.steward_staff_id is not None:
        rows = rows.filter(steward_staff_id=narrow.steward_staff_id)
    if narrow.is_without_steward:
        rows = rows.filter(steward_staff_id=None, life__in=life.OPEN)
    if narrow.tags:
        rows = rows.filter(tags__has_any_keys=list(narrow.tags))
    return rows


def _subtrees(territory_ids: tuple[int, ...]) -> QuerySet[TerritoryView, int]:
    paths = TerritoryView.objects.filter(pk__in=territory_ids).values_list("path", flat=True)
    return access.territories_under(tuple(paths))


def _cards(groups: list[Group]) -> list[GroupCard]:
    """Turn rows into cards: five queries, however many there are."""
    territories = dict(
        PlaceView.objects.filter(pk__in={g.territory_id for g in groups}).values_list("pk", "name")
    )
    stewards = dict(
        StaffView.objects.filter(pk__in={g.steward_staff_id for g in groups}).values_list(
            "pk", "name"
        )
    )
    owners = dict(
        PersonView.objects.filter(pk__in={g.owner_person_id for g in groups}).values_list(
            "pk", "name"
        )
    )
    stores = dict(
        GroupStore.objects.filter(group_id__in=[g.pk for g in groups])
        .values("group_id")
        .annotate(n=Count("*"))
        .values_list("group_id", "n")
    )
    base = GroupStore.objects.filter(
        layer="store", store_id=OuterRef("store_id"), group=OuterRef("group")
    )
    here = Member.objects.filter(Exists(base), group_id__in=[g.pk for g in groups], left_at=None)
    joined = dict(
        here.order_by()
        .values("group_id")
        .annotate(n=Count("store_id", distinct=True))
        .values_list("group_id", "n")
    )
    return [
        GroupCard(
            group_id=g.pk,
            name=g.name,
            layer=g.layer,
            purposes=tuple(g.purposes),
            theme=g.theme,
            rules=g.rules,
            welcome=g.welcome,
            tags=tuple(g.tags),
            life=g.life,
            platform=g.platform,
            platform_key=g.platform_key,
            territory_id=g.territory_id,
            territory_name=territories.get(g.territory_id or 0, ""),
            seats_cap=g.seats_cap,
            seats_taken=g.seats_taken,
            seats_expected=g.seats_expected,
            stores=stores.get(g.pk, 0),
            stores_joined=joined.get(g.pk, 0),
            steward_staff_id=g.steward_staff_id,
            steward_name=stewards.get(g.steward_staff_id or 0, ""),
            owner_person_id=g.owner_person_id,
            owner_name=owners.get(g.owner_person_id or 0, ""),
            plan_id=g.plan_id,
            created_at=g.created_at,
        )
        for g in groups
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreInGroup:
    """A store of a group, as its page lists it."""

    store_id: int
    code: str
    name: str
    type: str
    seats: int
    people: int


def stores_of(
    actor: Actor, group_id: int, *, after: str = "", limit: int = 50
) -> Page[StoreInGroup]:
    """
    Return one page of the group's stores within reach, by code, each with its people in the group.

    :raises NotFound: there is no such group within the actor's reach
    """
    with scope.reading(actor):
        group = access.group_for(actor, group_id)
        seats = dict(GroupStore.objects.filter(group=group).values_list("store_id", "seats"))
        stores = StoreView.objects.filter(pk__in=list(seats), code__gt=after)
        found = list(stores.order_by("code")[: limit + 1])
        people = dict(
            access.members_within(actor, group_id)
            .filter(left_at=None, store_id__in=[s.pk for s in found])
            .values("store_id")
            .annotate(n=Count("*"))
            .values_list("store_id", F("n"))
        )
        rows = tuple(
            StoreInGroup(
                store_id=s.pk,
                code=s.code,
                name=s.name,
                type=s.type,
                seats=seats[s.pk],
                people=people.get(s.pk, 0),
            )
            for s in found[:limit]
        )
        return Page(rows=rows, next_key=rows[-1].code if len(found) > limit else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupOfStore:
    """A group that a store belongs to, or in which somebody sits for it; ``people`` are the store's."""

    group: GroupCard
    is_base: bool
    people: int


def groups_of_store(actor: Actor, store_id: int) -> tuple[GroupOfStore, ...]:
    """
    Return the groups of a store that are within reach, its base groups first.

    :raises NotFound: there is no such store within the actor's reach
    """
    with scope.reading(actor):
        access.store_for(actor, store_id)
        placed = GroupStore.objects.filter(store_id=store_id).values_list("group_id", flat=True)
        base = set(placed)
        seated = Member.objects.filter(store_id=store_id, left_at=None)
        people = dict(
            seated.values("group_id").annotate(n=Count("*")).values_list("group_id", F("n"))
        )
        found = access.groups_within(actor).filter(pk__in={*base, *people}).order_by("name", "pk")
        rows = [
            GroupOfStore(
                group=card, is_base=card.group_id in base, people=people.get(card.group_id, 0)
            )
            for card in _cards(list(found))
        ]
    return tuple(sorted(rows, key=lambda row: not row.is_base))
