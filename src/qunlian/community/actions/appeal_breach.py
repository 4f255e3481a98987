"""Say that one sees it otherwise."""

from datetime import datetime
from typing import ClassVar

from qunlian.community import access
from qunlian.community.models import Breach
from qunlian.community.rules import ladder
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid


class AppealWords(Invalid):
    """Say in 1 to 500 characters how you see it."""

    code: ClassVar[str] = "community.appeal_words"


class AppealClosed(Conflict):
    """This can't be appealed any more: it was decided or lifted, or it is more than seven days old."""

    code: ClassVar[str] = "community.appeal_closed"


def appeal_breach(*, actor: Actor, breach_id: int, words: str, now: datetime) -> int:
    """
    Appeal against a breach of one's own, within seven days and once; returns the breach.

    Headquarters or the manager above decides, never who noted it. What follows goes on meanwhile, but no
    harder step comes of a red packet that is not given.

    :raises NotFound: it is not the actor's
    :raises AppealWords: no words, or too many
    :raises AppealClosed: it is older, was appealed before, or does not count any more
    """
    said = words.strip()
    if not 1 <= len(said) <= ladder.LONGEST_APPEAL:
        raise AppealWords(field="words")
    with scope.writing(actor):
        breach = access.own_breach_for(actor, breach_id)
        if not ladder.may_appeal(standing=breach.standing, noted_at=breach.noted_at, now=now):
            raise AppealClosed(id=breach_id)
        Breach.objects.filter(pk=breach_id).update(
            standing="appealed", appealed_at=now, appeal=said
        )
        journal.record(
            "community.breach_appealed",
            actor=actor,
            at=now,
            about={
                "group": [breach.group_id],
                "person": [breach.person_id],
                "breach": [breach_id],
            },
        )
        return breach_id
