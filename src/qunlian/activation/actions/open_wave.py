"""Open the next wave of a roll-out, after a look at those before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from qunlian.activation import access
from qunlian.activation.models import Rollout, Wave, WaveStore
from qunlian.activation.queries.rollouts import results_of
from qunlian.community.steps import release_groups
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid

LONGEST = 400
#: A look at results is worth a decision for so long.
FRESH = timedelta(days=1)


class WaveNotNext(Conflict):
    """This wave is not the next one; look at the page again."""

    code: ClassVar[str] = "activation.wave_not_next"


class LookMissing(Invalid):
    """First look at the results of the waves before, then say in your words why to go on."""

    code: ClassVar[str] = "activation.look_missing"


class WaveTooEarly(Conflict):
    """The wave before is open for less than %(days)s days: wait, or tick that you open the next early."""

    code: ClassVar[str] = "activation.wave_too_early"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """
    What somebody saw and decided before the next wave; the first wave needs none.

    :ivar seen_at: when the results he saw were taken
    :ivar decision: why to go on, in his own words, to 400 characters
    :ivar is_early: he knows that the wave before was not watched as long as agreed
    """

    seen_at: datetime | None = None
    decision: str = ""
    is_early: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveOpened:
    """A wave whose stores are invited from now on; ``groups`` that began to invite with it."""

    rollout_id: int
    number: int
    stores: int
    groups: int


def open_wave(
    *, actor: Actor, rollout_id: int, number: int, look: Look, now: datetime
) -> WaveOpened:
    """
    Invite the stores of the next wave: its groups that were held back begin to invite.

    What the waves before brought is kept with the decision, as it stood at that moment.

    :raises NotFound: no such roll-out within the actor's reach
    :raises Forbidden: the actor does not open waves
    :raises WaveNotNext: another wave comes first, or somebody just opened this one
    :raises LookMissing: no fresh look at the results, or no words
    :raises WaveTooEarly: the wave before has not been watched long enough
    """
    with scope.writing(actor):
        rollout = access.rollout_for(actor, rollout_id, is_for_change=True)
        access.may(actor, access.OPENERS)
        following = Wave.objects.filter(rollout=rollout, opened_at=None).order_by("number").first()
        if following is None or following.number != number:
            raise WaveNotNext
        before = Wave.objects.filter(rollout=rollout, number=number - 1).first()
        if before is not None:
            _check(rollout, before, look, now)
        seen = results_of(actor, rollout_id, now=now).as_json() if before else []
        decision = " ".join(look.decision.split())[:LONGEST]
        Wave.objects.filter(pk=following.pk).update(
            opened_at=now, opened_by=actor.account_id, decision=decision, seen=seen
        )
        stores = WaveStore.objects.filter(rollout=rollout, number=number)
        ids = stores.values_list("group_id", flat=True).distinct()
        group_ids = sorted(group_id for group_id in ids if group_id is not None)
        released = release_groups(actor=actor, group_ids=group_ids, at=now)
        journal.record(
            "activation.wave_opened",
            actor=actor,
            at=now,
            about={"rollout": [rollout.pk], "group": released},
            number=number,
            stores=following.stores,
            decision=decision,
            seen=seen,
        )
        return WaveOpened(
            rollout_id=rollout.pk, number=number, stores=following.stores, groups=len(released)
        )


def _check(rollout: Rollout, before: Wave, look: Look, now: datetime) -> None:
    opened = before.opened_at or now
    is_fresh = look.seen_at is not None and max(opened, now - FRESH) <= look.seen_at <= now
    if not is_fresh or not look.decision.strip():
        raise LookMissing(field="decision")
    if now - opened < timedelta(days=rollout.wait_days) and not look.is_early:
        raise WaveTooEarly(days=rollout.wait_days)
