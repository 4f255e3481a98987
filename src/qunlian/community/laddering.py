"""
Carrying a breach's step out, undoing it, and going on when a red packet was not given.

Nothing here talks to a platform: requests are written, and tasks come of them, in the transaction of an
action. How a breach follows them stands in breaches.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from qunlian.community import polite, requests
from qunlian.community.models import Breach, Group, Member, Request, Task
from qunlian.community.queries.ladder import ladder_of, name_in, steps_had, ways_of
from qunlian.community.rules import ladder
from qunlian.community.rules.asking import OPEN
from qunlian.kernel import journal, queue
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict
from qunlian.platforms.port import Feature, Means
from qunlian.platforms.registry import means

#: Steps that the whole group is told of where the platform can; who is taken out reads it on his own page.
_TOLD: Final = ("recall", "packet", "mute")
#: A packet that was not given, and what came after it, and so on.
_LONGEST_CHAIN: Final = 8


class NoStepLeft(Conflict):
    """None of this group's steps can be done on its platform; talk to the person, or choose other steps."""

    code: ClassVar[str] = "community.no_step_left"


class StepUnderWay(Conflict):
    """The same step is under way for this person already."""

    code: ClassVar[str] = "community.step_under_way"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """
    What somebody did.

    :ivar words: what he is told; empty: the usual words
    :ivar message_seq: the message that it was, with ``said``, what stood in it
    """

    person_id: int
    rule: str
    words: str = ""
    message_seq: int | None = None
    said: str = ""
    follows_id: int | None = None


def step_ahead(group: Group, offence: Offence, at: datetime) -> ladder.NextStep:
    """
    Return what follows; the group's row is held.

    :raises NoStepLeft: nothing of the group's ladder can be done
    :raises StepUnderWay: he is having that step just now
    """
    ahead = ladder.next_step(
        ladder_of(group),
        ways_of(group.platform),
        steps_had(group.pk, offence.person_id, at),
        has_message=offence.message_seq is not None,
    )
    if ahead is None:
        raise NoStepLeft(group=group.name)
    under_way = Breach.objects.filter(
        group=group,
        person_id=offence.person_id,
        step=ahead.step,
        state__in=ladder.OPEN,
        standing__in=ladder.COUNTING,
        counts_until_at__gt=at,
    )
    if under_way.exists():
        raise StepUnderWay
    return ahead


def begin(
    actor: Actor, group: Group, offence: Offence, ahead: ladder.NextStep, at: datetime
) -> Breach:
    """Note a breach and ask for what follows from it; the group's row is held."""
    until = ladder.until(ahead.step, at)
    called = name_in(group, offence.person_id)
    words = offence.words or polite.words_for(ahead.step, called, offence.rule, until)
    breach = Breach.objects.create(
        enterprise_id=actor.enterprise_id,
        group=group,
        person_id=offence.person_id,
        rule=offence.rule,
        words=words,
        message_seq=offence.message_seq,
        said=offence.said,
        step=ahead.step,
        follows_id=offence.follows_id,
        noted_by=actor.account_id,
        noted_at=at,
        counts_until_at=at + timedelta(days=ladder_of(group).window_days),
        due_at=until if ahead.step == "packet" else None,
        until_at=until if ahead.step == "mute" else None,
    )
    breach.request = _ask(actor, group, breach, ahead, called)
    breach.save(update_fields=["request"])
    queue.enqueue("community.settle_requests", enterprise_id=actor.enterprise_id)
    journal.record(
        "community.breach_noted",
        actor=actor,
        at=at,
        about={"group": [group.pk], "person": [breach.person_id], "breach": [breach.pk]},
        rule=breach.rule,
        step=breach.step,
    )
    return breach


class PacketNotDue(Conflict):
    """He has time for his red packet until %(until)s."""

    code: ClassVar[str] = "community.packet_not_due"


class AppealWaits(Conflict):
    """He has appealed; that is decided first."""

    code: ClassVar[str] = "community.appeal_waits"


