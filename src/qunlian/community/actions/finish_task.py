"""Say what became of a task: it is done, it can't be done, or one cannot tell."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.community import access, laddering, requests
from qunlian.community.models import Task
from qunlian.community.rules import tasks as rules
from qunlian.community.rules.asking import NOT_GIVEN, SOURCE
from qunlian.kernel import journal, queue, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid

LONGEST_WORDS = 200


class TaskOver(Conflict):
    """Nobody waits for this any more: somebody else has answered, or it was taken back."""

    code: ClassVar[str] = "community.task_over"


class NoReason(Invalid):
    """Say why it can't be done, so that somebody can help."""

    code: ClassVar[str] = "community.no_reason"


class WordsTooLong(Invalid):
    """Your words have at most 200 characters."""

    code: ClassVar[str] = "community.words_too_long"


class NoSuchAnswer(Invalid):
    """A task is done, can't be done, or nobody can tell."""

    code: ClassVar[str] = "community.no_such_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAnswer:
    """What became of it: done, refused (can't) or unknown; ``reason`` is one of those offered."""

    task_id: int
    state: str
    reason: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFinished:
    """Which task has ended, and how."""

    task_id: int
    kind: str
    state: str


def finish_task(*, actor: Actor, answer: TaskAnswer, now: datetime) -> TaskFinished:
    """
    End a task with one tap: by the one who was asked, or by a manager for him. The first answer counts.

    :raises NotFound: no such task of the actor's, or in his team
    :raises NoSuchAnswer: the state is no answer
    :raises NoReason: it can't be done, and nothing says why
    :raises WordsTooLong: the words are too long
    :raises TaskOver: it has ended
    :raises PacketNotDue: no red packet was given, but there is time for it
    :raises AppealWaits: no red packet was given, but the member has appealed
    """
    words = " ".join(answer.words.split())
    if answer.state not in rules.ANSWERS:
        raise NoSuchAnswer(field="state")
    if len(words) > LONGEST_WORDS:
        raise WordsTooLong(field="words")
    with scope.writing(actor):
        task = access.task_for(actor, answer.task_id)
        reason = _reason(task, answer, words)
        groups = requests.hold_groups(task)
        ended = Task.objects.filter(pk=task.pk, state=rules.OPEN).update(
            state=answer.state,
            reason=reason,
            words=words,
            ended_at=now,
            ended_by=actor.account_id,
            remind_at=None,
        )
        if not ended:
            raise TaskOver(task=task.pk)
        task.refresh_from_db()
        if task.source == SOURCE:
            requests.settle_task(task, now)
            if task.reason == NOT_GIVEN:
                laddering.packet_not_given(actor, task, now)
            queue.enqueue("community.settle_requests", enterprise_id=actor.enterprise_id)
        journal.record(
            "community.task_finished",
            actor=actor,
            at=now,
            about={"task": [task.pk], "group": groups},
            kind=task.kind,
            state=task.state,
            reason=task.reason,
        )
        return TaskFinished(task_id=task.pk, kind=task.kind, state=task.state)


def _reason(task: Task, answer: TaskAnswer, words: str) -> str:
    """
    Return why it can't be done; empty where it can.

    :raises NoReason: it can't, and nothing says why
    """
    offered = (*rules.REASONS, NOT_GIVEN) if task.kind == "packet" else rules.REASONS
    reason = answer.reason if answer.reason in offered else ("other" if words else "")
    if answer.state == "refused" and not reason:
        raise NoReason(field="reason")
    return "" if answer.state == "done" else reason
