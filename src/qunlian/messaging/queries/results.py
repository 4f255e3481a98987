"""How much of a broadcast each hop kept, who stopped it, and where it was heard least."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging import access
from qunlian.messaging.models import GroupView, Relay, Reminder, StaffView
from qunlian.messaging.queries.proofs import GroupProof, all_groups
from qunlian.messaging.rules import decay, relays

QUIET_GROUPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopper:
    """
    Who received a message and did not pass it on, and how many people missed it through him.

    ``may_remind`` while he can still pass it on; ``reminded_at`` the last time somebody asked him to.
    """

    staff_id: int
    name: str
    role: str
    hop: int
    people_lost: int
    share: float
    may_remind: bool
    reminded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietGroup:
    """A group that has the message, and how many of it show no sign of it; its steward can ask them."""

    group_id: int
    name: str
    people: int
    missed: int
    staff_id: int | None
    steward: str
    reminded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastDecay:
    """
    How much of a broadcast each hop kept. ``basis`` says what counted: understood, or read.

    :ivar untold: people left out, because the platform of their group (one of ``silent``) does not tell who
        has it
    """

    decay: decay.Decay
    basis: str
    stoppers: tuple[Stopper, ...]
    people_lost: int
    untold: int
    silent: tuple[str, ...]
    quiet: tuple[QuietGroup, ...]


def broadcast_decay(actor: Actor, broadcast_id: int) -> BroadcastDecay:
    """
    Return how much each hop kept of a broadcast, with 95 % intervals, and who stopped it.

    Direct speech has one hop, to the groups. A cascade has one per level of staff and the groups
    after them. What counts is understood where a question was asked, else read.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        broadcast = access.broadcast_for(actor, broadcast_id)
        is_asked = bool(broadcast.question)
        groups = all_groups(broadcast_id)
        line = access.line_of(actor, broadcast)
        people = _people_by_relay(broadcast_id)
        reminded = dict(
            Reminder.objects.filter(broadcast_id=broadcast_id).values_list(
                "staff_id", "reminded_at"
            )
        )
        quiet = _quiet(groups, reminded, is_asked=is_asked)
        names = {row.pk: row for row in StaffView.objects.filter(pk__in=[r.staff_id for r in line])}
    untold = [group for group in groups if group.known < group.people]
    measured = _measured(groups, line, is_asked=is_asked)
    blamed, lost = _stoppers(line, people, names, reminded)
    return BroadcastDecay(
        decay=measured,
        basis="understood" if is_asked else "read",
        stoppers=blamed,
        people_lost=lost,
        untold=sum(group.people - group.known for group in untold),
        silent=tuple(sorted({group.platform for group in untold})),
        quiet=quiet,
    )


def _quiet(
    groups: Sequence[GroupProof], reminded: Mapping[int, datetime], *, is_asked: bool
) -> tuple[QuietGroup, ...]:
    """Return the groups in which most people miss it, those with the most first."""
    missing = [
        (group.known - (group.understood if is_asked else group.read), group)
        for group in groups
        if group.state == "sent"
    ]
    worst = sorted((m for m in missing if m[0] > 0), key=lambda m: (-m[0], m[1].group_id))
    chosen = worst[:QUIET_GROUPS]
    rows = GroupView.objects.filter(pk__in=[group.group_id for _, group in chosen])
    stewards = dict(rows.values_list("pk", "steward_staff_id"))
    return tuple(
        QuietGroup(
            group_id=group.group_id,
            name=group.name,
            people=group.people,
            missed=missed,
            staff_id=stewards.get(group.group_id),
            steward=group.steward,
            reminded_at=reminded.get(stewards.get(group.group_id) or 0),
        )
        for missed, group in chosen
    )


def _measured(groups: Sequence[GroupProof], line: list[Relay], *, is_asked: bool) -> decay.Decay:
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
        (last, group.group_id, group.known, group.understood if is_asked else group.read)
        for group in groups
        if group.known or not group.people
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return decay.measure(table[:, 0], table[:, 1], table[:, 2], table[:, 3])


def _people_by_relay(broadcast_id: int) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relay_id, sum(people) FROM messaging_delivery"
            " WHERE broadcast_id = %s AND relay_id IS NOT NULL GROUP BY relay_id",
            [broadcast_id],
        )
        return {relay_id: int(people) for relay_id, people in cursor.fetchall()}


def _stoppers(
    line: list[Relay],
    people: dict[int, int],
    names: dict[int, StaffView],
    reminded: Mapping[int, datetime],
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
                may_remind=relay.state == "waiting",
                reminded_at=reminded.get(relay.staff_id),
            )
        )
    return tuple(blamed), found.lost_total
