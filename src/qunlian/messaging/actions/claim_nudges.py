"""Note whom a platform shall remind, before it is asked to: a worker that dies reminds nobody twice."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.models import Confirmation, Delivery, TaskView
from qunlian.messaging.rules.deliveries import NUDGE_PEACE, client_msg_id

_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """What a platform shall remind of: the ids of messages that one person has still to send."""

    platform: str
    task_id: int
    items: tuple[str, ...]


def claim_nudges(*, actor: Actor, platform: str, now: datetime) -> tuple[Nudge, ...]:
    """
    Take those who were reminded here and not yet on the platform, each at most three times a day.

    Whoever claims them asks the platform; others find nothing.
    """
    with scope.writing(actor):
        rested = Q(nudged_at=None) | Q(nudged_at__lte=now - NUDGE_PEACE)
        waiting = TaskView.objects.filter(source="broadcast", state="with_person")
        lately = waiting.filter(reminded_at__gt=now - NUDGE_PEACE)
        reminded = {pk: at for pk, at in lately.values_list("pk", "reminded_at") if at}
        rows = Confirmation.objects.filter(rested, platform=platform, task_id__in=reminded)
        held = list(rows.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:_MOST])
        due = [
            row for row in held if row.nudged_at is None or row.nudged_at < reminded[row.task_id]
        ]
        Confirmation.objects.filter(pk__in=[row.pk for row in due]).update(nudged_at=now)
        items: dict[int, list[str]] = {row.task_id: [] for row in due}
        open_ones = Delivery.objects.filter(task_id__in=items, state="with_person")
        for task_id, broadcast_id, group_id in open_ones.order_by("group_id").values_list(
            "task_id", "broadcast_id", "group_id"
        ):
            items[task_id or 0].append(client_msg_id(broadcast_id, group_id))
        return tuple(
            Nudge(platform=platform, task_id=task_id, items=tuple(ids))
            for task_id, ids in items.items()
            if ids
        )
