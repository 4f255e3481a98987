"""Close a cascade whose time is over: whoever still sits on the message stopped it."""

from datetime import datetime

from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.models import Broadcast, Delivery, Relay
from qunlian.messaging.steps.confirmations import OPEN


def close_broadcast(*, actor: Actor, broadcast_id: int, now: datetime) -> bool:
    """
    Close a broadcast past its ``closes_at``: waiting hops are stopped, what they held is cancelled.

    Returns whether it was closed now; before its time, or twice, nothing happens.
    """
    with scope.writing(actor):
        due = Broadcast.objects.select_for_update().filter(
            pk=broadcast_id, state="sending", closes_at__lte=now
        )
        if due.first() is None:
            return False
        stopped = Relay.objects.filter(broadcast_id=broadcast_id, state="waiting").update(
            state="stopped"
        )
        held = Delivery.objects.filter(broadcast_id=broadcast_id, state="planned", due_at=None)
        lost = held.update(state="cancelled", problem="stopped_upstream")
        open_rows = Delivery.objects.filter(broadcast_id=broadcast_id, state__in=OPEN)
        if not open_rows.exists():
            Broadcast.objects.filter(pk=broadcast_id).update(
                state="sent", ended_at=now, changed_at=now
            )
        Broadcast.objects.filter(pk=broadcast_id).update(closes_at=None)
        journal.record(
            "messaging.broadcast_closed",
            actor=actor,
            at=now,
            about={"broadcast": [broadcast_id]},
            stopped=stopped,
            groups_not_reached=lost,
        )
        return True
