"""Read a cascaded message and answer its question, before passing it on."""

from datetime import datetime

from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid
from qunlian.messaging import access
from qunlian.messaging.models import Broadcast


class NoSuchAnswer(Invalid):
    """Choose one of the answers given."""

    code = "messaging.no_such_answer"


def answer_relay(*, actor: Actor, relay_id: int, option: int | None, now: datetime) -> bool | None:
    """
    Note that one has read a message in one's line, and the first answer to its question.

    Returns whether it was understood (None without an answer).

    :param option: index of the option chosen; None only notes that it was read
    :raises NotFound: it is not the actor's, or has not come to him yet
    :raises NoSuchAnswer: the question has no such option
    """
    with scope.writing(actor):
        relay = access.relay_for(actor, relay_id)
        broadcast = Broadcast.objects.get(pk=relay.broadcast_id)
        if option is not None and not 0 <= option < len(broadcast.options):
            raise NoSuchAnswer(option=option)
        if option is not None and relay.answered_at is None:
            relay.answered_at, relay.answer = now, option
            relay.is_understood = option == broadcast.right_option
        if relay.read_at is None:
            relay.read_at = now
            journal.record(
                "messaging.relay_read",
                actor=actor,
                at=now,
                about={"broadcast": [broadcast.pk], "staff": [relay.staff_id]},
            )
        relay.save(update_fields=["read_at", "answered_at", "answer", "is_understood"])
        return relay.is_understood
