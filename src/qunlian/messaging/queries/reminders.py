"""What one was reminded of: messages that wait for him, or that his groups have not read."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.models import Broadcast, Delivery, GroupView, Relay, Reminder

SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRow:
    """One reminder; ``relay_id`` when the message waits for him, else ``groups`` of his have it."""

    broadcast_id: int
    title: str
    times: int
    reminded_at: datetime
    relay_id: int | None
    groups: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTasks:
    """How many messages wait for somebody to pass them on, and of how many he was reminded."""

    to_pass_on: int
    reminded: int


def own_tasks(actor: Actor) -> OwnTasks:
    """Count what waits for the actor himself."""
    if actor.staff_id is None:
        return OwnTasks(to_pass_on=0, reminded=0)
    with scope.reading(actor):
        underway = Broadcast.objects.filter(state="sending").values("pk")
        waiting = Relay.objects.filter(staff_id=actor.staff_id, state="waiting")
        return OwnTasks(
            to_pass_on=waiting.filter(broadcast_id__in=underway).count(),
            reminded=len(my_reminders(actor)),
        )


def my_reminders(actor: Actor) -> tuple[ReminderRow, ...]:
    """Return what the actor was reminded of and has not passed on since, the latest first."""
    if actor.staff_id is None:
        return ()
    with scope.reading(actor):
        rows = list(
            Reminder.objects.filter(staff_id=actor.staff_id).order_by("-reminded_at")[:SHOWN]
        )
        ids = [row.broadcast_id for row in rows]
        titles = dict(Broadcast.objects.filter(pk__in=ids).values_list("pk", "title"))
        own = Relay.objects.filter(broadcast_id__in=ids, staff_id=actor.staff_id)
        relays = {relay.broadcast_id: relay for relay in own}
        groups = dict(
            GroupView.objects.filter(steward_staff_id=actor.staff_id).values_list("pk", "name")
        )
        reached: dict[int, list[tuple[int, str]]] = {}
        sent = Delivery.objects.filter(broadcast_id__in=ids, state="sent", group_id__in=groups)
        for broadcast_id, group_id in sent.values_list("broadcast_id", "group_id"):
            reached.setdefault(broadcast_id, []).append((group_id, groups[group_id]))
    found = []
    for row in rows:
        relay = relays.get(row.broadcast_id)
        waits = relay is not None and relay.state == "waiting"
        lies = tuple(sorted(reached.get(row.broadcast_id, ()), key=lambda pair: pair[1]))
        if waits or lies:
            found.append(
                ReminderRow(
                    broadcast_id=row.broadcast_id,
                    title=titles.get(row.broadcast_id, ""),
                    times=row.times,
                    reminded_at=row.reminded_at,
                    relay_id=relay.pk if relay is not None and waits else None,
                    groups=lies,
                )
            )
    return tuple(found)
