"""Note that a member broke a rule of the group; the next step of its ladder follows."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import IntegrityError, transaction

from qunlian.community import access, laddering
from qunlian.community.models import Breach, Group, Member
from qunlian.community.rules import ladder, life
from qunlian.community.steps import GroupClosed
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid, NotFound


class RuleMissing(Invalid):
    """Say which rule it was, in 1 to 120 characters."""

    code: ClassVar[str] = "community.rule_missing"


class TellingTooLong(Invalid):
    """What the member is told has at most 300 characters."""

    code: ClassVar[str] = "community.telling_too_long"


class NotHisMessage(Invalid):
    """This message is somebody else's, or it is gone already."""

    code: ClassVar[str] = "community.not_his_message"


class AlreadyNoted(Conflict):
    """Somebody has noted this message already; the group's log shows what follows."""

    code: ClassVar[str] = "community.already_noted"


class AnotherStep(Conflict):
    """Another step comes next by now; look at it again before you note it."""

    code: ClassVar[str] = "community.another_step"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSaid:
    """
    A message as messaging tells it; the interface asks there.

    :ivar person_id: who wrote it
    :ivar words: what stands in it, in short
    """

    seq: int
    person_id: int | None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """
    Who broke which rule, by which message if by one.

    :ivar words: what he is told; empty: the usual words
    :ivar step: the step that whoever notes it has seen coming; empty: any
    """

    group_id: int
    person_id: int
    rule: str
    message: MessageSaid | None = None
    words: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachNoted:
    """What follows, and by which means: ``api`` or ``person``."""

    breach_id: int
    group_id: int
    step: str
    way: str


def note_breach(*, actor: Actor, note: Note, now: datetime) -> BreachNoted:
    """
    Note a breach and begin what follows: the next step that this member has not had within the window.

    :raises NotFound: no such group within the actor's reach, or the person is no plain member of it
    :raises Forbidden: the actor does not look after the group
    :raises GroupClosed: the group has ended
    :raises RuleMissing: no rule, or one that is too long
    :raises TellingTooLong: the words to the member are too long
    :raises NotHisMessage: the message is not this member's
    :raises AlreadyNoted: somebody has noted this message
    :raises AnotherStep: what comes next is not what was seen coming
    :raises NoStepLeft: nothing of the group's ladder can be done
    :raises StepUnderWay: the same step is under way for him
    """
    rule, words = _checked(note)
    with scope.writing(actor):
        group = access.group_to_change(actor, note.group_id)
        _check_member(group, note)
        seq = note.message.seq if note.message else None
        noted = Breach.objects.filter(group=group, standing__in=ladder.COUNTING)
        if seq is not None and noted.filter(message_seq=seq).exists():
            raise AlreadyNoted(seq=seq)
        offence = laddering.Offence(
            person_id=note.person_id,
            rule=rule,
            words=words,
            message_seq=seq,
            said=note.message.words[:120] if note.message else "",
        )
        ahead = laddering.step_ahead(group, offence, now)
        if note.step not in ("", ahead.step):
            raise AnotherStep(step=ahead.step)
        try:
            with transaction.atomic():  # the row decides, whatever was read before
                breach = laddering.begin(actor, group, offence, ahead, now)
        except IntegrityError:
            if seq is None:
                raise
            raise AlreadyNoted(seq=seq) from None
        return BreachNoted(breach_id=breach.pk, group_id=group.pk, step=breach.step, way=ahead.way)


def _checked(note: Note) -> tuple[str, str]:
    """
    Return the rule and the words as they are kept.

    :raises RuleMissing: no rule, or one that is too long
    :raises TellingTooLong: the words are too long
    :raises NotHisMessage: the message is another's
    """
    rule, words = " ".join(note.rule.split()), note.words.strip()
    if not 1 <= len(rule) <= ladder.LONGEST_RULE:
        raise RuleMissing(field="rule")
    if len(words) > ladder.LONGEST_WORDS:
        raise TellingTooLong(field="words")
    if note.message is not None and note.message.person_id != note.person_id:
        raise NotHisMessage(field="message")
    return rule, words


def _check_member(group: Group, note: Note) -> None:
    """
    Refuse where nobody can break a rule.

    :raises GroupClosed: the group has ended
    :raises NotFound: the person is no plain member of it: colleagues are spoken to
    """
    if group.life not in life.OPEN:
        raise GroupClosed(group=group.name)
    seated = Member.objects.filter(
        group=group, person_id=note.person_id, left_at=None, role="member"
    )
    if not seated.exists():
        raise NotFound(kind="member", id=note.person_id)
