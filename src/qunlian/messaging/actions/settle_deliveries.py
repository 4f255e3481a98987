"""Write down what became of a batch that was sent or asked about."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.models import Broadcast, Delivery
from qunlian.platforms.port import Outcome, Result

TRIES = 5
_ASK_AGAIN_AFTER = timedelta(minutes=2)


def settle_deliveries(
    *, actor: Actor, broadcast_id: int, results: Sequence[Result], now: datetime
) -> bool:
    """
    Settle each item by its own outcome, and end the broadcast when nothing is open any more.

    sent → sent; unknown → asked about later; ``never_seen`` → planned again; refused → again a little
    later while that can help, else failed; with_person → waits for a human.
    Returns whether the broadcast has ended.
    """
    with scope.writing(actor):
        rows = Delivery.objects.filter(broadcast_id=broadcast_id)
        group_of = {result.item: int(result.item.rpartition("g")[2]) for result in results}
        for result in results:
            _settle(rows.filter(group_id=group_of[result.item]), result, now)
        if rows.filter(state__in=["planned", "sending", "unknown"]).exists():
            return False
        ended = Broadcast.objects.filter(pk=broadcast_id, state="sending").update(
            state="sent", ended_at=now, changed_at=now
        )
        if ended:
            journal.record(
                "messaging.broadcast_sent",
                actor=actor,
                at=now,
                about={"broadcast": [broadcast_id]},
                failed=rows.filter(state="failed").count(),
            )
        return bool(ended)


def _settle(row: QuerySet[Delivery], result: Result, now: datetime) -> None:
    open_row = row.filter(state__in=["sending", "unknown"])
    if result.outcome is Outcome.SENT:
        open_row.update(
            state="sent", platform_key=result.key, sent_at=now, lease_until=None, problem=""
        )
    elif result.outcome is Outcome.WITH_PERSON:
        open_row.update(state="with_person", platform_key=result.key, lease_until=None)
    elif result.outcome is Outcome.UNKNOWN:
        open_row.update(state="unknown", lease_until=now + _ASK_AGAIN_AFTER)
    elif result.problem == "never_seen":
        open_row.update(state="planned", lease_until=None)
    else:
        again = open_row.filter(attempts__lt=TRIES) if not result.is_permanent else row.none()
        again.update(
            state="planned", problem=result.problem, lease_until=None, due_at=now + _ASK_AGAIN_AFTER
        )
        row.filter(state__in=["sending", "unknown"]).update(
            state="failed", problem=result.problem, lease_until=None
        )
