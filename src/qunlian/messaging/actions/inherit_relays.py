"""Give what waits with somebody who has left to whoever follows him: a cascade does not end with a leaver."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from qunlian.channel.rules.staff import day_of
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.models import Delivery, Relay

#: Who follows: the steward of most of his groups, else the superior of most of those below him, else his own.
_LEFT_BEHIND = """
SELECT r.id, heir.id, heir.person_id
FROM messaging_relay r
JOIN messaging_broadcast b ON b.enterprise_id = r.enterprise_id AND b.id = r.broadcast_id
JOIN channel_staff_view s ON s.id = r.staff_id AND s.left_on <= %(today)s
CROSS JOIN LATERAL (
    SELECT h.id, h.person_id
    FROM (
        SELECT g.steward_staff_id AS staff_id, 0 AS rank, count(*) AS n
        FROM messaging_delivery d JOIN community_group_view g ON g.id = d.group_id
        WHERE d.enterprise_id = r.enterprise_id AND d.relay_id = r.id GROUP BY g.steward_staff_id
        UNION ALL
        SELECT below.superior_id, 1, count(*)
        FROM messaging_relay c JOIN channel_staff_view below ON below.id = c.staff_id
        WHERE c.enterprise_id = r.enterprise_id AND c.parent_id = r.id GROUP BY below.superior_id
        UNION ALL SELECT s.superior_id, 2, 1
    ) follows
    JOIN channel_staff_view h ON h.id = follows.staff_id AND (h.left_on IS NULL OR h.left_on > %(today)s)
    ORDER BY follows.rank, follows.n DESC, h.id = s.superior_id, h.id LIMIT 1
) heir
WHERE r.state IN ('waiting', 'upstream') AND b.state = 'sending' ORDER BY r.hop, r.id FOR UPDATE OF r
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaysInherited:
    """How many hops have another holder now; ``joined`` of them went into one that he had already."""

    inherited: int
    joined: int


def inherit_relays(*, actor: Actor, now: datetime) -> RelaysInherited:
    """
    Give the hops of those who left, in all broadcasts underway, to whoever follows them.

    Whoever has a hop of the message already gets the people and groups below the leaver's; had he passed it
    on, it goes on to them at once. A leaver nobody follows keeps his hop: it stops there, as the results say.
    """
    with scope.writing(actor):
        with connection.cursor() as cursor:
            cursor.execute(_LEFT_BEHIND, {"today": day_of(now)})
            found = cursor.fetchall()
        joined, broadcasts, staff = 0, set(), set()
        for relay_id, staff_id, person_id in found:
            relay = Relay.objects.get(pk=relay_id)
            broadcasts.add(relay.broadcast_id)
            staff |= {relay.staff_id, staff_id}
            own = _own(relay, staff_id)
            if own is None:
                _hand(relay, staff_id, person_id)
            else:
                _join(relay, own, now)
                joined += 1
        if found:
            journal.record(
                "messaging.relays_inherited",
                actor=actor,
                at=now,
                about={"broadcast": sorted(broadcasts), "staff": sorted(staff)},
                inherited=len(found),
                joined=joined,
            )
        return RelaysInherited(inherited=len(found), joined=joined)


def _own(relay: Relay, staff_id: int) -> Relay | None:
    rows = Relay.objects.filter(broadcast_id=relay.broadcast_id, staff_id=staff_id)
    return rows.select_for_update().first()


def _hand(relay: Relay, staff_id: int, person_id: int) -> None:
    """Let another hold the hop; what the leaver read and answered was his."""
    Relay.objects.filter(pk=relay.pk).update(
        staff_id=staff_id,
        person_id=person_id,
        read_at=None,
        answered_at=None,
        answer=None,
        is_understood=None,
    )


def _join(relay: Relay, own: Relay, now: datetime) -> None:
    """Put all that hangs on a hop below the one that the heir has already."""
    if own.parent_id == relay.pk:  # he stood below the leaver: he comes into his place
        own.parent_id, own.hop = relay.parent_id, relay.hop
        if own.state == "upstream" and relay.state == "waiting":
            own.state, own.received_at = "waiting", now
        own.save(update_fields=["parent", "hop", "state", "received_at"])
    below = Relay.objects.filter(parent_id=relay.pk)
    groups = Delivery.objects.filter(relay_id=relay.pk)
    if own.state == "passed":
        below.filter(state="upstream").update(state="waiting", received_at=now)
        groups.filter(state="planned", due_at=None).update(due_at=now)
    below.update(parent_id=own.pk)
    groups.update(relay_id=own.pk)
    relay.delete()
