"""Give a task to somebody else."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.channel.steps.leaving import hold_staff
from qunlian.community import access
from qunlian.community.actions.finish_task import TaskOver
from qunlian.community.models import Task
from qunlian.community.queries.task_terms import task_terms
from qunlian.community.rules import tasks as rules
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, Invalid


class NoSuchColleague(Invalid):
    """Choose a colleague who still works here."""

    code: ClassVar[str] = "community.no_such_colleague"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskGiven:
    """Who has which task now."""

    task_id: int
    staff_id: int


def reassign_task(*, actor: Actor, task_id: int, staff_id: int, now: datetime) -> TaskGiven:
    """
    Let somebody else of the staff do it; his time to do it begins anew.

    :raises NotFound: no such task in the actor's team
    :raises Forbidden: the actor has the task himself but gives none out
    :raises NoSuchColleague: no such colleague, or he has left
    :raises TaskOver: it has ended
    """
    with scope.writing(actor):
        is_here = bool(hold_staff(actor, [staff_id]))
        task = access.task_for(actor, task_id)
        if actor.role not in access.PLANNERS:
            raise Forbidden
        if not is_here:
            raise NoSuchColleague(field="staff_id")
        terms = task_terms(actor)[task.kind]
        given = Task.objects.filter(pk=task.pk, state=rules.OPEN).update(
            assignee_staff_id=staff_id,
            seen_at=None,
            due_at=terms.due_at(now),
            expires_at=terms.expires_at(now),
            remind_at=next(terms.reminders(now), None),
            asked_at=now,
        )
        if not given:
            raise TaskOver(task=task_id)
        journal.record(
            "community.task_reassigned",
            actor=actor,
            at=now,
            about={"task": [task_id], "staff": [staff_id]},
            old_staff_id=task.assignee_staff_id,
        )
        return TaskGiven(task_id=task_id, staff_id=staff_id)
