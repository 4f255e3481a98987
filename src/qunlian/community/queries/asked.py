"""What groups' platforms were asked and have not done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from qunlian.community import access
from qunlian.community.models import Request, StaffView, Task
from qunlian.community.rules import tasks as rules
from qunlian.community.rules.asking import OPEN, SOURCE
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """
    What a platform, or a person for it, was asked for one group and has not done.

    :ivar task_id: the person's task, where it came to one; ``who`` (``staff_id``) has it
    :ivar room_is_unseen: he says that the room is open, and the platform does not show it yet
    :ivar is_again: it ended without being done, and may be asked again
    """

    request_id: int
    group_id: int
    group: str
    kind: str
    state: str
    problem: str
    asked_at: datetime
    task_id: int | None
    staff_id: int | None
    who: str
    room_is_unseen: bool
    is_again: bool
    to_person_id: int | None


def open_requests(actor: Actor, group_ids: Iterable[int]) -> tuple[OpenRequest, ...]:
    """Return what is asked for these groups, as far as they are within reach, and not done."""
    with scope.reading(actor):
        within = access.groups_within(actor).filter(pk__in=list(group_ids))
        rows = list(
            Request.objects.filter(group_id__in=within.values("pk"), state__in=OPEN)
            .select_related("group")
            .order_by("pk")[:MOST_SHOWN]
        )
        asked = Task.objects.filter(source=SOURCE, source_key__in=[str(row.pk) for row in rows])
        tasks = {int(task.source_key): task for task in asked}
        staff = StaffView.objects.filter(pk__in={t.assignee_staff_id or 0 for t in tasks.values()})
        names = dict(staff.values_list("pk", "name"))
    return tuple(_open(row, tasks.get(row.pk), names) for row in rows)


def next_owner(actor: Actor, asked: Iterable[OpenRequest]) -> str:
    """Return the name of him who is to own a group's room, by what was asked for it; empty: nobody."""
    wanted = [row.to_person_id or 0 for row in asked if row.kind == "owner"]
    if not wanted:
        return ""
    with scope.reading(actor):
        names = StaffView.objects.filter(person_id=wanted[-1])
        return names.values_list("name", flat=True).first() or ""


def _open(row: Request, task: Task | None, names: dict[int, str]) -> OpenRequest:
    has_task = task is not None and task.state != "withdrawn"
    return OpenRequest(
        request_id=row.pk,
        group_id=row.group_id,
        group=row.group.name,
        kind=row.kind,
        state=row.state,
        problem=row.problem,
        asked_at=row.asked_at,
        task_id=task.pk if task and has_task else None,
        staff_id=task.assignee_staff_id if task and has_task else None,
        who=names.get(task.assignee_staff_id or 0, "") if task and has_task else "",
        room_is_unseen=bool(task and task.state == "done" and row.state == "with_person"),
        is_again=row.state in rules.AGAIN,
        to_person_id=row.payload.get("to_person_id"),
    )
