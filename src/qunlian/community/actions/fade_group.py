"""Note that a group has gone quiet."""

from datetime import datetime
from typing import ClassVar

from qunlian.community import access, doors
from qunlian.community.queries.groups import GroupCard, group_card
from qunlian.community.rules import life
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict


class NotLive(Conflict):
    """Only a group that lives can fade."""

    code: ClassVar[str] = "community.not_live"


def fade_group(*, actor: Actor, group_id: int, now: datetime) -> GroupCard:
    """
    Call a live group fading: it waits for somebody to wake it. The next who joins lets it live again.

    :raises NotFound: no such group within the actor's reach
    :raises Forbidden: the actor does not look after it
    :raises NotLive: it does not live, or fades already
    """
    with scope.writing(actor):
        group = access.group_to_change(actor, group_id)
        if not life.may_become(group.life, "fading"):
            raise NotLive(group=group.name)
        group.life, group.changed_at = "fading", now
        group.save(update_fields=["life", "changed_at"])
        doors.mark_due(actor.enterprise_id, [group.pk], now)
        journal.record("community.group_faded", actor=actor, at=now, about={"group": [group.pk]})
        return group_card(actor, group.pk)
