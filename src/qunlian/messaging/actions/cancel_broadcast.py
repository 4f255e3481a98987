"""Call a broadcast off."""

from datetime import datetime

from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict
from qunlian.messaging import access
from qunlian.messaging.models import Delivery, Relay
from qunlian.messaging.steps.confirmations import call_off


class Over(Conflict):
    """This message has been sent or cancelled already."""

    code = "messaging.over"


def cancel_broadcast(*, actor: Actor, broadcast_id: int, now: datetime) -> int:
    """
    Stop a broadcast for good: groups it has not reached stay without it. Returns how many those are.

    The batch in hand (at most 200 groups) is settled as it falls out; nothing is taken back. Whoever was
    asked to send it by hand is asked no more.

    :raises NotFound: there is no such broadcast that the actor may change
    :raises Over: it was sent or cancelled before
    """
    with scope.writing(actor):
        row = access.own_broadcast_for(actor, broadcast_id)
        if row.state in ("sent", "cancelled"):
            raise Over(broadcast_id=broadcast_id)
        rows = Delivery.objects.filter(broadcast_id=broadcast_id, state="planned")
        spared = rows.update(state="cancelled", problem="called_off")
        spared += call_off(actor, broadcast_id, now)
        Relay.objects.filter(broadcast_id=broadcast_id, state="waiting").update(state="stopped")
        row.state, row.ended_at, row.changed_at = "cancelled", now, now
        row.save(update_fields=["state", "ended_at", "changed_at"])
        journal.record(
            "messaging.broadcast_cancelled",
            actor=actor,
            at=now,
            about={"broadcast": [broadcast_id]},
            groups_spared=spared,
        )
        return spared
