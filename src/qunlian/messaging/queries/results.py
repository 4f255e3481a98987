"""What a broadcast proved: who got, read and understood it, per territory, per group, per hop."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging import access
from qunlian.messaging.models import Broadcast, Relay, StaffView
from qunlian.messaging.rules import decay, relays

#: One row per group within reach: people who should have it, and how many showed what.
_BY_GROUP = """
SELECT d.group_id, g.name, g.territory_id, coalesce(t.name, ''), coalesce(t.path, ''), d.state, d.people,
       count(r.delivered_at), count(r.read_at), count(r.answered_at),
       count(*) FILTER (WHERE r.is_understood)
FROM messaging_delivery_view d
JOIN community_group_view g ON g.enterprise_id = d.enterprise_id AND g.id = d.group_id
LEFT JOIN channel_territory_view t ON t.enterprise_id = g.enterprise_id AND t.id = g.territory_id
LEFT JOIN community_member_view m ON m.enterprise_id = d.enterprise_id AND m.group_id = d.group_id
     AND m.left_at IS NULL AND m.role = 'member'
LEFT JOIN messaging_receipt_view r ON r.enterprise_id = d.enterprise_id AND r.broadcast_id = d.broadcast_id
     AND r.group_id = d.group_id AND r.person_id = m.person_id
WHERE d.broadcast_id = %s
GROUP BY d.group_id, g.name, g.territory_id, t.name, t.path, d.state, d.people
ORDER BY g.name, d.group_id
"""
_WHO = """
SELECT m.person_id, p.name, s.name, r.delivered_at, r.read_at, r.answered_at, r.is_understood
FROM community_member_view m
LEFT JOIN messaging_receipt_view r ON r.enterprise_id = m.enterprise_id AND r.broadcast_id = %(broadcast)s
     AND r.group_id = m.group_id AND r.person_id = m.person_id
