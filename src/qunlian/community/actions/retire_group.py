"""End a group's life."""

from datetime import datetime
from typing import ClassVar

from qunlian.community import access, doors, requests
from qunlian.community.models import GroupStore
from qunlian.community.queries.groups import GroupCard, group_card
from qunlian.community.rules import life
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict


class AlreadyEnded(Conflict):
    """This group has ended already."""

    code: ClassVar[str] = "community.already_ended"


def retire_group(*, actor: Actor, group_id: int, now: datetime) -> GroupCard:
    """
    Retire a group: it keeps what was said, takes no members, and its stores wait for another group.

    :raises NotFound: no such group within the actor's reach
    :raises Forbidden: the actor does not look after it
    :raises AlreadyEnded: it is merged or retired
    """
    with scope.writing(actor):
        placed = GroupStore.objects.filter(group_id=group_id).order_by("store_id")
        store_ids = [row.store_id for row in placed.select_for_update()]
        group = access.group_to_change(actor, group_id)
        if not life.may_become(group.life, "retired"):
            raise AlreadyEnded(group=group.name)
        doors.mark_due(actor.enterprise_id, [group.pk], now)
        placed.delete()
        group.life, group.changed_at = "retired", now
        group.save(update_fields=["life", "changed_at"])
        requests.withdraw(actor, [group.pk], now)
        journal.record(
            "community.group_retired",
            actor=actor,
            at=now,
            about={"group": [group.pk], "store": store_ids},
        )
        return group_card(actor, group.pk)
