"""Remind somebody of his task, by a manager's hand."""

from datetime import datetime
from typing import ClassVar

from django.db.models import F, Q

from qunlian.community import access
from qunlian.community.actions.finish_task import TaskOver
from qunlian.community.models import Task
from qunlian.community.queries.task_terms import task_terms
from qunlian.community.rules import tasks as rules
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Forbidden


class RemindedJustNow(Conflict):
    """He was reminded within the last four hours; give him time."""

    code: ClassVar[str] = "community.reminded_just_now"


def remind_task(*, actor: Actor, task_id: int, now: datetime) -> int:
    """
    Put the task before the one who has it once more; return how often he was reminded by now.

    :raises NotFound: no such task in the actor's team
    :raises Forbidden: the actor has the task himself
    :raises TaskOver: it has ended
    :raises RemindedJustNow: somebody, or the machine, did so within the last four hours
    """
    with scope.writing(actor):
        task = access.task_for(actor, task_id)
        if actor.role not in access.PLANNERS:
            raise Forbidden
        if task.state != rules.OPEN:
            raise TaskOver(task=task_id)
        rested = Q(reminded_at=None) | Q(reminded_at__lte=now - rules.PEACE)
        done = Task.objects.filter(rested, pk=task_id, state=rules.OPEN).update(
            reminders=F("reminders") + 1,
            reminded_at=now,
            remind_at=task_terms(actor)[task.kind].next_reminder(task.asked_at, now),
        )
        if not done:
            raise RemindedJustNow(task=task_id)
        journal.record(
            "community.task_reminded",
            actor=actor,
            at=now,
            about={"task": [task_id], "staff": [task.assignee_staff_id or 0]},
        )
        return task.reminders + 1
