"""Broadcasts: a list by key, one with all its words, and how far its sending is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page
from qunlian.kernel.typed import whole
from qunlian.messaging import access
from qunlian.messaging.models import Broadcast, Delivery, GroupView, PersonView
from qunlian.messaging.rules import slices

_PROGRESS = """
SELECT count(*) FILTER (WHERE state = 'planned' AND due_at IS NULL),
       count(*) FILTER (WHERE state = 'planned' AND due_at IS NOT NULL),
       count(*) FILTER (WHERE state = 'sending'), count(*) FILTER (WHERE state = 'sent'),
       count(*) FILTER (WHERE state = 'unknown'), count(*) FILTER (WHERE state = 'failed'),
       count(*) FILTER (WHERE state = 'with_person'), count(*) FILTER (WHERE state = 'cancelled'),
       count(*) FILTER (WHERE problem = 'person_refused'),
       count(*) FILTER (WHERE problem IN ('person_expired', 'person_unseen')),
       count(*), coalesce(sum(people) FILTER (WHERE state = 'sent'), 0), coalesce(sum(people), 0)
FROM messaging_delivery_view WHERE broadcast_id = %s
"""


_COUNTS = (
    *("held", "waiting", "sending", "sent", "unknown", "failed", "with_person", "cancelled"),
    *("refused", "expired", "groups", "people_reached", "people"),
)

#: What may be wrong with a message in some of its groups → the states of its deliveries there.
LOOSE = {"stuck": ("failed", "unknown"), "with_person": ("with_person",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastCard:
    """One broadcast as written. ``is_own`` tells whether the actor may change or stop it."""

    broadcast_id: int
    title: str
    mode: str
    state: str
    kind: str
    body: dict[str, Any]
    question: str
    options: tuple[str, ...]
    right_option: int | None
    slice: slices.Slice
    is_wording_allowed: bool
    groups_total: int
    people_total: int
    scheduled_at: datetime | None
    started_at: datetime | None
    closes_at: datetime | None
    ended_at: datetime | None
    created_at: datetime
    sender_name: str
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """
    How many groups stand where. ``held`` wait for somebody to pass the message on, ``with_person`` for one to
    send it by hand; of the ``failed``, ``refused`` are those that a person could not, ``expired`` did not do.
    """

    held: int
    waiting: int
    sending: int
    sent: int
    unknown: int
    failed: int
    with_person: int
    cancelled: int
    refused: int
    expired: int
    groups: int
    people_reached: int
    people: int

    @property
    def done(self) -> int:
        """Return how many groups need nothing more, neither from us nor from people."""
        return self.sent + self.failed + self.cancelled

    @property
    def percent(self) -> int:
        """Return the share done, 0 to 100."""
        return 100 * self.done // self.groups if self.groups else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """A group that a broadcast did not get into, and why."""

    group_id: int
    group_name: str
    state: str
    problem: str


def list_broadcasts(
    actor: Actor, *, state: str = "", after: str = "", limit: int = 30
) -> Page[BroadcastCard]:
    """
    Return one page of the broadcasts one may look at, the newest first.

    :param state: one of a broadcast, or of deliveries that wait for somebody: see ``LOOSE``
    """
    with scope.reading(actor):
        rows = access.broadcasts_within(actor)
        if state in LOOSE:
            groups = GroupView.objects.values("pk")
            loose = Delivery.objects.filter(state__in=LOOSE[state], group_id__in=groups)
            rows = rows.filter(pk__in=loose.values("broadcast_id"))
        elif state:
            rows = rows.filter(state=state)
        if (last := whole(after)) is not None:
            rows = rows.filter(pk__lt=last)
        found = list(rows.order_by("-pk")[: limit + 1])
        cards = _cards(actor, found[:limit])
    return Page(rows=cards, next_key=str(cards[-1].broadcast_id) if len(found) > limit else None)


def broadcast_card(actor: Actor, broadcast_id: int) -> BroadcastCard:
    """
    Return one broadcast.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        return _cards(actor, [access.broadcast_for(actor, broadcast_id)])[0]


def broadcast_progress(actor: Actor, broadcast_id: int) -> Progress:
    """
    Return how far a broadcast's sending is, in the groups within the actor's reach.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor), connection.cursor() as cursor:
        access.broadcast_for(actor, broadcast_id)
        cursor.execute(_PROGRESS, [broadcast_id])
        return Progress(**dict(zip(_COUNTS, cursor.fetchone(), strict=True)))


def groups_not_sent(actor: Actor, broadcast_id: int, *, limit: int = 100) -> tuple[NotSent, ...]:
    """
    Return groups within reach that a broadcast failed in, hangs at, or left to a person.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        access.broadcast_for(actor, broadcast_id)
        rows = list(
            Delivery.objects.filter(
                broadcast_id=broadcast_id,
                state__in=["failed", "unknown", "with_person", "cancelled"],
                group_id__in=GroupView.objects.values("pk"),
            ).order_by("state", "group_id")[:limit]
        )
        groups = GroupView.objects.filter(pk__in=[row.group_id for row in rows])
        names = dict(groups.values_list("pk", "name"))
    return tuple(
        NotSent(
            group_id=row.group_id,
            group_name=names.get(row.group_id, ""),
            state=row.state,
            problem=row.problem,
        )
        for row in rows
    )


def _cards(actor: Actor, rows: list[Broadcast]) -> tuple[BroadcastCard, ...]:
    people = PersonView.objects.filter(
        pk__in={r.sender_person_id for r in rows if r.sender_person_id}
    )
    names = dict(people.values_list("pk", "name"))
    return tuple(
        BroadcastCard(
            broadcast_id=row.pk,
            title=row.title,
            mode=row.mode,
            state=row.state,
            kind=row.kind,
            body=row.body,
            question=row.question,
            options=tuple(row.options),
            right_option=row.right_option,
            slice=slices.from_json(row.slice),
            is_wording_allowed=row.is_wording_allowed,
            groups_total=row.groups_total,
            people_total=row.people_total,
            scheduled_at=row.scheduled_at,
            started_at=row.started_at,
            closes_at=row.closes_at,
            ended_at=row.ended_at,
            created_at=row.created_at,
            sender_name=names.get(row.sender_person_id or 0, ""),
            is_own=actor.is_headquarters or row.created_by == actor.account_id,
        )
        for row in rows
    )
