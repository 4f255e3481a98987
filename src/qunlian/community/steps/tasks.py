"""
Asking people for what a platform's API cannot do, inside the transaction that wants it.

A task belongs to what asked for it: ``source`` (``request``, ``broadcast`` …) and ``source_key``. Asking
again is the same task again, whoever asks and how often. Order of locks: the groups by id, then the task.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count

from qunlian.community.models import Group, Member, StaffView, Task, TaskGroup
from qunlian.community.queries.task_terms import task_terms
from qunlian.community.rules import tasks as rules
from qunlian.kernel import journal
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """
    What a person shall do.

    :ivar source_key: names it within its source, for ever
    :ivar groups: whose rooms it is about, all on one platform; who gets it is read from the first
    :ivar payload: what he can copy: ``text``, ``pictures`` (media tokens), ``link``, and facts
    :ivar staff_id: who shall do it; None: whoever the rules find in the group's team
    :ivar asked_by: the account of whoever wants it; None: the actor's
    """

    kind: str
    source: str
    source_key: str
    platform: str
    groups: tuple[int, ...]
    payload: Mapping[str, Any] = field(default_factory=dict)
    staff_id: int | None = None
    asked_by: int | None = None


def ask(*, actor: Actor, wishes: Sequence[Wish], at: datetime) -> dict[str, int]:
    """
    Ask people for these, each once; return source_key → task.

    What waits already goes on waiting, with the groups that were added; what ended is asked anew, except
    what is done for all of these groups.
    """
    terms = task_terms(actor) if wishes else {}
    teams = _teams(sorted({group_id for wish in wishes for group_id in wish.groups}))
    load = _load(teams)
    found: dict[str, int] = {}
    asked: list[Task] = []
    for wish in wishes:
        team = teams.get(wish.groups[0], rules.Team()) if wish.groups else rules.Team()
        staff_id = wish.staff_id or rules.assignee(wish.kind, team, load)
        task, is_new = _open(actor, wish, terms[wish.kind], staff_id, at)
        found[wish.source_key] = task.pk
        if is_new:
            asked.append(task)
            load[staff_id or 0] += 1
    if asked:
        journal.record(
            "community.tasks_asked",
            actor=actor,
            at=at,
            about={
                "task": [task.pk for task in asked],
                "staff": sorted({t.assignee_staff_id for t in asked if t.assignee_staff_id}),
                "group": sorted({group for wish in wishes for group in wish.groups}),
            },
        )
    return found


def end(
    *, actor: Actor, task_ids: Iterable[int], state: str, at: datetime, reason: str = ""
) -> list[int]:
    """
    Take it that these need nobody any more: the platform says they are done, or refused; return which.

    What a person said himself, or what is over, gives way to what the platform says.
    """
    rows = Task.objects.filter(pk__in=list(task_ids)).exclude(state__in=("withdrawn", state))
    ids = list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
    Task.objects.filter(pk__in=ids).update(
        state=state, ended_at=at, ended_by=None, reason=reason, words="", remind_at=None
    )
    if ids:
        journal.record(
            "community.tasks_settled", actor=actor, at=at, about={"task": ids}, state=state
        )
    return ids


def withdraw(*, actor: Actor, source: str, source_keys: Iterable[str], at: datetime) -> list[int]:
    """Take back what was asked and is not wanted any more; return the tasks that had waited."""
    rows = Task.objects.filter(source=source, source_key__in=list(source_keys), state=rules.OPEN)
    ids = list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
    Task.objects.filter(pk__in=ids).update(state="withdrawn", ended_at=at, remind_at=None)
    if ids:
        journal.record("community.tasks_withdrawn", actor=actor, at=at, about={"task": ids})
    return ids


def has_open(staff_id: int) -> bool:
    """Tell whether tasks wait for somebody."""
    return Task.objects.filter(assignee_staff_id=staff_id, state=rules.OPEN).exists()


def pass_on(
    *, staff_id: int, follows: Mapping[int, int], heirs: tuple[int | None, int | None]
) -> int:
    """
    Give somebody's open tasks to those who follow him; return how many passed.

    :param follows: group → who follows in it; a task about several goes by its first
    :param heirs: who takes the rest (None leaves them where they are), and who takes what only a room's
        owner can do when another than he is to own the rooms
    """
    otherwise, owner = heirs
    rows = list(
        Task.objects.filter(assignee_staff_id=staff_id, state=rules.OPEN)
        .order_by("pk")
        .select_for_update()
    )
    pairs = TaskGroup.objects.filter(task_id__in=[row.pk for row in rows]).order_by("group_id")
    first: dict[int, int] = {}
    for task_id, group_id in pairs.values_list("task_id", "group_id"):
        first.setdefault(task_id, group_id)
    passed = 0
    for row in rows:
        by_owner = owner if rules.TERMS[row.kind].parts[0] == "owner" else None
        heir = by_owner or follows.get(first.get(row.pk, 0)) or otherwise
        if heir is not None:
            Task.objects.filter(pk=row.pk).update(assignee_staff_id=heir, seen_at=None)
            passed += 1
    return passed


def _open(
    actor: Actor, wish: Wish, times: rules.Terms, staff_id: int | None, at: datetime
) -> tuple[Task, bool]:
    """Make the task, or open it again; tell whether somebody is asked by this."""
    terms = {
        "state": rules.OPEN,
        "assignee_staff_id": staff_id,
        "payload": dict(wish.payload),
        "asked_by": wish.asked_by or actor.account_id,
        "asked_at": at,
        "due_at": times.due_at(at),
        "expires_at": times.expires_at(at),
        "remind_at": next(times.reminders(at), None),
    }
    task, is_new = Task.objects.get_or_create(
        enterprise_id=actor.enterprise_id,
        source=wish.source,
        source_key=wish.source_key,
        defaults={"kind": wish.kind, "platform": wish.platform, **terms},
    )
    has_more = _add_groups(task, wish.groups)
    if is_new:
        return task, True
    ended = Task.objects.filter(pk=task.pk).exclude(state=rules.OPEN)
    again = ended if has_more else ended.exclude(state="done")
    reset = {"room_key": "", "reminded_at": None, "reminders": 0, "seen_at": None, "reason": ""}
    opened = again.update(**terms, **reset, words="", ended_at=None, ended_by=None)
    task.assignee_staff_id = staff_id if opened else task.assignee_staff_id
    return task, bool(opened)


def _add_groups(task: Task, group_ids: Sequence[int]) -> bool:
    known = set(TaskGroup.objects.filter(task=task).values_list("group_id", flat=True))
    fresh = sorted(set(group_ids) - known)
    TaskGroup.objects.bulk_create(
        (
            TaskGroup(enterprise_id=task.enterprise_id, task=task, group_id=group_id)
            for group_id in fresh
        ),
        ignore_conflicts=True,
    )
    return bool(fresh)


def _teams(group_ids: Sequence[int]) -> dict[int, rules.Team]:
    """Return who of the staff is in which part of each group, whose rows are held meanwhile."""
    groups = list(
        Group.objects.filter(pk__in=group_ids)
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    )
    stays = Member.objects.filter(
        group_id__in=group_ids, left_at=None, role__in=("manager", "superior")
    ).values_list("group_id", "role", "person_id")
    people = {g.owner_person_id or 0 for g in groups} | {pk for _, _, pk in stays}
    here = StaffView.objects.filter(left_on=None)
    staff = dict(here.filter(person_id__in=people).values_list("person_id", "pk"))
    stewards = {g.steward_staff_id for g in groups if g.steward_staff_id is not None}
    standing = set(here.filter(pk__in=stewards).values_list("pk", flat=True))
    others = tuple(here.filter(role="headquarters").order_by("pk").values_list("pk", flat=True))
    parts: defaultdict[int, defaultdict[str, tuple[int, ...]]] = defaultdict(
        lambda: defaultdict(tuple)
    )
    for group_id, role, person_id in stays:
        if person_id in staff:
            parts[group_id][role] += (staff[person_id],)
    for group in groups:
        if group.owner_person_id in staff:
            parts[group.pk]["owner"] = (staff[group.owner_person_id],)
        if group.steward_staff_id in standing:
            parts[group.pk]["steward"] = (group.steward_staff_id,)  # type: ignore[assignment]
    return {group.pk: rules.Team(parts[group.pk], others) for group in groups}


def _load(teams: Mapping[int, rules.Team]) -> Counter[int]:
    """Count the tasks that wait for each of these."""
    ids = {pk for team in teams.values() for part in team.parts.values() for pk in part}
    ids |= {pk for team in teams.values() for pk in team.others}
    waiting = Task.objects.filter(assignee_staff_id__in=ids, state=rules.OPEN)
    return Counter(dict(waiting.values_list("assignee_staff_id").annotate(n=Count("pk"))))
