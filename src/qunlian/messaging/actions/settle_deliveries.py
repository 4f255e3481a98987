"""Write down what became of a batch that was sent or asked about."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.models import Delivery
from qunlian.messaging.rules.deliveries import group_of
from qunlian.messaging.steps.confirmations import ask_people, end_if_over
from qunlian.platforms.port import Outcome, Result

TRIES = 5
_ASK_AGAIN_AFTER = timedelta(minutes=2)
_ENDS = {Outcome.SENT: "sent", Outcome.WITH_PERSON: "with_person"}
_SETTLE = """
UPDATE messaging_delivery d SET state = %(state)s, platform_key = r.key, sent_at = %(sent_at)s,
    lease_until = NULL, problem = CASE WHEN %(state)s = 'sent' THEN '' ELSE d.problem END
FROM unnest(%(groups)s::bigint[], %(keys)s::text[]) AS r (group_id, key)
WHERE d.broadcast_id = %(broadcast)s AND d.group_id = r.group_id AND d.state IN ('sending', 'unknown')
"""


def settle_deliveries(
    *, actor: Actor, broadcast_id: int, results: Sequence[Result], now: datetime
) -> bool:
    """
    Settle each item by its own outcome, and end the broadcast when nothing is open any more.

    sent → sent; unknown → asked about later; ``never_seen`` → planned again; refused → again a little
    later while that can help, else failed; with_person → the rooms' owners are asked to send it.
    Returns whether the broadcast has ended.
    """
    with scope.writing(actor):
        rows = Delivery.objects.filter(broadcast_id=broadcast_id)
        for outcome, state in _ENDS.items():
            _end(broadcast_id, state, [r for r in results if r.outcome is outcome], now)
        for result in results:
            if result.outcome not in _ENDS:
                _settle(rows.filter(group_id=group_of(result.item)), result, now)
        if left := [group_of(r.item) for r in results if r.outcome is Outcome.WITH_PERSON]:
            ask_people(actor, broadcast_id, left, now)
        return end_if_over(actor, broadcast_id, now)


def _end(broadcast_id: int, state: str, results: Sequence[Result], now: datetime) -> None:
    """Settle all that ended alike in one statement."""
    if not results:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _SETTLE,
            {
                "state": state,
                "sent_at": now if state == "sent" else None,
                "groups": [group_of(result.item) for result in results],
                "keys": [result.key for result in results],
                "broadcast": broadcast_id,
            },
        )


def _settle(row: QuerySet[Delivery], result: Result, now: datetime) -> None:
    open_row = row.filter(state__in=["sending", "unknown"])
    if result.outcome is Outcome.UNKNOWN:
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
