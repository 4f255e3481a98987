"""Messages with people: what to ask the platforms about, and who has still to send what."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging import access
from qunlian.messaging.models import Confirmation, Delivery, GroupView, StaffView, TaskView
from qunlian.messaging.rules.deliveries import (
    BY_PEOPLE,
    JUST_NOW,
    LATE_NEWS,
    client_msg_id,
    look_again_after,
)

_MOST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class WithPeople:
    """One broadcast on one platform that waits for people, and the ids to ask about."""

    broadcast_id: int
    platform: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmer:
    """Somebody who is asked to send a broadcast into rooms of his, and how far he is; counts are groups."""

    task_id: int
    staff_id: int | None
    name: str
    state: str
    groups: int
    sent: int
    waiting: int
    asked_at: datetime
    due_at: datetime
    is_overdue: bool
    seen_at: datetime | None
    reminders: int
    reminded_at: datetime | None
    reason: str
    words: str


def with_people(actor: Actor, now: datetime) -> tuple[WithPeople, ...]:
    """
    Return what platforms should be asked about now, or people's answers looked at: often at first, then less.

    What a person did not do in time, or said he could not, is asked about for another week.
    """
    with scope.reading(actor):
        fresh = Confirmation.objects.filter(asked_at__gt=now - LATE_NEWS).order_by("pk")
        return _waiting(
            row
            for row in fresh
            if row.looked_at is None
            or now - row.looked_at >= look_again_after(row.looked_at - row.asked_at)
        )


def just_answered(actor: Actor, now: datetime) -> tuple[WithPeople, ...]:
    """Return what people said a moment ago they have sent, and no platform was asked about since."""
    with scope.reading(actor):
        done = TaskView.objects.filter(kind="confirm", state="done", ended_at__gt=now - JUST_NOW)
        ended = dict(done.values_list("pk", "ended_at"))
        rows = Confirmation.objects.filter(task_id__in=ended).order_by("pk")
        return _waiting(
            row
            for row in rows
            if row.looked_at is None or row.looked_at < (ended[row.task_id] or now)
        )


def _waiting(asked: Iterable[Confirmation]) -> tuple[WithPeople, ...]:
    """Gather the rooms of these that nobody knows of yet, by message and platform."""
    late = Q(state="failed", problem__in=BY_PEOPLE)
    due = {row.task_id: row for row in asked}
    rows = Delivery.objects.filter(Q(state="with_person") | late, task_id__in=due)
    found: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for task_id, group_id in rows.order_by("pk").values_list("task_id", "group_id")[:_MOST]:
        one = due[task_id or 0]
        found[(one.broadcast_id, one.platform)].append(client_msg_id(one.broadcast_id, group_id))
    return tuple(
        WithPeople(broadcast_id=broadcast_id, platform=platform, items=tuple(items))
        for (broadcast_id, platform), items in found.items()
    )


def confirmers(actor: Actor, broadcast_id: int, *, now: datetime) -> tuple[Confirmer, ...]:
    """
    Return who was asked to send a broadcast by hand, those who have still to first, by groups within reach.

    :raises NotFound: there is no such broadcast within the actor's reach
    """
    with scope.reading(actor):
        access.broadcast_for(actor, broadcast_id)
        groups = GroupView.objects.values("pk")
        rows = Delivery.objects.filter(
            broadcast_id=broadcast_id, task_id__isnull=False, group_id__in=groups
        )
        counts = {
            row["task_id"] or 0: row
            for row in rows.values("task_id").annotate(
                n=Count("pk"),
                sent=Count("pk", filter=Q(state="sent")),
                waiting=Count("pk", filter=Q(state="with_person")),
            )
        }
        tasks = list(TaskView.objects.filter(pk__in=counts).order_by("due_at", "pk"))
        staff = StaffView.objects.filter(pk__in={task.assignee_staff_id or 0 for task in tasks})
        names = dict(staff.values_list("pk", "name"))
    found = [
        Confirmer(
            task_id=task.pk,
            staff_id=task.assignee_staff_id,
            name=names.get(task.assignee_staff_id or 0, ""),
            state=task.state,
            groups=counts[task.pk]["n"],
            sent=counts[task.pk]["sent"],
            waiting=counts[task.pk]["waiting"],
            asked_at=task.asked_at,
            due_at=task.due_at,
            is_overdue=task.state == "with_person" and task.due_at < now,
            seen_at=task.seen_at,
            reminders=task.reminders,
            reminded_at=task.reminded_at,
            reason=task.reason,
            words=task.words,
        )
        for task in tasks
    ]
    return tuple(sorted(found, key=lambda one: not one.waiting))
