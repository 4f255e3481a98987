"""Say that one has put the red packet into the group."""

from datetime import datetime
from typing import ClassVar

from qunlian.community import access
from qunlian.community.models import Breach
from qunlian.community.rules import ladder
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict


class NoPacketAwaited(Conflict):
    """No red packet is waited for here."""

    code: ClassVar[str] = "community.no_packet_awaited"


def tell_packet(*, actor: Actor, breach_id: int, now: datetime) -> int:
    """
    Tell who watches over the group that the packet is there; he looks and answers. Returns the breach.

    Telling again changes nothing.

    :raises NotFound: it is not the actor's
    :raises NoPacketAwaited: another step followed, or it is over
    """
    with scope.writing(actor):
        breach = access.own_breach_for(actor, breach_id)
        if (
            breach.step != "packet"
            or breach.state not in ladder.OPEN
            or breach.standing not in ladder.COUNTING
        ):
            raise NoPacketAwaited(id=breach_id)
        if breach.told_given_at is None:
            Breach.objects.filter(pk=breach_id).update(told_given_at=now)
            journal.record(
                "community.packet_told",
                actor=actor,
                at=now,
                about={
                    "group": [breach.group_id],
                    "person": [breach.person_id],
                    "breach": [breach_id],
                },
            )
        return breach_id
