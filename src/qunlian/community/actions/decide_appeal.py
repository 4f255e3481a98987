"""Decide on an appeal: it is granted, or the breach stays."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.community import access, laddering
from qunlian.community.models import Breach
from qunlian.community.rules import ladder
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Forbidden, Invalid


class OwnNote(Forbidden):
    """You noted this yourself; headquarters or another manager decides on the appeal."""

    code: ClassVar[str] = "community.own_note"


class NoAppeal(Conflict):
    """No appeal waits here: somebody has decided, or it was lifted."""

    code: ClassVar[str] = "community.no_appeal"


class DecisionWords(Invalid):
    """Tell the member in 1 to 300 characters why."""

    code: ClassVar[str] = "community.decision_words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of an appeal; a member who is refused is told why, in ``words``."""

    breach_id: int
    is_granted: bool
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDecided:
    """Which breaches do not count any more, if it was granted."""

    breach_id: int
    group_id: int
    is_granted: bool
    breach_ids: tuple[int, ...]


def decide_appeal(*, actor: Actor, decision: Decision, now: datetime) -> AppealDecided:
    """
    Grant an appeal and undo what can be undone, or let the breach stay and say why.

    :raises NotFound: no such breach in a group that the actor looks after
    :raises Forbidden: the actor is neither headquarters nor a manager above the group
    :raises OwnNote: the actor noted it
    :raises NoAppeal: none waits
    :raises DecisionWords: a refusal without words, or too many words
    """
    words = decision.words.strip()
    if len(words) > ladder.LONGEST_WORDS or not (words or decision.is_granted):
        raise DecisionWords(field="words")
    with scope.writing(actor):
        breach = access.breach_to_change(actor, decision.breach_id)
        if actor.role not in access.APPROVERS:
            raise Forbidden
        if breach.noted_by is not None and breach.noted_by == actor.account_id:
            raise OwnNote(id=breach.pk)
        if breach.standing != "appealed":
            raise NoAppeal(id=breach.pk)
        undone: list[int] = []
        if decision.is_granted:
            undone = laddering.undo(actor, breach, "granted", now)
        else:
            Breach.objects.filter(pk=breach.pk).update(standing="upheld")
        Breach.objects.filter(pk=breach.pk).update(
            decided_by=actor.account_id, decided_at=now, decision=words
        )
        journal.record(
            "community.appeal_decided",
            actor=actor,
            at=now,
            about={
                "group": [breach.group_id],
                "person": [breach.person_id],
                "breach": undone or [breach.pk],
            },
            is_granted=decision.is_granted,
        )
        return AppealDecided(
            breach_id=breach.pk,
            group_id=breach.group_id,
            is_granted=decision.is_granted,
            breach_ids=tuple(undone),
        )
