"""What an examination of a platform's set-up says: one finding per check, in the reader's language."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a check ended; ``skipped``: not looked at, because an earlier one failed."""

    OK = "ok"
    LOOK = "look"
    WRONG = "wrong"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One check: what was expected, what was found, and what to do where.

    :ivar check: its name, the same for ever; ``title`` and the texts are translated already
    """

    check: str
    title: str
    state: State
    expected: str = ""
    got: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OurPerson:
    """
    One of our people who works on a platform.

    :ivar key: his account there; "" while nobody has said which it is
    :ivar runs_rooms: he owns or looks after groups there
    """

    name: str
    key: str = ""
    runs_rooms: bool = False


def worst(findings: tuple[Finding, ...]) -> State:
    """Return the worst of what was looked at."""
    states = {one.state for one in findings}
    return next((one for one in (State.WRONG, State.LOOK) if one in states), State.OK)
