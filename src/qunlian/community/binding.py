"""Giving people of a room their store: in every group they sit in, and the store its base group."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef

from qunlian.community import inviting
from qunlian.community.models import (
    FoundRoom,
    Group,
    GroupStore,
    HandleView,
    Member,
    Occupant,
    StorePersonView,
    StoreView,
)
from qunlian.community.steps import may_live
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound


def give_stores(actor: Actor, stores: Mapping[int, int], at: datetime) -> None:
    """
    Let people stand for stores (person → store) wherever they stand for none.

    A store without base group gets the first of theirs among the groups of stores.
    """
    stays = Member.objects.filter(
        person_id__in=stores, left_at=None, role="member", store_id=None, group__layer="store"
    ).order_by("group_id", "pk")
    base: dict[int, dict[int, None]] = {}
    for stay in stays:
        stay.store_id = stores[stay.person_id]
        base.setdefault(stay.group_id, {})[stay.store_id] = None
    Member.objects.bulk_update(stays, ["store_id"])
    for group_id, store_ids in base.items():
        place_stores(actor, group_id, list(store_ids), at)
        may_live(group_id, at)
    inviting.settle(actor, list(base), at)


def take_store(person_id: int, store_id: int) -> None:
    """Let somebody stand for that store no more; where the store has its base group stays."""
    Member.objects.filter(person_id=person_id, store_id=store_id, left_at=None).update(
        store_id=None
    )


def place_stores(actor: Actor, group_id: int, store_ids: Sequence[int], at: datetime) -> list[int]:
    """Make a group the base group of those of these open stores that have none; return which."""
    seats = dict(
        StoreView.objects.filter(pk__in=store_ids, status="open").values_list(
            "pk", "expected_people"
        )
    )
    taken = GroupStore.objects.filter(layer="store", store_id__in=store_ids)
    free = sorted(seats.keys() - set(taken.values_list("store_id", flat=True)))
    GroupStore.objects.bulk_create(
        (
            GroupStore(
                enterprise_id=actor.enterprise_id,
                layer="store",
                store_id=store_id,
                group_id=group_id,
                seats=seats[store_id],
                since_at=at,
            )
            for store_id in free
        ),
        ignore_conflicts=True,
    )
    placed = sorted(
        GroupStore.objects.filter(group_id=group_id, store_id__in=free).values_list(
            "store_id", flat=True
        )
    )
    if placed:
        Group.objects.filter(pk=group_id).update(
            seats_expected=F("seats_expected") + sum(seats[one] for one in placed)
        )
    return placed


def count_bound(room_ids: Sequence[int]) -> None:
    """Count anew in how many of a room's people we know the store."""
    handles = HandleView.objects.filter(
        Exists(StorePersonView.objects.filter(person_id=OuterRef("person_id"))), is_staff=False
    )
    counted = dict(
        Occupant.objects.filter(room__in=room_ids, handle_id__in=handles.values("pk"))
        .values("room")
        .annotate(bound=Count("pk"))
        .values_list("room", "bound")
    )
    for room_id in room_ids:
        FoundRoom.objects.filter(pk=room_id).update(bound=counted.get(room_id, 0))


def seated_in(group_id: int, handle_id: int) -> None:
    """
    Check that an account sits in a group's room.

    :raises NotFound: it doesn't
    """
    rooms = FoundRoom.objects.filter(group_id=group_id)
    if not Occupant.objects.filter(room__in=rooms, handle_id=handle_id, is_staff=False).exists():
        raise NotFound(kind="account", id=handle_id)
