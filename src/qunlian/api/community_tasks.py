"""The API of tasks: what people do by hand because a platform's API cannot."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from qunlian.api.asking import actor_of, page_size
from qunlian.community.actions.ask_request_again import ask_request_again
from qunlian.community.actions.finish_task import TaskAnswer, finish_task
from qunlian.community.actions.reassign_task import reassign_task
from qunlian.community.actions.remind_task import remind_task
from qunlian.community.actions.see_task import see_task
from qunlian.community.actions.set_task_terms import TaskTimes, set_task_terms
from qunlian.community.actions.take_back_answer import take_back_answer
from qunlian.community.queries import tasks
from qunlian.community.queries.task_terms import task_terms
from qunlian.community.rules.tasks import Terms
from qunlian.kernel import clock

router = Router(tags=["community"])


class TaskQuery(Schema):
    """
    Which tasks: one's own, with ``is_team`` those of one's part of the channel, with ``is_asked`` those that
    one asked others for.

    ``state`` is with_person (usual), overdue, done, refused, expired, unknown, withdrawn, unseen (rooms that
    were opened and that the platform does not show yet) or unmet (ended undone, and wanted still).
    """

    is_team: bool = False
    is_asked: bool = False
    state: str = ""
    kind: str = ""
    staff_id: int | None = None
    after: str = ""
    take: int = 100


class TaskOut(Schema):
    """A task: what (``kind``), for which group, the first of ``groups``; whose, and until when."""

    task_id: int
    kind: str
    platform: str
    state: str
    group_id: int | None
    group: str
    groups: int
    staff_id: int | None
    who: str
    asked_at: datetime
    due_at: datetime
    is_overdue: bool
    reminders: int
    reminded_at: datetime | None
    seen_at: datetime | None
    ended_at: datetime | None
    reason: str
    words: str
    room_is_unseen: bool


class TaskList(Schema):
    """A page of tasks: open ones by when they are due, ended ones the newest first."""

    rows: list[TaskOut]
    next_key: str | None


class TaskCardOut(TaskOut):
    """
    A task with all it takes to do it: ``text`` to copy, ``pictures`` (media tokens), a link, facts.

    ``asker`` is who wants it; empty when nobody in particular does.
    """

    text: str
    pictures: list[str]
    link: str
    facts: dict[str, Any]
    to_person: str
    owner: str
    asker: str
    expires_at: datetime
    request_id: int | None
    is_mine: bool
    may_take_back: bool


class TaskLoadOut(Schema):
    """What waits for one person; ``staff_id`` is null for what nobody has."""

    staff_id: int | None
    name: str
    waiting: int
    overdue: int
    oldest_at: datetime
    reminded_at: datetime | None


class AnswerIn(Schema):
    """
    What became of it: ``state`` done, refused (can't) or unknown.

    ``reason`` is no_right, not_found, platform_refuses, text_wrong, not_mine or other; needed when refused.
    """

    state: str = "done"
    reason: str = ""
    words: str = ""


class TaskStateOut(Schema):
    """How a task stands now."""

    task_id: int
    kind: str
    state: str


class ToStaff(Schema):
    """Who shall do it."""

    staff_id: int


class AgainIn(Schema):
    """Ask the platform again, or with ``staff_id`` a colleague, who does it by hand."""

    staff_id: int | None = None


class TaskGivenOut(Schema):
    """Who has which task now."""

    task_id: int
    staff_id: int


class RemindedOut(Schema):
    """How often he was reminded by now."""

    task_id: int
    reminders: int


class SeenOut(Schema):
    """Whether this was the first look of the one who is asked."""

    task_id: int
    is_first: bool


class AgainOut(Schema):
    """Which request is asked again, for which group; ``is_with_person``: somebody does it by hand."""

    request_id: int
    group_id: int
    is_with_person: bool


class TermsOut(Schema):
    """A kind of task: after how many hours it is due and over, and its person reminded."""

    kind: str
    due_hours: int
    expires_hours: int
    remind_hours: list[int]


class TermsIn(Schema):
    """Times of kinds of tasks; kinds that are not named stay as they are."""

    rows: list[TermsOut]


@router.get("/task-terms", response=list[TermsOut], operation_id="community_task_terms")
def terms(request: HttpRequest) -> list[TermsOut]:
    """Return the times of every kind of task, as they hold for what is asked now."""
    return _told(task_terms(actor_of(request)))


@router.put("/task-terms", response=list[TermsOut], operation_id="community_set_task_terms")
def change_terms(request: HttpRequest, wanted: TermsIn) -> list[TermsOut]:
    """Let what is asked from now on follow other times; only headquarters may."""
    times = {
        row.kind: TaskTimes(
            due_hours=row.due_hours,
            expires_hours=row.expires_hours,
            remind_hours=tuple(row.remind_hours),
        )
        for row in wanted.rows
    }
    return _told(set_task_terms(actor=actor_of(request), times=times, now=clock.now()))


def _told(terms: Mapping[str, Terms]) -> list[TermsOut]:
    return [
        TermsOut(
            kind=kind,
            due_hours=one.due_hours,
            expires_hours=one.expires_hours,
            remind_hours=list(one.remind_hours),
        )
        for kind, one in terms.items()
    ]


@router.get("/tasks", response=TaskList, operation_id="community_list_tasks")
def list_tasks(request: HttpRequest, wanted: Query[TaskQuery]) -> object:
    """Return one page of tasks."""
    narrow = tasks.TaskFilter(
        is_team=wanted.is_team,
        is_asked=wanted.is_asked,
        state=wanted.state if wanted.state in tasks.FILTERS else "",
        kind=wanted.kind,
        staff_id=wanted.staff_id,
    )
    return tasks.list_tasks(
        actor_of(request),
        narrow,
        now=clock.now(),
        after=wanted.after,
        limit=page_size(wanted.take),
    )


@router.get("/task-loads", response=list[TaskLoadOut], operation_id="community_task_loads")
def task_loads(request: HttpRequest) -> list[tasks.TaskLoad]:
    """Return for whom of one's team how much waits."""
    return list(tasks.task_loads(actor_of(request), now=clock.now()))


@router.get("/tasks/{task_id}", response=TaskCardOut, operation_id="community_task_card")
def task_card(request: HttpRequest, task_id: int) -> object:
    """Return one task with all it takes to do it."""
    card = tasks.task_card(actor_of(request), task_id, now=clock.now())
    row = {name: getattr(card.row, name) for name in TaskOut.model_fields}
    own = TaskCardOut.model_fields.keys() - row.keys()
    return row | {name: getattr(card, name) for name in own}


@router.post("/tasks/{task_id}/finish", response=TaskStateOut, operation_id="community_finish_task")
def finish(request: HttpRequest, task_id: int, entry: AnswerIn) -> object:
    """Say that it is done, can't be done, or that one cannot tell."""
    answer = TaskAnswer(task_id=task_id, **entry.dict())
    return finish_task(actor=actor_of(request), answer=answer, now=clock.now())


@router.post(
    "/tasks/{task_id}/take-back",
    response=TaskStateOut,
    operation_id="community_take_back_answer",
)
def take_back(request: HttpRequest, task_id: int) -> object:
    """Take one's own answer back, within a minute."""
    return take_back_answer(actor=actor_of(request), task_id=task_id, now=clock.now())


@router.post("/tasks/{task_id}/see", response=SeenOut, operation_id="community_see_task")
def see(request: HttpRequest, task_id: int) -> object:
    """Note that the one who is asked has seen his task."""
    is_first = see_task(actor=actor_of(request), task_id=task_id, now=clock.now())
    return {"task_id": task_id, "is_first": is_first}


@router.post(
    "/tasks/{task_id}/reassign", response=TaskGivenOut, operation_id="community_reassign_task"
)
def reassign(request: HttpRequest, task_id: int, entry: ToStaff) -> object:
    """Let somebody else of the staff do it."""
    return reassign_task(
        actor=actor_of(request), task_id=task_id, staff_id=entry.staff_id, now=clock.now()
    )


@router.post("/tasks/{task_id}/remind", response=RemindedOut, operation_id="community_remind_task")
def remind(request: HttpRequest, task_id: int) -> object:
    """Remind the one who has it; at most once in four hours."""
    times = remind_task(actor=actor_of(request), task_id=task_id, now=clock.now())
    return {"task_id": task_id, "reminders": times}


@router.post(
    "/group-requests/{request_id}/again",
    response=AgainOut,
    operation_id="community_ask_request_again",
)
def again(request: HttpRequest, request_id: int, entry: AgainIn) -> object:
    """Ask again for what was refused, has expired or nobody could tell of."""
    return ask_request_again(
        actor=actor_of(request),
        request_id=request_id,
        staff_id=entry.staff_id,
        now=clock.now(),
    )
