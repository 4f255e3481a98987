"""Pass a cascaded message on to the next level, perhaps with a word of one's own."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.kernel import journal, queue, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid
from qunlian.messaging import access
from qunlian.messaging.models import Broadcast, Delivery, Relay
from qunlian.messaging.rules import bodies

WORDING_LIMIT = 120


class NotWaiting(Conflict):
    """You have passed this on already, or the time for it is over."""

    code = "messaging.not_waiting"


class AnswerFirst(Conflict):
    """Answer the question first; then pass the message on."""

    code = "messaging.answer_first"


class BadWording(Invalid):
    """Own words may have up to 120 characters, and only where the sender allows them."""

    code = "messaging.bad_wording"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOn:
    """Whom it went to: people of the next level, and groups of one's own."""

    people: int
    groups: int


def pass_on(*, actor: Actor, relay_id: int, wording: str = "", now: datetime) -> PassedOn:
    """
    Hand the message to the next level and to the groups one is steward of.

    :param wording: own words that stand above the message in those groups, up to 120 characters
    :raises NotFound: it is not the actor's to pass on
    :raises NotWaiting: passed on before, or stopped
    :raises AnswerFirst: the message asks a question that he has not answered
    :raises BadWording: too long, or own words are not allowed
    """
    with scope.writing(actor):
        relay = access.relay_for(actor, relay_id)
        broadcast = Broadcast.objects.get(pk=relay.broadcast_id)
        if relay.state != "waiting" or broadcast.state != "sending":
            raise NotWaiting(relay_id=relay_id)
        if broadcast.question and relay.answered_at is None:
            raise AnswerFirst(relay_id=relay_id)
        relay.wording = _wording(broadcast, wording)
        relay.state, relay.passed_at, relay.read_at = "passed", now, relay.read_at or now
        relay.save(update_fields=["wording", "state", "passed_at", "read_at"])
        people = Relay.objects.filter(parent_id=relay.pk, state="upstream").update(
            state="waiting", received_at=now
        )
        groups = Delivery.objects.filter(relay_id=relay.pk, state="planned", due_at=None).update(
            due_at=now
        )
        journal.record(
            "messaging.message_passed_on",
            actor=actor,
            at=now,
            about={"broadcast": [broadcast.pk], "staff": [relay.staff_id]},
            people=people,
            groups=groups,
        )
        queue.enqueue(
            "messaging.deliver", enterprise_id=actor.enterprise_id, broadcast_id=broadcast.pk
        )
        return PassedOn(people=people, groups=groups)


def _wording(broadcast: Broadcast, wording: str) -> str:
    try:
        own = bodies.clean_text(wording, WORDING_LIMIT)
    except bodies.BadBody:
        raise BadWording from None
    if own and not broadcast.is_wording_allowed:
        raise BadWording
    return own
