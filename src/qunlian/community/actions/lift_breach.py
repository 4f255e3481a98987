"""Take a breach back: it was noted by mistake, or it is enough."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.community import access, laddering
from qunlian.community.models import Breach
from qunlian.community.rules import ladder
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid

LONGEST_WHY = 200


class CountsNoMore(Conflict):
    """This has been lifted already."""

    code: ClassVar[str] = "community.counts_no_more"


class WhyTooLong(Invalid):
    """The reason has at most 200 characters."""

    code: ClassVar[str] = "community.why_too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachesUndone:
    """Which breaches do not count any more: the one, and those that followed from it."""

    breach_id: int
    group_id: int
    breach_ids: tuple[int, ...]


def lift_breach(*, actor: Actor, breach_id: int, why: str = "", now: datetime) -> BreachesUndone:
    """
    Let a breach not count, and undo what can be undone: who was silenced writes again, who was out may come.

    :raises NotFound: no such breach in a group that the actor looks after
    :raises Forbidden: the actor may look at the group only
    :raises CountsNoMore: it has been lifted, or an appeal was granted
    :raises WhyTooLong: the reason is too long
    """
    why = " ".join(why.split())
    if len(why) > LONGEST_WHY:
        raise WhyTooLong(field="why")
    with scope.writing(actor):
        breach = access.breach_to_change(actor, breach_id)
        if breach.standing not in ladder.COUNTING:
            raise CountsNoMore(id=breach_id)
        undone = laddering.undo(actor, breach, "lifted", now)
        Breach.objects.filter(pk__in=undone).update(
            lifted_by=actor.account_id, lifted_at=now, lifted_why=why
        )
        journal.record(
            "community.breach_lifted",
            actor=actor,
            at=now,
            about={"group": [breach.group_id], "person": [breach.person_id], "breach": undone},
            reason=why,
        )
        return BreachesUndone(
            breach_id=breach_id, group_id=breach.group_id, breach_ids=tuple(undone)
        )
