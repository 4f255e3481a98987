"""Take back what one has just answered to a task: the finger slipped."""

from datetime import datetime
from typing import ClassVar

from qunlian.community import access, requests
from qunlian.community.actions.finish_task import TaskFinished
from qunlian.community.models import Task
from qunlian.community.queries.task_terms import task_terms
from qunlian.community.rules import tasks as rules
from qunlian.community.rules.asking import SOURCE
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict


class TooLate(Conflict):
    """An answer can be taken back for one minute, by the one who gave it."""

    code: ClassVar[str] = "community.too_late"


def take_back_answer(*, actor: Actor, task_id: int, now: datetime) -> TaskFinished:
    """
    Let a task wait again, within a minute of one's own answer, as far as nothing has followed from it.

    :raises NotFound: no such task of the actor's, or in his team
    :raises TooLate: it is another's answer, an older one, or one that has changed the group already
    """
    with scope.writing(actor):
        requests.hold_groups(access.task_for(actor, task_id))
        task = Task.objects.select_for_update().get(pk=task_id)
        is_own = task.ended_by is not None and task.ended_by == actor.account_id
        is_fresh = rules.may_take_back(
            state=task.state, kind=task.kind, ended_at=task.ended_at, now=now
        )
        if not is_own or not is_fresh or task.room_key:
            raise TooLate(task=task_id)
        Task.objects.filter(pk=task_id).update(
            state=rules.OPEN,
            reason="",
            words="",
            ended_at=None,
            ended_by=None,
            remind_at=task_terms(actor)[task.kind].next_reminder(task.asked_at, now),
        )
        task.refresh_from_db()
        if task.source == SOURCE:
            requests.settle_task(task, now)
        journal.record(
            "community.answer_taken_back", actor=actor, at=now, about={"task": [task_id]}
        )
        return TaskFinished(task_id=task_id, kind=task.kind, state=task.state)
