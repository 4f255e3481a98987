"""What somebody sees who opens a group's claim page: the group, and of its stores those he asks for."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from qunlian.channel.queries.enterprises import enterprise_card
from qunlian.community import access
from qunlian.community.models import (
    Binding,
    FoundRoom,
    Group,
    GroupStore,
    HandleView,
    Occupant,
    StaffView,
    StoreView,
    TerritoryView,
)
from qunlian.community.rules.claims import LEAST_TYPED
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound

MOST_FOUND = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCard:
    """Where a claim link leads; ``store_id`` is set when it is one store's own link."""

    group_id: int
    group_name: str
    platform: str
    brand: str
    steward_name: str
    store_id: int | None = None
    store_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimableStore:
    """A store somebody of the group may claim: its name, nothing else."""

    store_id: int
    name: str


def claim_card(actor: Actor, kind: str, target_id: int) -> ClaimCard:
    """
    Return where a claim link leads.

    :param kind: ``claim`` (a group) or ``store``, as the registry of codes has it
    :raises NotFound: no such group, or its people are not those of an outside room
    """
    with scope.reading(actor):
        store = access.store_for(actor, target_id) if kind == "store" else None
        group_id = target_id
        if store is not None:
            placed = GroupStore.objects.filter(layer="store", store_id=store.pk).first()
            group_id = placed.group_id if placed else 0
        group = access.group_for(actor, group_id)
        if not FoundRoom.objects.filter(group=group).exclude(status="dissolved").exists():
            raise NotFound(kind="group", id=group_id)
        steward = StaffView.objects.filter(pk=group.steward_staff_id or 0).first()
        return ClaimCard(
            group_id=group.pk,
            group_name=group.name,
            platform=group.platform,
            brand=enterprise_card(actor).name,
            steward_name=steward.name if steward else "",
            store_id=store.pk if store else None,
            store_name=store.name if store else "",
        )


def claimable_stores(actor: Actor, group_id: int, typed: str) -> tuple[ClaimableStore, ...]:
    """
    Return a few of the group's stores whose name or code holds what was typed; nothing before two characters.

    :raises NotFound: no such group
    """
    words = typed.split()
    if len("".join(words)) < LEAST_TYPED:
        return ()
    with scope.reading(actor):
        rows = stores_of_claims(access.group_for(actor, group_id))
        for word in words:
            rows = rows.filter(Q(name__icontains=word) | Q(code__iexact=word))
        found = rows.order_by("name", "pk").values_list("pk", "name")[:MOST_FOUND]
        return tuple(ClaimableStore(store_id=pk, name=name) for pk, name in found)


def proposed_stores(actor: Actor, handle_id: int) -> tuple[ClaimableStore, ...]:
    """Return the stores proposed for an account, the likeliest first."""
    with scope.reading(actor):
        ids = list(
            Binding.objects.filter(handle_id=handle_id, state="proposed")
            .order_by("-score", "pk")
            .values_list("store_id", flat=True)
        )
        names = dict(StoreView.objects.filter(pk__in=ids).values_list("pk", "name"))
        return tuple(ClaimableStore(store_id=pk, name=names[pk]) for pk in ids if pk in names)


def seat_of(actor: Actor, group_id: int, key: str) -> int | None:
    """Return the account (its handle) behind a platform's key, if it sits in the group's room."""
    with scope.reading(actor):
        seats = _seats(group_id)
        own = HandleView.objects.filter(pk__in=seats.values("handle_id"), key=key)
        return own.values_list("pk", flat=True).first()


def stores_of_claims(group: Group) -> QuerySet[StoreView]:
    """Return the open stores of a group, and those of its part of the tree that have no base group."""
    placed = GroupStore.objects.filter(layer="store", store_id=OuterRef("pk"))
    paths = TerritoryView.objects.filter(pk=group.territory_id or 0).values_list("path", flat=True)
    here = Q(territory_id__in=access.territories_under(tuple(paths))) & ~Exists(placed)
    own = Q(Exists(placed.filter(group=group)))
    return StoreView.objects.filter(own | here, status="open")


def _seats(group_id: int) -> QuerySet[Occupant]:
    rooms = FoundRoom.objects.filter(group_id=group_id).exclude(status="dissolved")
    return Occupant.objects.filter(room__in=rooms.values("pk"), is_staff=False)


def seats_called(group_id: int, called: str) -> list[tuple[int, str]]:
    """Return who in the group's room has any name like this one (handle, name); inside a scope."""
    first = called.strip()[:1]
    rows = _seats(group_id).filter(name__icontains=first) if first else _seats(group_id).none()
    return list(rows.values_list("handle_id", "name"))
