"""Hold a broadcast that is on its way."""

from datetime import datetime

from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict
from qunlian.messaging import access


class NotSending(Conflict):
    """Only a message that is being sent can be paused."""

    code = "messaging.not_sending"


def pause_broadcast(*, actor: Actor, broadcast_id: int, now: datetime) -> None:
    """
    Stop claiming further groups; the batch in hand (at most 200 groups) still goes.

    :raises NotFound: there is no such broadcast that the actor may change
    :raises NotSending: it is not on its way
    """
    with scope.writing(actor):
        row = access.own_broadcast_for(actor, broadcast_id)
        if row.state != "sending":
            raise NotSending(broadcast_id=broadcast_id)
        row.state, row.changed_at = "paused", now
        row.save(update_fields=["state", "changed_at"])
        journal.record(
            "messaging.broadcast_paused", actor=actor, at=now, about={"broadcast": [broadcast_id]}
        )
