"""Let a held broadcast go on."""

from datetime import datetime

from qunlian.kernel import journal, queue, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict
from qunlian.messaging import access


class NotPaused(Conflict):
    """Only a paused message can go on."""

    code = "messaging.not_paused"


def resume_broadcast(*, actor: Actor, broadcast_id: int, now: datetime) -> None:
    """
    Go on with the groups that are left.

    :raises NotFound: there is no such broadcast that the actor may change
    :raises NotPaused: it is not held
    """
    with scope.writing(actor):
        row = access.own_broadcast_for(actor, broadcast_id)
        if row.state != "paused":
            raise NotPaused(broadcast_id=broadcast_id)
        row.state, row.changed_at = "sending", now
        row.save(update_fields=["state", "changed_at"])
        journal.record(
            "messaging.broadcast_resumed", actor=actor, at=now, about={"broadcast": [broadcast_id]}
        )
        queue.enqueue(
            "messaging.deliver", enterprise_id=actor.enterprise_id, broadcast_id=broadcast_id
        )
