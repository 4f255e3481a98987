"""Try the groups again that a broadcast did not get into."""

from datetime import datetime

from django.db.models import OuterRef, Subquery

from qunlian.kernel import journal, queue, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict
from qunlian.messaging import access
from qunlian.messaging.models import Delivery, GroupView

#: The group may have got another room since.
_ROOM_NOW = Subquery(GroupView.objects.filter(pk=OuterRef("group_id")).values("platform_key")[:1])


class NothingFailed(Conflict):
    """Nothing here failed in a way that trying again could mend."""

    code = "messaging.nothing_failed"


def retry_deliveries(*, actor: Actor, broadcast_id: int, now: datetime) -> int:
    """
    Plan the failed groups again; returns how many. Those without a steward need one first.

    :raises NotFound: there is no such broadcast that the actor may change
    :raises NothingFailed: no group of it failed, or it was cancelled
    """
    with scope.writing(actor):
        row = access.own_broadcast_for(actor, broadcast_id)
        failed = Delivery.objects.filter(broadcast_id=broadcast_id, state="failed")
        count = 0
        if row.state in ("sending", "sent"):
            count = failed.exclude(problem="no_steward").update(
                state="planned", due_at=now, attempts=0, problem="", room_key=_ROOM_NOW
            )
        if not count:
            raise NothingFailed(broadcast_id=broadcast_id)
        row.state, row.ended_at, row.changed_at = "sending", None, now
        row.save(update_fields=["state", "ended_at", "changed_at"])
        journal.record(
            "messaging.deliveries_retried",
            actor=actor,
            at=now,
            about={"broadcast": [broadcast_id]},
            groups=count,
        )
        queue.enqueue(
            "messaging.deliver", enterprise_id=actor.enterprise_id, broadcast_id=broadcast_id
        )
        return count
