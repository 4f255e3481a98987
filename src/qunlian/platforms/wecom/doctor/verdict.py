"""How a check answers."""

from dataclasses import dataclass

from qunlian.platforms.findings import State

#: So many names are said; the rest is counted.
NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was expected, what was found, and what to do about it; in the reader's language."""

    state: State
    expected: str
    got: str
    fix: str = ""


def fine(expected: str, got: str) -> Verdict:
    """Say that it is as expected."""
    return Verdict(State.OK, expected, got)


def wrong(expected: str, got: str, fix: str) -> Verdict:
    """Say that nothing works before it is mended."""
    return Verdict(State.WRONG, expected, got, fix)


def look(expected: str, got: str, fix: str) -> Verdict:
    """Say that somebody should look at it."""
    return Verdict(State.LOOK, expected, got, fix)


def some(names: list[str]) -> str:
    """Name the first few."""
    shown = ", ".join(names[:NAMES_SHOWN])
    return shown if len(names) <= NAMES_SHOWN else f"{shown} … (+{len(names) - NAMES_SHOWN})"
