"""One's own hops of cascades: what came down the line and waits to be read, answered, passed on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound
from qunlian.messaging import access
from qunlian.messaging.models import Broadcast, Delivery, PersonView, Relay, StaffView


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayTask:
    """One message to pass on, with everything its page shows."""

    relay_id: int
    broadcast_id: int
    title: str
    kind: str
    body: dict[str, Any]
    question: str
    options: tuple[str, ...]
    right_option: int | None
    is_wording_allowed: bool
    state: str
    from_name: str
    received_at: datetime | None
    closes_at: datetime | None
    answer: int | None
    is_understood: bool | None
    wording: str
    people_below: int
    groups: int


def my_relays(actor: Actor, *, is_waiting: bool = True) -> tuple[RelayTask, ...]:
    """Return the messages waiting for the actor to pass them on (or all that came to him), newest first."""
    with scope.reading(actor):
        rows = Relay.objects.filter(staff_id=actor.staff_id or 0).exclude(state="upstream")
        if is_waiting:
            rows = rows.filter(state="waiting")
        return _tasks(list(rows.order_by("-pk")[:50]))


def relays_waiting(actor: Actor, broadcast_id: int) -> dict[int, int]:
    """
    Return with whom within reach a message waits to be passed on: the relays by member of staff.

    :raises NotFound: there is no such broadcast within the actor's reach
    """
    with scope.reading(actor):
        access.broadcast_for(actor, broadcast_id)
        rows = Relay.objects.filter(broadcast_id=broadcast_id, state="waiting")
        rows = rows.filter(staff_id__in=StaffView.objects.values("pk"))
        return dict(rows.values_list("staff_id", "pk"))


def relay_task(actor: Actor, relay_id: int) -> RelayTask:
    """
    Return one message to pass on.

    :raises NotFound: it is not the actor's, or has not come to him yet
    """
    with scope.reading(actor):
        rows = Relay.objects.filter(pk=relay_id, staff_id=actor.staff_id or 0)
        found = _tasks(list(rows.exclude(state="upstream")))
    if not found:
        raise NotFound(kind="relay", id=relay_id)
    return found[0]


def _tasks(rows: list[Relay]) -> tuple[RelayTask, ...]:
    broadcasts = Broadcast.objects.in_bulk({row.broadcast_id for row in rows})
    parents = dict(
        Relay.objects.filter(pk__in={row.parent_id for row in rows if row.parent_id}).values_list(
            "pk", "staff_id"
        )
    )
    staff = dict(StaffView.objects.filter(pk__in=parents.values()).values_list("pk", "name"))
    senders = {b.sender_person_id for b in broadcasts.values() if b.sender_person_id}
    people = dict(PersonView.objects.filter(pk__in=senders).values_list("pk", "name"))
    ids = [row.pk for row in rows]
    below = list(Relay.objects.filter(parent_id__in=ids).values_list("parent_id", flat=True))
    groups = list(Delivery.objects.filter(relay_id__in=ids).values_list("relay_id", flat=True))
    tasks = []
    for row in rows:
        told = broadcasts[row.broadcast_id]
        above = staff.get(parents.get(row.parent_id or 0, 0), "")
        tasks.append(
            RelayTask(
                relay_id=row.pk,
                broadcast_id=told.pk,
                title=told.title,
                kind=told.kind,
                body=told.body,
                question=told.question,
                options=tuple(told.options),
                right_option=told.right_option if row.answered_at else None,
                is_wording_allowed=told.is_wording_allowed,
                state=row.state if told.state == "sending" or row.state == "passed" else "stopped",
                from_name=above or people.get(told.sender_person_id or 0, ""),
                received_at=row.received_at,
                closes_at=told.closes_at,
                answer=row.answer,
                is_understood=row.is_understood,
                wording=row.wording,
                people_below=below.count(row.pk),
                groups=groups.count(row.pk),
            )
        )
    return tuple(tasks)
