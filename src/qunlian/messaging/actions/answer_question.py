"""Answer the one-tap question under a broadcast."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid, NotFound
from qunlian.messaging import access
from qunlian.messaging.models import Broadcast, Delivery, Receipt


class AlreadyAnswered(Conflict):
    """You have answered this already; the first answer counts."""

    code = "messaging.already_answered"


class NoSuchOption(Invalid):
    """Choose one of the answers given."""

    code = "messaging.no_such_option"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered, and which option is right (so that the one who missed it learns it)."""

    option: int
    is_understood: bool
    right_option: int


def answer_question(
    *, actor: Actor, broadcast_id: int, group_id: int, option: int, now: datetime
) -> Answer:
    """
    Answer a broadcast's question in a group one sits in; the first answer counts.

    :param option: index of the option chosen
    :raises NotFound: no such group within reach, or no such question in it
    :raises NotInGroup: he may see the group but sits not in it
    :raises NoSuchOption: the question has no such option
    :raises AlreadyAnswered: he answered before, otherwise (the same answer again is fine)
    """
    with scope.writing(actor):
        seat = access.seat_for(actor, group_id)
        asked = Delivery.objects.filter(broadcast_id=broadcast_id, group_id=group_id)
        broadcast = Broadcast.objects.filter(pk=broadcast_id).exclude(question="").first()
        if broadcast is None or not asked.exclude(seq=None).exists():
            raise NotFound(kind="question", id=broadcast_id)
        if not 0 <= option < len(broadcast.options):
            raise NoSuchOption(option=option)
        right = broadcast.right_option or 0
        Receipt.objects.bulk_create(
            [
                Receipt(
                    enterprise_id=actor.enterprise_id,
                    broadcast_id=broadcast_id,
                    group_id=group_id,
                    person_id=seat.person_id,
                    delivered_at=now,
                    read_at=now,
                    is_member=seat.role == "member",
                )
            ],
            ignore_conflicts=True,
        )
        own = Receipt.objects.filter(
            broadcast_id=broadcast_id, group_id=group_id, person_id=seat.person_id
        )
        taken = own.filter(answered_at=None).update(
            answered_at=now, answer=option, is_understood=option == right
        )
        if not taken and not own.filter(answer=option).exists():
            raise AlreadyAnswered(broadcast_id=broadcast_id)
        own.filter(Q(read_at=None) | Q(delivered_at=None)).update(read_at=now, delivered_at=now)
        return Answer(option=option, is_understood=option == right, right_option=right)
