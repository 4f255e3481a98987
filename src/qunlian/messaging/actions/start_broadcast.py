"""Fan a broadcast out: one row per group, in one statement; for a cascade, its line of people."""

from datetime import datetime

from django.db import connection

from qunlian.kernel import journal, scope, statistics
from qunlian.kernel.actor import Actor
from qunlian.messaging.models import Broadcast, Delivery, GroupView, Relay, StaffView
from qunlian.messaging.queries.slices import WHERE, parameters
from qunlian.messaging.rules import cascades, slices

_FAN_OUT = f"""
INSERT INTO messaging_delivery (enterprise_id, broadcast_id, group_id, platform, room_key, state, due_at,
    attempts, problem, platform_key, people)
SELECT g.enterprise_id, %(broadcast)s, g.id, g.platform, g.platform_key, 'planned', %(due)s, 0, '', '',
    (SELECT count(*) FROM community_member_view m
     WHERE m.enterprise_id = g.enterprise_id AND m.group_id = g.id AND m.left_at IS NULL
       AND m.role = 'member')
FROM community_group_view g WHERE {WHERE}
ON CONFLICT (enterprise_id, broadcast_id, group_id) DO NOTHING
"""
_TIE_TO_STEWARDS = """
UPDATE messaging_delivery d SET relay_id = r.id
FROM community_group_view g, messaging_relay r
WHERE d.enterprise_id = %(enterprise)s AND d.broadcast_id = %(broadcast)s
  AND g.enterprise_id = d.enterprise_id AND g.id = d.group_id
  AND r.enterprise_id = d.enterprise_id AND r.broadcast_id = d.broadcast_id
  AND r.staff_id = g.steward_staff_id
"""


def start_broadcast(*, actor: Actor, broadcast_id: int, now: datetime) -> bool:
    """
    Start a scheduled broadcast whose time has come, as the one who composed it. Starting twice is once.

    Returns whether it is sending now. The rows it made are counted at once: what comes next joins them.
    """
    with scope.writing(actor):
        row = Broadcast.objects.select_for_update().filter(pk=broadcast_id).first()
        if row is None:
            return False
        if row.state != "scheduled" or row.scheduled_at is None or row.scheduled_at > now:
            return row.state == "sending"
        is_cascade = row.mode == "cascade"
        facts = parameters(slices.from_json(row.slice))
        with connection.cursor() as cursor:
            cursor.execute(
                _FAN_OUT, {**facts, "broadcast": row.pk, "due": None if is_cascade else now}
            )
        if is_cascade:
            _lay_line(actor, row, now)
        rows = Delivery.objects.filter(broadcast_id=row.pk)
        row.groups_total = rows.count()
        row.state, row.started_at, row.changed_at = "sending", now, now
        row.save()
        journal.record(
            "messaging.broadcast_started",
            actor=actor,
            at=now,
            about={"broadcast": [row.pk]},
            groups=row.groups_total,
        )
    statistics.refresh("messaging_delivery")
    return True


def _lay_line(actor: Actor, broadcast: Broadcast, now: datetime) -> None:
    """Write the hops from the sender down to the stewards; groups without one fail openly."""
    groups = Delivery.objects.filter(broadcast_id=broadcast.pk)
    stewards = GroupView.objects.filter(pk__in=groups.values("group_id")).exclude(
        steward_staff_id=None
    )
    staff = {row.pk: row for row in StaffView.objects.filter(left_on=None)}
    line = cascades.line_of(
        stewards.values_list("steward_staff_id", flat=True).distinct(),  # type: ignore[arg-type]
        {pk: row.superior_id for pk, row in staff.items()},
        actor.staff_id,
    )
    made: dict[int, int] = {}
    for link in line:
        relay = Relay.objects.create(
            enterprise_id=actor.enterprise_id,
            broadcast_id=broadcast.pk,
            parent_id=made.get(link.from_staff_id or 0),
            hop=link.hop,
            staff_id=link.staff_id,
            person_id=staff[link.staff_id].person_id,
            state="waiting" if link.hop == 1 else "upstream",
            received_at=now if link.hop == 1 else None,
        )
        made[link.staff_id] = relay.pk
    with connection.cursor() as cursor:
        cursor.execute(
            _TIE_TO_STEWARDS, {"enterprise": actor.enterprise_id, "broadcast": broadcast.pk}
        )
    _open_own_groups(actor, groups.filter(relay=None).values_list("pk", "group_id"), now)


def _open_own_groups(actor: Actor, untied: object, now: datetime) -> None:
    """The sender's own groups need no hop; those of nobody cannot be reached by a cascade."""
    pairs = dict(untied)  # type: ignore[call-overload]
    own = set(
        GroupView.objects.filter(
            pk__in=pairs.values(), steward_staff_id=actor.staff_id or 0
        ).values_list("pk", flat=True)
    )
    reached = [pk for pk, group_id in pairs.items() if group_id in own]
    Delivery.objects.filter(pk__in=reached).update(due_at=now)
    Delivery.objects.filter(pk__in=set(pairs) - set(reached)).update(
        state="failed", problem="no_steward"
    )
