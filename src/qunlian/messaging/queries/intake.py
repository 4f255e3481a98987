"""How far each platform's events were taken in, and which broadcasts have work left."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.models import Broadcast, Delivery, IntakeCursor


@dataclass(frozen=True, slots=True, kw_only=True)
class DueBroadcast:
    """A broadcast that a worker should look after, and in whose name it starts."""

    broadcast_id: int
    created_by: int
    state: str


def cursor_of(actor: Actor, platform: str) -> str:
    """Return where to go on reading a platform."""
    with scope.reading(actor):
        row = IntakeCursor.objects.filter(platform=platform).first()
    return row.cursor if row else ""


def due_broadcast(actor: Actor, broadcast_id: int) -> DueBroadcast | None:
    """Return one broadcast for its worker."""
    with scope.reading(actor):
        row = Broadcast.objects.filter(pk=broadcast_id).first()
    return _due(row) if row else None


def due_broadcasts(actor: Actor, now: datetime) -> tuple[DueBroadcast, ...]:
    """Return scheduled broadcasts whose time has come and those with deliveries due."""
    with scope.reading(actor):
        waiting = Delivery.objects.filter(
            state__in=["planned", "sending", "unknown"], due_at__lte=now
        )
        rows = Broadcast.objects.filter(state="scheduled", scheduled_at__lte=now).union(
            Broadcast.objects.filter(state="sending", pk__in=waiting.values("broadcast_id")),
            Broadcast.objects.filter(state="sending", closes_at__lte=now),
        )
        return tuple(_due(row) for row in rows)


def platforms_of(actor: Actor, broadcast_id: int) -> tuple[str, ...]:
    """Return the platforms that a broadcast goes to."""
    with scope.reading(actor):
        rows = Delivery.objects.filter(broadcast_id=broadcast_id)
        return tuple(rows.values_list("platform", flat=True).distinct().order_by("platform"))


def _due(row: Broadcast) -> DueBroadcast:
    return DueBroadcast(broadcast_id=row.pk, created_by=row.created_by, state=row.state)
