"""Tasks: what waits for somebody, what his team has, one with all it takes to do it, and who has how many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Max, Min, Q, QuerySet
from django.db.models.functions import Cast

from qunlian.channel.queries.accounts import names_of_accounts
from qunlian.community import access
from qunlian.community.models import Group, PersonView, Request, StaffView, Task, TaskGroup
from qunlian.community.rules import tasks as rules
from qunlian.community.rules.asking import SOURCE
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page, moment_key, read_moment_key

#: So many groups of one task are named; the rest is counted.
GROUPS_SHOWN = 200
#: Beyond this many, a count of tasks stops.
MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """One line: what, for which group (the first of ``groups``), whose, until when."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCard:
    """
    One task with all it takes to do it.

    :ivar text: ready to copy
    :ivar pictures: media tokens, to be saved
    :ivar to_person: who shall own the room, or shall be taken out of it
    :ivar request_id: what was asked of the platform, where the task comes from that
    :ivar is_mine: the actor is the one who is asked
    :ivar asker: who wants it; "" when nobody in particular does
    """

    row: TaskRow
    text: str
    pictures: tuple[str, ...]
    link: str
    facts: Mapping[str, Any]
    groups: tuple[tuple[int, str], ...]
    to_person: str
    owner: str
    asker: str
    expires_at: datetime
    request_id: int | None
    is_mine: bool
    may_manage: bool
    may_take_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """
    How a list of tasks is narrowed; ``is_team``: those the actor plans for, ``is_asked``: those he asked
    others for, else his own.

    ``staff_id`` 0 stands for what nobody has.
    """

    is_team: bool = False
    is_asked: bool = False
    state: str = ""
    kind: str = ""
    staff_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLoad:
    """What waits for one person: how many tasks, how many of them too late, the oldest."""

    staff_id: int | None
    name: str
    waiting: int
    overdue: int
    oldest_at: datetime
    reminded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCounts:
    """
    What waits for the actor himself, of how much he was reminded, and what is late in his team.

    :ivar unmet: what he asked others for and what was not done
    """

    mine: int
    mine_reminded: int
    team_overdue: int
    unmet: int


#: What a list may be narrowed to: a state, what of the open ones is late, of the done ones not seen, and what
#: has ended undone and is wanted still.
FILTERS = (rules.OPEN, "overdue", *rules.ENDS, "unseen", "unmet")


def list_tasks(
    actor: Actor, narrow: TaskFilter, *, now: datetime, after: str = "", limit: int = 30
) -> Page[TaskRow]:
    """
    Return one page of tasks: open ones by when they are due, the oldest first; ended ones the newest first.

    :param after: ``next_key`` of the page before
    """
    with scope.reading(actor):
        rows = _narrowed(actor, narrow, now)
        key = read_moment_key(after)
        if narrow.state in ("", rules.OPEN, "overdue"):
            if key is not None:
                rows = rows.filter(Q(due_at__gt=key[0]) | Q(due_at=key[0], pk__gt=key[1]))
            found = list(rows.order_by("due_at", "pk")[: limit + 1])
        else:
            if key is not None:
                rows = rows.filter(Q(ended_at__lt=key[0]) | Q(ended_at=key[0], pk__lt=key[1]))
            found = list(rows.order_by("-ended_at", "-pk")[: limit + 1])
        shown = _rows(found[:limit], now)
    last = found[limit - 1] if len(found) > limit else None
    next_key = moment_key(last.ended_at or last.due_at, last.pk) if last else None
    return Page(rows=shown, next_key=next_key)


def task_card(actor: Actor, task_id: int, *, now: datetime) -> TaskCard:
    """
    Return one task.

    :raises NotFound: there is none that is the actor's own or in his team
    """
    with scope.reading(actor):
        task = access.task_for(actor, task_id)
        (row,) = _rows([task], now)
        pairs = Group.objects.filter(pk__in=TaskGroup.objects.filter(task=task).values("group_id"))
        groups = tuple(pairs.order_by("name", "pk").values_list("pk", "name")[:GROUPS_SHOWN])
        owner_id = pairs.order_by("pk").values_list("owner_person_id", flat=True).first()
        payload = dict(task.payload)
        about = payload.get("to_person_id") or payload.get("person_id")
        people = PersonView.objects.filter(pk__in={about or 0, owner_id or 0})
        names = dict(people.values_list("pk", "name"))
        asker = names_of_accounts(actor, [task.asked_by]) if task.asked_by else {}
        is_request = task.source == SOURCE
        is_own_answer = task.ended_by is not None and task.ended_by == actor.account_id
        # the room gets the name that its group has by now
        text = row.group if task.kind == "create" else str(payload.get("text", ""))
    return TaskCard(
        row=row,
        text=text,
        pictures=tuple(payload.get("pictures", ())),
        link=str(payload.get("link", "")),
        facts=payload,
        groups=groups,
        to_person=str(payload.get("called") or names.get(about or 0, "")),
        owner=names.get(owner_id or 0, ""),
        asker=asker.get(task.asked_by or 0, ""),
        expires_at=task.expires_at,
        request_id=int(task.source_key) if is_request else None,
        is_mine=task.assignee_staff_id is not None and task.assignee_staff_id == actor.staff_id,
        may_manage=actor.role in access.PLANNERS,
        may_take_back=is_own_answer
        and not task.room_key
        and rules.may_take_back(state=task.state, kind=task.kind, ended_at=task.ended_at, now=now),
    )


