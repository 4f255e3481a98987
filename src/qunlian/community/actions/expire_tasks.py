"""End the tasks that nobody is waited for any longer."""

from datetime import datetime

from qunlian.community import requests
from qunlian.community.models import Group, Task, TaskGroup
from qunlian.community.rules import tasks as rules
from qunlian.community.rules.asking import SOURCE
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor

_BATCH = 500


def expire_tasks(*, actor: Actor, now: datetime) -> tuple[int, ...]:
    """Let all tasks expire whose time is over, and what asked for them know it; return which."""
    with scope.writing(actor):
        over = Task.objects.filter(state=rules.OPEN, expires_at__lte=now).order_by("pk")
        ids = list(over.values_list("pk", flat=True)[:_BATCH])
        groups = TaskGroup.objects.filter(task_id__in=ids, task__source=SOURCE)
        held = Group.objects.filter(pk__in=groups.values("group_id")).order_by("pk")
        list(held.select_for_update(of=("self",)))
        rows = list(over.filter(pk__in=ids).select_for_update())
        done = [row.pk for row in rows]
        Task.objects.filter(pk__in=done).update(state="expired", ended_at=now, remind_at=None)
        for row in rows:
            row.state = "expired"
            if row.source == SOURCE:
                requests.settle_task(row, now)
        if done:
            journal.record("community.tasks_expired", actor=actor, at=now, about={"task": done})
        return tuple(done)