def packet_not_given(actor: Actor, task: Task, at: datetime) -> None:
    """
    Go on to the next step because somebody put no red packet, as the task's person says.

    :raises PacketNotDue: his time is not over
    :raises AppealWaits: he has appealed
    """
    breach = Breach.objects.filter(request_id=int(task.source_key)).first()
    if breach is None:
        return
    if breach.due_at is not None and at < breach.due_at:
        raise PacketNotDue(until=polite.moment(breach.due_at))
    if breach.standing == "appealed":
        raise AppealWaits(id=breach.pk)
    go_on(actor, breach, at)


def go_on(actor: Actor, breach: Breach, at: datetime) -> Breach | None:
    """Note what follows because no red packet was given; None where the group's ladder ends there."""
    group = Group.objects.select_for_update(of=("self",)).get(pk=breach.group_id)
    offence = Offence(person_id=breach.person_id, rule=breach.rule, follows_id=breach.pk)
    try:
        ahead = step_ahead(group, offence, at)
    except (NoStepLeft, StepUnderWay):
        return None
    return begin(actor, group, offence, ahead, at)


def undo(actor: Actor, breach: Breach, standing: str, at: datetime) -> list[int]:
    """
    Let a breach, and those that followed from it, not count any more; undo what can be undone.

    What waits is taken back, who was silenced may write again, who was taken out may come in again.
    Returns the breaches.
    """
    chain = [breach]
    while len(chain) < _LONGEST_CHAIN:
        after = Breach.objects.filter(follows=chain[-1], standing__in=ladder.COUNTING)
        following = after.select_for_update(of=("self",)).first()
        if following is None:
            break
        chain.append(following)
    group = Group.objects.get(pk=breach.group_id)
    for one in chain:
        Breach.objects.filter(pk=one.pk).update(standing=standing, undone_at=at)
        about = Request.objects.filter(
            group=group, payload__contains={"breach_id": one.pk}, state__in=OPEN
        )
        requests.take_back(actor, about, at)
        if one.step == "mute" and one.undone_at is None:
            _let_write(actor, group, one, at)
    queue.enqueue("community.settle_requests", enterprise_id=actor.enterprise_id)
    return [one.pk for one in chain]


def let_write(actor: Actor, breach: Breach, at: datetime) -> None:
    """Have somebody's silence ended by whom ended it must be: a person, where he began it."""
    group = Group.objects.select_for_update(of=("self",)).get(pk=breach.group_id)
    first = Breach.objects.filter(pk=breach.pk, undone_at=None).update(undone_at=at)
    if first and means(group.platform, Feature.MUTE_MEMBER) is Means.PERSON:
        _let_write(actor, group, breach, at)


def _let_write(actor: Actor, group: Group, breach: Breach, at: datetime) -> None:
    """Ask that he may write again, unless he never was silent."""
    state = Breach.objects.filter(pk=breach.pk).values_list("state", flat=True).get()
    if state in ("done", "asked", "unknown"):
        requests.ask(actor, group, "unmute", at, person_id=breach.person_id, breach_id=breach.pk)


def _speaker(actor: Actor, group: Group) -> int | None:
    """Return who says it in the group: whoever noted it and sits there, else its owner."""
    sits = Member.objects.filter(group=group, person_id=actor.person_id or 0, left_at=None)
    return actor.person_id if sits.exists() else group.owner_person_id


def _ask(
    actor: Actor, group: Group, breach: Breach, ahead: ladder.NextStep, called: str
) -> Request:
    """Ask for the step, for the message to go where a harder step takes it along, and that he is told."""
    at = breach.noted_at
    facts: dict[str, Any] = {
        "person_id": breach.person_id,
        "breach_id": breach.pk,
        "called": called,
        "text": breach.words,
        "by": _speaker(actor, group),
        "rule": breach.rule,
    }
    if breach.message_seq is not None:
        facts |= {"message_seq": breach.message_seq, "said": breach.said}
    if until := breach.due_at or breach.until_at:
        facts["until_at"] = until.isoformat()
    if ahead.takes_message and breach.step != "recall":
        requests.ask(actor, group, "recall", at, **facts)
    is_said_by_platform = means(group.platform, Feature.POST) is Means.API
    if breach.step in _TOLD and is_said_by_platform:
        requests.ask(actor, group, "remind", at, **facts)
    return requests.ask(actor, group, breach.step, at, **facts)
