"""Remind a member of staff of a broadcast that waits at him or that his groups have not read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Forbidden, NotFound
from qunlian.messaging import access
from qunlian.messaging.actions.compose_broadcast import COMPOSERS
from qunlian.messaging.models import Broadcast, Delivery, GroupView

#: Whoever was reminded is left in peace for so long.
PEACE = timedelta(hours=12)
_REMIND = """
INSERT INTO messaging_reminder AS r (enterprise_id, broadcast_id, staff_id, times, reminded_by, reminded_at)
VALUES (%(enterprise)s, %(broadcast)s, %(staff)s, 1, %(by)s, %(now)s)
ON CONFLICT (enterprise_id, broadcast_id, staff_id) DO UPDATE
SET times = r.times + 1, reminded_by = EXCLUDED.reminded_by, reminded_at = EXCLUDED.reminded_at
WHERE r.reminded_at <= %(before)s
RETURNING times
"""


class RemindedAlready(Conflict):
    """He was reminded of this within the last twelve hours; give him time."""

    code = "messaging.reminded_already"


class NothingToRemind(Conflict):
    """This message no longer waits for him."""

    code = "messaging.nothing_to_remind"


class MayNotRemind(Forbidden):
    """Your role reminds nobody."""

    code = "messaging.may_not_remind"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindedStaff:
    """How often he was reminded of this broadcast by now."""

    staff_id: int
    times: int


def remind_staff(*, actor: Actor, broadcast_id: int, staff_id: int, now: datetime) -> RemindedStaff:
    """
    Put a reminder before a member of staff: the message waits at him, or groups of his got it.

    :raises NotFound: no such broadcast within reach, or he has no part in it that the actor knows of
    :raises MayNotRemind: a store owner or another role that has no groups of its own
    :raises NothingToRemind: he passed it on, or the broadcast was closed on him
    :raises RemindedAlready: somebody did so within the last twelve hours
    """
    with scope.writing(actor):
        broadcast = access.broadcast_for(actor, broadcast_id)
        if actor.role not in COMPOSERS or actor.account_id is None:
            raise MayNotRemind
        if not _waits_for(actor, broadcast, staff_id):
            raise NothingToRemind(staff_id=staff_id)
        with connection.cursor() as cursor:
            cursor.execute(
                _REMIND,
                {
                    "enterprise": actor.enterprise_id,
                    "broadcast": broadcast_id,
                    "staff": staff_id,
                    "by": actor.account_id,
                    "now": now,
                    "before": now - PEACE,
                },
            )
            row = cursor.fetchone()
        if row is None:
            raise RemindedAlready(staff_id=staff_id)
        journal.record(
            "messaging.staff_reminded",
            actor=actor,
            at=now,
            about={"broadcast": [broadcast_id], "staff": [staff_id]},
        )
        return RemindedStaff(staff_id=staff_id, times=row[0])


def _waits_for(actor: Actor, broadcast: Broadcast, staff_id: int) -> bool:
    """Tell whether it waits at him, or lies in groups of his within the actor's reach."""
    own = [relay for relay in access.line_of(actor, broadcast) if relay.staff_id == staff_id]
    if any(relay.state == "waiting" for relay in own) and broadcast.state == "sending":
        return True
    groups = GroupView.objects.filter(steward_staff_id=staff_id)
    lies = Delivery.objects.filter(
        broadcast_id=broadcast.pk, state="sent", group_id__in=groups.values("pk")
    )
    if lies.exists():
        return True
    if not own:
        raise NotFound(kind="staff", id=staff_id)
    return False
