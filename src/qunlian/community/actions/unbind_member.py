"""Take back which store somebody in a group belongs to, or refuse what was proposed."""

from datetime import datetime

from qunlian.channel.steps.handles import untie_from_store
from qunlian.community import access, binding
from qunlian.community.models import Binding, Occupant
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


def unbind_member(
    *, actor: Actor, group_id: int, handle_id: int, store_id: int, now: datetime
) -> None:
    """
    Note that somebody in a group's room does not belong to a store; it is never proposed for him again.

    The store's owner on the roster stays its owner: that is no matter of nicknames.

    :raises NotFound: no such group or store within the actor's reach; he does not sit in its room
    :raises Forbidden: the actor does not look after the group
    """
    with scope.writing(actor):
        access.group_to_change(actor, group_id)
        store = access.store_for(actor, store_id)
        binding.seated_in(group_id, handle_id)
        person_id = untie_from_store(handle_id, store.pk)
        if person_id is not None:
            binding.take_store(person_id, store.pk)
        Binding.objects.update_or_create(
            enterprise_id=actor.enterprise_id,
            handle_id=handle_id,
            store_id=store.pk,
            defaults={"state": "refused", "decided_by": actor.account_id, "decided_at": now},
            create_defaults={
                "state": "refused",
                "decided_by": actor.account_id,
                "decided_at": now,
                "found_at": now,
            },
        )
        rooms = Occupant.objects.filter(handle_id=handle_id).values_list("room_id", flat=True)
        binding.count_bound(sorted(rooms))
        journal.record(
            "community.member_unbound",
            actor=actor,
            at=now,
            about={
                "group": [group_id],
                "store": [store.pk],
                "person": [person_id] if person_id else [],
            },
        )
