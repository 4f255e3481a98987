"""Note that the one who is asked has seen his task."""

from datetime import datetime

from qunlian.community import access
from qunlian.community.models import Task
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


def see_task(*, actor: Actor, task_id: int, now: datetime) -> bool:
    """
    Note when the one who is asked first saw his task; return whether that was now.

    :raises NotFound: no such task of the actor's, or in his team
    """
    with scope.writing(actor):
        task = access.task_for(actor, task_id)
        own = Task.objects.filter(pk=task.pk, assignee_staff_id=actor.staff_id or 0, seen_at=None)
        is_first = bool(own.update(seen_at=now))
        if is_first:
            journal.record("community.task_seen", actor=actor, at=now, about={"task": [task_id]})
        return is_first
