"""The people of a group's room whose store nobody knows, and the stores they may belong to."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from qunlian.community import access
from qunlian.community.models import (
    Binding,
    FoundRoom,
    HandleView,
    Occupant,
    StorePersonView,
    StoreView,
)
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor


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


def unread_people(actor: Actor, room_id: int) -> list[str]:
    """Return the accounts in a room whose store nobody knows and of whom was never asked what is noted."""
    with scope.reading(actor):
        seated = Occupant.objects.filter(room=room_id, is_staff=False).values("handle_id")
        rows = HandleView.objects.filter(pk__in=seated, read_at=None).exclude(
            Exists(StorePersonView.objects.filter(person_id=OuterRef("person_id")))
        )
        return list(rows.order_by("pk").values_list("key", flat=True))


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
