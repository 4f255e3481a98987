"""Write down what became of messages that people were asked to send: by the platform's word, or by theirs."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import OuterRef, QuerySet

from qunlian.community.steps import tasks
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.models import Broadcast, Confirmation, Delivery, TaskView
from qunlian.messaging.rules.deliveries import BY_PEOPLE, group_of
from qunlian.messaging.steps.confirmations import end_if_over
from qunlian.platforms.port import Outcome, Result

_SENT = """
UPDATE messaging_delivery d SET state = 'sent', platform_key = r.key, sent_at = %(now)s, problem = ''
FROM unnest(%(groups)s::bigint[], %(keys)s::text[]) AS r (group_id, key)
WHERE d.enterprise_id = %(enterprise)s AND d.broadcast_id = %(broadcast)s AND d.group_id = r.group_id
  AND (d.state = 'with_person' OR d.state = 'failed' AND d.problem = ANY(%(by_people)s))
"""
_REFUSED = """
UPDATE messaging_delivery d SET state = 'failed', problem = r.problem
FROM unnest(%(groups)s::bigint[], %(problems)s::text[]) AS r (group_id, problem)
WHERE d.enterprise_id = %(enterprise)s AND d.broadcast_id = %(broadcast)s AND d.group_id = r.group_id
  AND d.state = 'with_person'
"""
#: What people answered, or that they did not: where a platform can be asked, "done" waits for its word.
_ANSWERED = """
UPDATE messaging_delivery d SET
    state = CASE t.state WHEN 'done' THEN CASE WHEN %(is_seen)s THEN 'failed' ELSE 'sent' END
                         WHEN 'withdrawn' THEN 'cancelled' ELSE 'failed' END,
    problem = CASE t.state WHEN 'done' THEN CASE WHEN %(is_seen)s THEN 'person_unseen' ELSE '' END
                           WHEN 'withdrawn' THEN 'called_off' ELSE 'person_' || t.state END,
    sent_at = CASE WHEN t.state = 'done' AND NOT %(is_seen)s THEN t.ended_at END
FROM community_task_view t
WHERE d.enterprise_id = %(enterprise)s AND d.broadcast_id = %(broadcast)s AND d.platform = %(platform)s
  AND d.state = 'with_person' AND t.enterprise_id = d.enterprise_id AND t.id = d.task_id
  AND t.state <> 'with_person' AND (t.state <> 'done' OR NOT %(is_seen)s OR t.expires_at <= %(now)s)
"""
REFUSED_THERE: Final = "platform_refuses"


def settle_confirmations(
    *,
    actor: Actor,
    broadcast_id: int,
    platform: str,
    results: Sequence[Result] | None,
    now: datetime,
) -> bool:
    """
    Settle what the platform tells of each item, then what people answered; return whether it has ended.

    A task ends by itself when none of its rooms waits any more. What a person could not do, or did too late,
    is sent all the same when the platform says so.

    :param results: None where the platform cannot be asked, so that people's word is all there is
    """
    with scope.writing(actor):
        list(Broadcast.objects.select_for_update().filter(pk=broadcast_id))
        facts: dict[str, Any] = {
            "enterprise": actor.enterprise_id,
            "broadcast": broadcast_id,
            "platform": platform,
            "now": now,
            "is_seen": results is not None,
            "by_people": list(BY_PEOPLE),
        }
        _by_platform(facts, results or ())
        with connection.cursor() as cursor:
            cursor.execute(_ANSWERED, facts)
        asked = Confirmation.objects.filter(broadcast_id=broadcast_id, platform=platform)
        _about(asked, results).update(looked_at=now)
        _end_tasks(actor, asked.values_list("task_id", flat=True), now)
        return end_if_over(actor, broadcast_id, now)


def _about(
    asked: QuerySet[Confirmation], results: Sequence[Result] | None
) -> QuerySet[Confirmation]:
    """Return those whose rooms the platform was asked about: one's answer puts off nobody else's turn."""
    if results is None:
        return asked
    groups = [group_of(one.item) for one in results]
    rows = Delivery.objects.filter(broadcast_id=OuterRef("broadcast_id"), group_id__in=groups)
    return asked.filter(task_id__in=rows.values("task_id"))


def _by_platform(facts: dict[str, Any], results: Sequence[Result]) -> None:
    sent = [one for one in results if one.outcome is Outcome.SENT]
    refused = [one for one in results if one.outcome is Outcome.REFUSED]
    with connection.cursor() as cursor:
        if sent:
            groups, keys = [group_of(one.item) for one in sent], [one.key for one in sent]
            cursor.execute(_SENT, facts | {"groups": groups, "keys": keys})
        if refused:
            groups = [group_of(one.item) for one in refused]
            problems = [one.problem[:80] for one in refused]
            cursor.execute(_REFUSED, facts | {"groups": groups, "problems": problems})


def _end_tasks(actor: Actor, task_ids: Iterable[int], now: datetime) -> None:
    """End the tasks none of whose rooms waits: done where one has it, else refused by the platform."""
    ids = list(task_ids)
    rows = Delivery.objects.filter(task_id__in=ids)
    open_ones = set(rows.filter(state="with_person").values_list("task_id", flat=True))
    over = [pk for pk in ids if pk not in open_ones]
    arrived = rows.filter(state="sent", task_id__in=over).values_list("task_id", flat=True)
    sent = {pk for pk in arrived if pk is not None}
    waiting = TaskView.objects.filter(pk__in=set(over) - sent, state="with_person")
    tasks.end(actor=actor, task_ids=sent, state="done", at=now)
    tasks.end(
        actor=actor,
        task_ids=list(waiting.values_list("pk", flat=True)),
        state="refused",
        reason=REFUSED_THERE,
        at=now,
    )
