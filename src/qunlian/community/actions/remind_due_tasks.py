"""Remind those whose tasks have waited long enough; the machine's part."""

from datetime import datetime

from qunlian.community.models import Task
from qunlian.community.queries.task_terms import task_terms
from qunlian.community.rules import tasks as rules
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor

_BATCH = 500


def remind_due_tasks(*, actor: Actor, now: datetime) -> tuple[int, ...]:
    """Remind of all tasks whose moment has come, each once; never at night. Return which."""
    if rules.by_day(now) != now:
        return ()
    with scope.writing(actor):
        due = Task.objects.filter(state=rules.OPEN, remind_at__lte=now).order_by("pk")
        rows = list(due.select_for_update(skip_locked=True)[:_BATCH])
        terms = task_terms(actor) if rows else {}
        for row in rows:
            row.reminders += 1
            row.reminded_at = now
            row.remind_at = terms[row.kind].next_reminder(row.asked_at, now)
        Task.objects.bulk_update(rows, ["reminders", "reminded_at", "remind_at"])
        ids = tuple(row.pk for row in rows)
        if ids:
            staff = {row.assignee_staff_id for row in rows if row.assignee_staff_id}
            journal.record(
                "community.tasks_reminded",
                actor=actor,
                at=now,
                about={"task": ids, "staff": sorted(staff)},
            )
        return ids
