"""Let a broadcast go: now, or at a time."""

from datetime import datetime

from qunlian.kernel import journal, queue, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid
from qunlian.messaging import access
from qunlian.messaging.queries.slices import slice_size
from qunlian.messaging.rules import slices


class NobodyThere(Invalid):
    """No group that can be spoken to lies in this choice."""

    code = "messaging.nobody_there"


class NotADraft(Conflict):
    """This message was sent or cancelled already."""

    code = "messaging.not_a_draft"


class InThePast(Invalid):
    """The time to send lies in the past."""

    code = "messaging.in_the_past"


def send_broadcast(
    *,
    actor: Actor,
    broadcast_id: int,
    at: datetime | None = None,
    closes_at: datetime | None = None,
    now: datetime,
) -> int:
    """
    Send a draft now, or schedule it; which groups it means is decided when it starts.

    Returns how many groups it means now.

    :param closes_at: when a cascade stops waiting for those who have not passed it on
    :raises NotFound: there is no such broadcast that the actor may change
    :raises NotADraft: it was sent or cancelled before
    :raises InThePast: the time given is over
    :raises NobodyThere: the slice holds no group now
    """
    with scope.writing(actor):
        row = access.own_broadcast_for(actor, broadcast_id)
        if row.state not in ("draft", "scheduled"):
            raise NotADraft(broadcast_id=broadcast_id)
        if (at is not None and at < now) or (closes_at is not None and closes_at <= (at or now)):
            raise InThePast
        size = slice_size(actor, slices.from_json(row.slice))
        if not size.groups:
            raise NobodyThere
        row.state, row.scheduled_at, row.closes_at = "scheduled", at or now, closes_at
        row.groups_total, row.people_total, row.changed_at = size.groups, size.people, now
        row.save()
        journal.record(
            "messaging.broadcast_scheduled",
            actor=actor,
            at=now,
            about={"broadcast": [row.pk]},
            scheduled_at=row.scheduled_at,
            groups=size.groups,
        )
        if at is None:
            queue.enqueue(
                "messaging.deliver", enterprise_id=actor.enterprise_id, broadcast_id=row.pk
            )
        return size.groups
