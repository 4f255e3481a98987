"""The people of a group's room whose store nobody knows, and the stores they may belong to."""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from qunlian.community import access
from qunlian.community.models import (
    Binding,
    FoundRoom,
    Group,
    GroupStore,
    HandleView,
    Occupant,
    StorePersonView,
    StoreView,
)
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page
from qunlian.kernel.typed import wholes


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A store somebody may belong to, and the signs that say so."""

    store_id: int
    code: str
    name: str
    score: int
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbound:
    """Somebody in a room whose store nobody knows."""

    handle_id: int
    name: str
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundShare:
    """How many people sit in a group's room, staff left out, and of how many we know the store."""

    people: int
    bound: int

    @property
    def unbound(self) -> int:
        """Return of how many nobody knows the store."""
        return max(0, self.people - self.bound)


def unbound_people(actor: Actor, group_id: int) -> tuple[Unbound, ...]:
    """
    List those who sit in a group's room without a store, who has proposals first.

    :raises NotFound: no such group within the actor's reach
    """
    with scope.reading(actor):
        access.group_for(actor, group_id)
        bound = HandleView.objects.filter(
            Exists(StorePersonView.objects.filter(person_id=OuterRef("person_id")))
        )
        rows = Occupant.objects.filter(
            room__in=FoundRoom.objects.filter(group_id=group_id), is_staff=False
        ).exclude(handle_id__in=bound.values("pk"))
        names = dict(rows.order_by("pk").values_list("handle_id", "name"))
        proposals = _proposals(list(names))
    found = [
        Unbound(
            handle_id=handle_id, name=name or "—", proposals=tuple(proposals.get(handle_id, ()))
        )
        for handle_id, name in names.items()
    ]
    return tuple(sorted(found, key=lambda one: -max((p.score for p in one.proposals), default=0)))


def bound_share(actor: Actor, group_id: int) -> BoundShare | None:
    """
    Count how many of a group's people are bound; None for a group that has no room of this kind.

    :raises NotFound: no such group within the actor's reach
    """
    with scope.reading(actor):
        access.group_for(actor, group_id)
        row = FoundRoom.objects.filter(group_id=group_id).first()
        return BoundShare(people=row.people, bound=row.bound) if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreShare:
    """
    Of a group's stores those of which we know somebody in it; of its members those whose store we know.

    Staff are left out.
    """

    stores_bound: int
    members: int
    members_bound: int


def store_share(actor: Actor, group_id: int) -> StoreShare:
    """Count who is known in a group of stores, on whatever platform, of those the actor may know of."""
    with scope.reading(actor):
        own = GroupStore.objects.filter(
            group=group_id, layer="store", store_id=OuterRef("store_id")
        )
        seated = access.members_within(actor, group_id).filter(left_at=None, role="member")
        counted = seated.aggregate(
            stores_bound=Count("store_id", filter=Q(Exists(own)), distinct=True),
            members=Count("pk"),
            members_bound=Count("store_id"),
        )
    return StoreShare(**counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupToBind:
    """A group with people whose store is proposed and not confirmed yet."""

    group_id: int
    name: str
    people: int


def list_groups_to_bind(actor: Actor, *, after: str = "", limit: int = 50) -> Page[GroupToBind]:
    """
    List the groups one looks after in which stores of people are to be confirmed, most people first.

    :param after: ``next_key`` of the page before
    """
    with scope.reading(actor):
        counted = _to_confirm(actor).values("room__group").annotate(n=Count("handle_id"))
        key = wholes(*after.split("-")) if after else None
        if key is not None and len(key) == 2:  # noqa: PLR2004
            counted = counted.filter(Q(n__lt=key[0]) | Q(n=key[0], room__group__gt=key[1]))
        rows = list(
            counted.order_by("-n", "room__group").values_list("room__group", "n")[: limit + 1]
        )
        names = dict(Group.objects.filter(pk__in=[pk for pk, _ in rows]).values_list("pk", "name"))
        more = rows[limit - 1] if len(rows) > limit else None
        return Page(
            rows=tuple(
                GroupToBind(group_id=pk, name=names[pk], people=n) for pk, n in rows[:limit]
            ),
            next_key=f"{more[1]}-{more[0]}" if more else None,
        )


def people_to_confirm(actor: Actor, *, most: int) -> int:
    """Count, up to ``most``, the people whose store waits to be confirmed in the actor's groups."""
    with scope.reading(actor):
        return int(_to_confirm(actor).values("handle_id").distinct()[:most].count())


def _to_confirm(actor: Actor) -> QuerySet[Occupant]:
    proposed = Binding.objects.filter(state="proposed", handle_id=OuterRef("handle_id"))
    bound = HandleView.objects.filter(
        Exists(StorePersonView.objects.filter(person_id=OuterRef("person_id"))),
        pk=OuterRef("handle_id"),
    )
    rooms = FoundRoom.objects.filter(
        decision="adopted", group__in=access.groups_to_keep(actor).values("pk")
    ).exclude(status="dissolved")
    return Occupant.objects.filter(
        Exists(proposed), ~Exists(bound), room__in=rooms.values("pk"), is_staff=False
    )


def unread_people(actor: Actor, room_id: int) -> list[str]:
    """Return the accounts in a room whose store nobody knows and of whom was never asked what is noted."""
    with scope.reading(actor):
        seated = Occupant.objects.filter(room=room_id, is_staff=False).values("handle_id")
        rows = HandleView.objects.filter(pk__in=seated, read_at=None).exclude(
            Exists(StorePersonView.objects.filter(person_id=OuterRef("person_id")))
        )
        return list(rows.order_by("pk").values_list("key", flat=True))


def rooms_with_strangers(actor: Actor, platform: str) -> list[tuple[int, int]]:
    """Return (territory, room) where people sit whose store nobody knows, in this order."""
    with scope.reading(actor):
        rows = FoundRoom.objects.filter(platform=platform, bound__lt=F("people"))
        standing = rows.exclude(status="dissolved").exclude(decision="ignored")
        placed = standing.exclude(territory_id=None).order_by("territory_id", "pk")
        return [(place, pk) for place, pk in placed.values_list("territory_id", "pk") if place]


def _proposals(handle_ids: list[int]) -> dict[int, list[Proposal]]:
    rows = list(
        Binding.objects.filter(handle_id__in=handle_ids, state="proposed").order_by("-score", "pk")
    )
    stores = StoreView.objects.in_bulk({row.store_id for row in rows})
    found: dict[int, list[Proposal]] = {}
    for row in rows:
        store = stores.get(row.store_id)
        if store is not None:
            found.setdefault(row.handle_id, []).append(
                Proposal(
                    store_id=store.pk,
                    code=store.code,
                    name=store.name,
                    score=row.score,
                    signs=tuple(row.signs),
                )
            )
    return found
