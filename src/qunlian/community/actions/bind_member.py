"""Say which store somebody in a group belongs to."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel.steps.handles import tie_to_stores
from qunlian.community import access, binding
from qunlian.community.models import Binding, Occupant
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundMember:
    """Who belongs to which store now."""

    person_id: int
    store_id: int


def bind_member(
    *, actor: Actor, group_id: int, handle_id: int, store_id: int, now: datetime
) -> BoundMember:
    """
    Make somebody who sits in a group's room one of a store's, whatever was proposed.

    :raises NotFound: no such group or store within the actor's reach; he does not sit in its room
    :raises Forbidden: the actor does not look after the group
    """
    with scope.writing(actor):
        access.group_to_change(actor, group_id)
        store = access.store_for(actor, store_id)
        binding.seated_in(group_id, handle_id)
        person_id = tie_to_stores(actor, {handle_id: store.pk}, now)[handle_id]
        binding.give_stores(actor, {person_id: store.pk}, now)
        Binding.objects.filter(handle_id=handle_id, state="proposed").exclude(
            store_id=store.pk
        ).delete()
        Binding.objects.update_or_create(
            enterprise_id=actor.enterprise_id,
            handle_id=handle_id,
            store_id=store.pk,
            defaults={"state": "bound", "decided_by": actor.account_id, "decided_at": now},
            create_defaults={
                "state": "bound",
                "decided_by": actor.account_id,
                "decided_at": now,
                "found_at": now,
            },
        )
        rooms = Occupant.objects.filter(handle_id=handle_id).values_list("room_id", flat=True)
        binding.count_bound(sorted(rooms))
        journal.record(
            "community.member_bound",
            actor=actor,
            at=now,
            about={"group": [group_id], "person": [person_id], "store": [store.pk]},
        )
        return BoundMember(person_id=person_id, store_id=store.pk)