def tasks_of_group(actor: Actor, group_id: int, *, now: datetime) -> tuple[TaskRow, ...]:
    """Return the open tasks about a group within reach, the first due first."""
    with scope.reading(actor):
        within = access.groups_within(actor).filter(pk=group_id)
        about = TaskGroup.objects.filter(group_id__in=within.values("pk"))
        rows = Task.objects.filter(pk__in=about.values("task_id"), state=rules.OPEN)
        return _rows(list(rows.order_by("due_at", "pk")[:GROUPS_SHOWN]), now)


def task_loads(actor: Actor, *, now: datetime) -> tuple[TaskLoad, ...]:
    """Return for whom of the actor's team how much waits, the fullest hands first."""
    with scope.reading(actor):
        waiting = access.tasks_within(actor).filter(state=rules.OPEN)
        counts = list(
            waiting.values("assignee_staff_id")
            .annotate(
                waiting=Count("pk"),
                overdue=Count("pk", filter=Q(due_at__lt=now)),
                oldest_at=Min("asked_at"),
                reminded_at=Max("reminded_at"),
            )
            .order_by("-overdue", "-waiting", "assignee_staff_id")[:GROUPS_SHOWN]
        )
        names = _names(row["assignee_staff_id"] for row in counts)
        return tuple(
            TaskLoad(
                staff_id=row["assignee_staff_id"],
                name=names.get(row["assignee_staff_id"] or 0, ""),
                waiting=row["waiting"],
                overdue=row["overdue"],
                oldest_at=row["oldest_at"],
                reminded_at=row["reminded_at"],
            )
            for row in counts
        )


def task_counts(actor: Actor, *, now: datetime) -> TaskCounts:
    """Count what waits for the actor, and what is late in his team; for Today."""
    with scope.reading(actor):
        own = Task.objects.filter(assignee_staff_id=actor.staff_id or 0, state=rules.OPEN)
        mine = own.aggregate(
            mine=Count("pk"),
            mine_reminded=Count("pk", filter=Q(reminders__gt=0)),
        )
        late = 0
        if actor.role in access.PLANNERS:
            team = access.tasks_within(actor).filter(state=rules.OPEN, due_at__lt=now)
            late = len(team.values_list("pk")[:MOST])
        asked = Task.objects.filter(asked_by=actor.account_id or 0)
        unmet = len(asked.filter(_unmet()).values_list("pk")[:MOST])
    return TaskCounts(team_overdue=late, unmet=unmet, **mine)


def _narrowed(actor: Actor, narrow: TaskFilter, now: datetime) -> QuerySet[Task]:
    rows = access.tasks_within(actor)
    if narrow.is_asked:
        rows = Task.objects.filter(asked_by=actor.account_id or 0)
    elif not narrow.is_team:
        rows = rows.filter(assignee_staff_id=actor.staff_id or 0)
    if narrow.kind:
        rows = rows.filter(kind=narrow.kind)
    if narrow.staff_id is not None:
        rows = rows.filter(assignee_staff_id=narrow.staff_id or None)
    if narrow.state == "overdue":
        return rows.filter(state=rules.OPEN, due_at__lt=now)
    if narrow.state == "unseen":
        return rows.filter(kind="create", state="done", room_key="", pk__in=_unseen())
    if narrow.state == "unmet":
        return rows.filter(_unmet())
    return rows.filter(state=narrow.state or rules.OPEN)


def _unmet() -> Q:
    """Match the tasks that ended undone, of what is wanted still: neither asked again nor withdrawn."""
    wanted = Request.objects.filter(state__in=rules.AGAIN, asked_by__isnull=False)
    keys = wanted.annotate(key=Cast("pk", CharField())).values("key")
    return Q(source=SOURCE, state__in=rules.AGAIN, source_key__in=keys)


def _unseen() -> QuerySet[TaskGroup, int]:
    """Return the tasks about groups whose room is not there yet."""
    without = TaskGroup.objects.filter(group__platform_key="")
    return without.values_list("task_id", flat=True)


def _rows(tasks: Sequence[Task], now: datetime) -> tuple[TaskRow, ...]:
    """Turn tasks into lines: three queries, however many there are."""
    ids = [task.pk for task in tasks]
    links = TaskGroup.objects.filter(task_id__in=ids).values("task_id")
    counted = {
        row["task_id"]: (row["n"], row["first"])
        for row in links.annotate(n=Count("group_id"), first=Min("group_id"))
    }
    first = Group.objects.filter(pk__in={group_id for _, group_id in counted.values()})
    groups = {pk: (name, key) for pk, name, key in first.values_list("pk", "name", "platform_key")}
    names = _names(task.assignee_staff_id for task in tasks)
    found = []
    for task in tasks:
        count, group_id = counted.get(task.pk, (0, None))
        group, room_key = groups.get(group_id or 0, ("", ""))
        is_made = task.kind == "create" and task.state == "done"
        found.append(
            TaskRow(
                task_id=task.pk,
                kind=task.kind,
                platform=task.platform,
                state=task.state,
                group_id=group_id,
                group=group,
                groups=count,
                staff_id=task.assignee_staff_id,
                who=names.get(task.assignee_staff_id or 0, ""),
                asked_at=task.asked_at,
                due_at=task.due_at,
                is_overdue=task.state == rules.OPEN and task.due_at < now,
                reminders=task.reminders,
                reminded_at=task.reminded_at,
                seen_at=task.seen_at,
                ended_at=task.ended_at,
                reason=task.reason,
                words=task.words,
                room_is_unseen=is_made and not room_key,
            )
        )
    return tuple(found)


def _names(staff_ids: Any) -> dict[int, str]:
    ids = {pk for pk in staff_ids if pk is not None}
    return dict(StaffView.objects.filter(pk__in=ids).values_list("pk", "name"))
