"""
What follows when a member breaks a group's rules: the next step that he has not had and that can be done.

remind → recall → "red packet or out" → mute → remove. Nobody climbs down: after a step come only those above
it, until the window is over; who has had the last one gets it again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

#: From the mildest to the hardest.
STEPS: Final = ("remind", "recall", "packet", "mute", "remove")
WINDOW_DAYS: Final = 90
LONGEST_WINDOW: Final = 366
#: So long a member has to give a red packet, and so long he is silent.
PACKET_GIVEN_WITHIN: Final = timedelta(days=2)
MUTED_FOR: Final = timedelta(days=3)
#: So long after a breach was noted its member may appeal.
APPEAL_WITHIN: Final = timedelta(days=7)
LONGEST_RULE: Final = 120
LONGEST_WORDS: Final = 300
LONGEST_APPEAL: Final = 500

#: How a step is being carried out; the first three go on.
OPEN: Final = ("asked", "unknown", "with_person")
STATES: Final = (*OPEN, "done", "not_given", "refused", "expired", "withdrawn")
#: Of these the member had nothing.
NOT_HAD: Final = ("refused", "expired", "withdrawn")
#: How a breach stands; the last two do not count.
STANDINGS: Final = ("stands", "appealed", "upheld", "lifted", "granted")
COUNTING: Final = ("stands", "appealed", "upheld")
#: Where nothing but a person can do a step; a platform has other ways as well.
NO_WAY: Final = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """
    Which steps a group uses, and for how long a breach counts.

    :ivar steps: some of ``STEPS``, at least one
    """

    steps: tuple[str, ...] = STEPS
    window_days: int = WINDOW_DAYS

    def problem(self) -> str:
        """Return the name of the field that cannot be, or an empty text."""
        if not self.steps or not set(self.steps) <= set(STEPS):
            return "steps"
        return "" if 1 <= self.window_days <= LONGEST_WINDOW else "window_days"

    def in_order(self) -> tuple[str, ...]:
        """Return its steps from the mildest to the hardest."""
        return tuple(step for step in STEPS if step in self.steps)

    def as_json(self) -> dict[str, Any]:
        """Return what is kept."""
        return {"steps": list(self.in_order()), "window_days": self.window_days}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Ladder":
        """Read what ``as_json`` kept; nothing kept is the usual ladder."""
        if not kept:
            return cls()
        return cls(steps=tuple(kept["steps"]), window_days=int(kept["window_days"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """
    What comes next, by which means, and whether the message goes as well.

    :ivar skipped: the steps passed over on the way: (step, ``no_way`` or ``no_message``)
    """

    step: str
    way: str
    takes_message: bool = False
    skipped: tuple[tuple[str, str], ...] = ()


def next_step(
    ladder: Ladder, ways: Mapping[str, str], had: Collection[str], *, has_message: bool
) -> NextStep | None:
    """
    Return what follows for a member who has had these steps; None: nothing of it can be done.

    :param ways: step → by which means the group's platform does it; ``none`` when nobody can
    :param has_message: there is a message that can be taken back
    """
    highest = max((STEPS.index(step) for step in had), default=-1)
    steps = ladder.in_order()
    above = [step for step in steps if STEPS.index(step) > highest]
    skipped = []
    for step in above:
        if problem := _problem(step, ways, has_message=has_message):
            skipped.append((step, problem))
            continue
        return _next(ladder, ways, step, tuple(skipped), has_message=has_message)
    again = [step for step in steps if not _problem(step, ways, has_message=has_message)]
    if not again:
        return None
    return _next(ladder, ways, again[-1], tuple(skipped), has_message=has_message)


def until(step: str, at: datetime) -> datetime | None:
    """Return until when a red packet is to be given, or somebody is silent; None: a step without a time."""
    return {"packet": at + PACKET_GIVEN_WITHIN, "mute": at + MUTED_FOR}.get(step)


def may_appeal(*, standing: str, noted_at: datetime, now: datetime) -> bool:
    """Tell whether the member may still say that he sees it otherwise."""
    return standing == "stands" and now - noted_at <= APPEAL_WITHIN


def _problem(step: str, ways: Mapping[str, str], *, has_message: bool) -> str:
    if ways.get(step, NO_WAY) == NO_WAY:
        return "no_way"
    return "no_message" if step == "recall" and not has_message else ""


def _next(
    ladder: Ladder,
    ways: Mapping[str, str],
    step: str,
    skipped: tuple[tuple[str, str], ...],
    *,
    has_message: bool,
) -> NextStep:
    """From the step on that takes a message back, the message goes whatever the step is: no advert stays."""
    can_take = "recall" in ladder.steps and not _problem("recall", ways, has_message=has_message)
    is_above = STEPS.index(step) >= STEPS.index("recall")
    return NextStep(step=step, way=ways[step], takes_message=can_take and is_above, skipped=skipped)
