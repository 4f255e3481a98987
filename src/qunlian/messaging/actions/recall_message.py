"""Take back what one has just said."""

from datetime import datetime, timedelta

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, NotFound
from qunlian.messaging import access
from qunlian.messaging.models import Message
from qunlian.messaging.steps.recalls import take_back

RECALL_WITHIN = timedelta(minutes=2)


class TooLate(Conflict):
    """A message can be taken back within 2 minutes only."""

    code = "messaging.too_late"


def recall_message(*, actor: Actor, group_id: int, seq: int, now: datetime) -> int:
    """
    Take one's own message back within two minutes; its words are gone for everybody, its place stays.

    Recalling again changes nothing. Returns the change number.

    :raises NotFound: no such group within reach, or no such message of the actor's
    :raises NotInGroup: he may see the group but sits not in it
    :raises TooLate: more than two minutes ago
    """
    with scope.writing(actor):
        access.seat_for(actor, group_id)
        own = Message.objects.filter(group_id=group_id, seq=seq, sender_person_id=actor.person_id)
        row = own.exclude(kind="system").first()
        if row is None:
            raise NotFound(kind="message", id=seq)
        if row.recalled_at is not None:
            return row.change_no
        if now - row.posted_at > RECALL_WITHIN:
            raise TooLate(seq=seq)
        return take_back(actor, row, now)
