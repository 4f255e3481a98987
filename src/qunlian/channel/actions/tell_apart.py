"""Say that two people who look like one are two."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.channel import access
from qunlian.channel.models import LikelyDuplicate
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict


class DecidedAlready(Conflict):
    """Somebody has decided about these two already."""

    code: ClassVar[str] = "channel.decided_already"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldApart:
    """Who are two people and are not asked about again."""

    first_id: int
    second_id: int


def tell_apart(*, actor: Actor, duplicate_id: int, now: datetime) -> ToldApart:
    """
    Take a pair off the work list for good.

    :raises Forbidden: only the enterprise's own people who look after stores decide
    :raises NotFound: no such pair of which both are within the actor's reach
    :raises DecidedAlready: it was decided meanwhile
    """
    with scope.writing(actor):
        row = access.duplicate_for(actor, duplicate_id)
        access.own_people_only(actor)
        decided = LikelyDuplicate.objects.filter(pk=row.pk, state="open").update(
            state="different", decided_by=actor.account_id, decided_at=now
        )
        if not decided:
            raise DecidedAlready
        journal.record(
            "channel.people_told_apart",
            actor=actor,
            at=now,
            about={"person": [row.first_id, row.second_id]},
        )
        return ToldApart(first_id=row.first_id, second_id=row.second_id)