LEFT JOIN channel_person_view p ON p.enterprise_id = m.enterprise_id AND p.id = m.person_id
LEFT JOIN channel_store_view s ON s.enterprise_id = m.enterprise_id AND s.id = m.store_id
WHERE m.group_id = %(group)s AND m.left_at IS NULL AND m.role = 'member'
ORDER BY r.read_at NULLS FIRST, p.name LIMIT 500
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """People: how many should have the message, and how many showed what."""

    people: int
    delivered: int
    read: int
    answered: int
    understood: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupProof(Proof):
    """The proof of one group."""

    group_id: int
    name: str
    territory_id: int | None
    territory: str
    territory_path: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryProof(Proof):
    """The proof of one territory's groups."""

    territory_id: int | None
    name: str
    groups: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HopProof(Proof):
    """The proof of one level of staff in a cascade; ``passed`` handed it on."""

    hop: int
    passed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastResult:
    """Everything a result page shows; groups within the actor's reach only."""

    total: Proof
    groups: tuple[GroupProof, ...]
    territories: tuple[TerritoryProof, ...]
    hops: tuple[HopProof, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonProof:
    """One member of a group: has he it? The store stands for who he is."""

    person_id: int
    name: str
    store: str
    is_delivered: bool
    is_read: bool
    is_answered: bool
    is_understood: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopper:
    """Who received a message and did not pass it on, and how many people missed it through him."""

    staff_id: int
    name: str
    role: str
    hop: int
    people_lost: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastDecay:
    """How much of a broadcast each hop kept. ``basis`` says what counted: understood, or read."""

    decay: decay.Decay
    basis: str
    stoppers: tuple[Stopper, ...]
    people_lost: int


def broadcast_result(actor: Actor, broadcast_id: int) -> BroadcastResult:
    """
    Return what a broadcast proved, in the groups within the actor's reach.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        broadcast = access.broadcast_for(actor, broadcast_id)
        groups = _groups(broadcast_id)
        line = _line_of(actor, broadcast)
    return BroadcastResult(
        total=_sum(groups),
        groups=groups,
        territories=_by_territory(groups),
        hops=_by_hop(line),
    )


def people_of_delivery(actor: Actor, broadcast_id: int, group_id: int) -> tuple[PersonProof, ...]:
    """
    Return who of a group has the message and who has not, those without it first.

    :raises NotFound: there is no such broadcast or group within the actor's reach
    """
    with scope.reading(actor), connection.cursor() as cursor:
        access.broadcast_for(actor, broadcast_id)
        access.group_for(actor, group_id)
        cursor.execute(_WHO, {"broadcast": broadcast_id, "group": group_id})
        return tuple(
            PersonProof(
                person_id=row[0],
                name=row[1] or "",
                store=row[2] or "",
                is_delivered=row[3] is not None,
                is_read=row[4] is not None,
                is_answered=row[5] is not None,
                is_understood=row[6],
            )
            for row in cursor.fetchall()
        )


def broadcast_decay(actor: Actor, broadcast_id: int) -> BroadcastDecay:
    """
    Return how much each hop kept of a broadcast, with 95 % intervals, and who stopped it.

    Direct speech has one hop, to the groups. A cascade has one per level of staff and the groups
    after them. What counts is understood where a question was asked, else read.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        broadcast = access.broadcast_for(actor, broadcast_id)
        groups = _groups(broadcast_id)
        line = _line_of(actor, broadcast)
        names = {row.pk: row for row in StaffView.objects.filter(pk__in=[r.staff_id for r in line])}
    is_asked = bool(broadcast.question)
    measured = _measured(groups, line, is_asked=is_asked)
    blamed, lost = _stoppers(line, _people_by_relay(broadcast_id, actor), names)
    return BroadcastDecay(
        decay=measured,
        basis="understood" if is_asked else "read",
        stoppers=blamed,
        people_lost=lost,
    )


def _line_of(actor: Actor, broadcast: Broadcast) -> list[Relay]:
    """Return the hops the actor may know of: all for the sender and headquarters, else his own and below."""
    line = list(Relay.objects.filter(broadcast_id=broadcast.pk).order_by("hop", "pk"))
    if actor.is_headquarters or broadcast.created_by == actor.account_id:
        return line
    seen: set[int | None] = set()
    for relay in line:
        if relay.staff_id == actor.staff_id or relay.parent_id in seen:
            seen.add(relay.pk)
    return [relay for relay in line if relay.pk in seen]


def _groups(broadcast_id: int) -> tuple[GroupProof, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_BY_GROUP, [broadcast_id])
        return tuple(
            GroupProof(
                group_id=row[0],
                name=row[1],
                territory_id=row[2],
                territory=row[3],
                territory_path=row[4],
                state=row[5],
                people=max(row[6], row[7]),
                delivered=row[7],
                read=row[8],
                answered=row[9],
                understood=row[10],
            )
            for row in cursor.fetchall()
        )


def _sum(rows: Any) -> Proof:
    return Proof(
        people=sum(row.people for row in rows),
        delivered=sum(row.delivered for row in rows),
        read=sum(row.read for row in rows),
        answered=sum(row.answered for row in rows),
        understood=sum(row.understood for row in rows),
    )


def _by_territory(groups: tuple[GroupProof, ...]) -> tuple[TerritoryProof, ...]:
    found: dict[int | None, list[GroupProof]] = {}
    for group in sorted(groups, key=lambda one: one.territory_path):
        found.setdefault(group.territory_id, []).append(group)
    return tuple(
        TerritoryProof(
            territory_id=territory_id,
            name=rows[0].territory,
            groups=len(rows),
            people=total.people,
            delivered=total.delivered,
            read=total.read,
            answered=total.answered,
            understood=total.understood,
        )
        for territory_id, rows in found.items()
        for total in (_sum(rows),)
    )


def _by_hop(line: list[Relay]) -> tuple[HopProof, ...]:
    hops = []
    for hop in sorted({relay.hop for relay in line}):
        rows = [relay for relay in line if relay.hop == hop]
        hops.append(
            HopProof(
                hop=hop,
                people=len(rows),
                delivered=sum(row.received_at is not None for row in rows),
                read=sum(row.read_at is not None for row in rows),
                answered=sum(row.answered_at is not None for row in rows),
                understood=sum(row.is_understood is True for row in rows),
                passed=sum(row.state == "passed" for row in rows),
            )
        )
    return tuple(hops)


def _measured(groups: tuple[GroupProof, ...], line: list[Relay], *, is_asked: bool) -> decay.Decay:
    """Count staff by whom they hear it from, people by their group; hop 0 is said directly by the sender."""
    last = max((relay.hop for relay in line), default=0)
    rows = [
        (
            relay.hop - 1,
            -(relay.parent_id or 0) - 1,
            1,
            int(relay.is_understood is True if is_asked else relay.read_at is not None),
        )
        for relay in line
    ]
    rows += [
        (last, group.group_id, group.people, group.understood if is_asked else group.read)
        for group in groups
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return decay.measure(table[:, 0], table[:, 1], table[:, 2], table[:, 3])


def _people_by_relay(broadcast_id: int, actor: Actor) -> dict[int, int]:
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relay_id, sum(people) FROM messaging_delivery"
            " WHERE broadcast_id = %s AND relay_id IS NOT NULL GROUP BY relay_id",
            [broadcast_id],
        )
        return {relay_id: int(people) for relay_id, people in cursor.fetchall()}


def _stoppers(
    line: list[Relay], people: dict[int, int], names: dict[int, StaffView]
) -> tuple[tuple[Stopper, ...], int]:
    place = {relay.pk: at for at, relay in enumerate(line)}
    parent = np.array([place.get(relay.parent_id or 0, -1) for relay in line], dtype=np.int64)
    own = np.array([people.get(relay.pk, 0) for relay in line], dtype=np.int64)
    passed = np.array([relay.state == "passed" for relay in line], dtype=np.bool_)
    found = relays.stoppers(parent, passed, relays.subtree_people(parent, own))
    blamed = []
    for node, lost, share in zip(found.node, found.lost, found.share, strict=True):
        relay = line[int(node)]
        who = names.get(relay.staff_id)
        blamed.append(
            Stopper(
                staff_id=relay.staff_id,
                name=who.name if who else "",
                role=who.role if who else "",
                hop=relay.hop,
                people_lost=int(lost),
                share=float(share),
            )
        )
    return tuple(blamed), found.lost_total
