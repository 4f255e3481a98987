"""
Weather: what goes wrong on the way, drawn from the seed.

Every draw has a stream of its own, named by what it is about and a running number ("the 7th call of this
API", "event 12"), so that the same story meets the same weather whatever runs beside it.
"""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Weather:
    """Shares are between 0 and 1, of calls or of callbacks; times are the longest that is drawn."""

    callbacks_lost: float = 0.0
    callbacks_repeated: float = 0.0
    callbacks_delayed: float = 0.0
    callback_delay_seconds: float = 0.0
    calls_busy: float = 0.0
    calls_crowded: float = 0.0
    calls_blocked: float = 0.0
    block_seconds: float = 60.0
    answers_lost: float = 0.0
    answers_slow: float = 0.0
    slow_seconds: float = 0.0
    pages_odd: float = 0.0
    reads_lag_seconds: float = 0.0


PRESETS = {
    "calm": Weather(),
    "breeze": Weather(
        callbacks_repeated=0.05,
        callbacks_delayed=0.2,
        callback_delay_seconds=0.5,
        calls_busy=0.01,
        calls_crowded=0.01,
        answers_slow=0.05,
        slow_seconds=0.3,
        pages_odd=0.1,
        reads_lag_seconds=0.3,
    ),
    "storm": Weather(
        callbacks_lost=0.2,
        callbacks_repeated=0.2,
        callbacks_delayed=0.5,
        callback_delay_seconds=2.0,
        calls_busy=0.05,
        calls_crowded=0.05,
        calls_blocked=0.01,
        block_seconds=3.0,
        answers_lost=0.03,
        answers_slow=0.1,
        slow_seconds=1.0,
        pages_odd=0.3,
        reads_lag_seconds=2.0,
    ),
}


@dataclass(frozen=True)
class CallFate:
    """What becomes of one call. ``refusal`` keeps it from happening; a lost answer comes after it did."""

    refusal: int = 0
    is_answer_lost: bool = False
    is_lost_as_page: bool = False
    delay_seconds: float = 0.0
    is_page_odd: bool = False


@dataclass(frozen=True)
class CallbackFate:
    """When each copy of one callback sets out; none when it is lost."""

    delays: tuple[float, ...]


def call_fate(weather: Weather, seed: int, api: str, number: int) -> CallFate:
    """Draw what happens to the ``number``-th call of an API."""
    draw = random.Random(f"{seed}:call:{api}:{number}")  # noqa: S311
    trouble, lost, page, slow, odd, length = (draw.random() for _ in range(6))
    refusal, bound = 0, 0.0
    for share, code in (
        (weather.calls_busy, -1),
        (weather.calls_crowded, 45033),
        (weather.calls_blocked, 45009),
    ):
        if bound <= trouble < bound + share:
            refusal = code
        bound += share
    return CallFate(
        refusal=refusal,
        is_answer_lost=lost < weather.answers_lost,
        is_lost_as_page=lost < weather.answers_lost and page < 1 / 2,
        delay_seconds=weather.slow_seconds * length if slow < weather.answers_slow else 0.0,
        is_page_odd=odd < weather.pages_odd,
    )


def callback_fate(weather: Weather, seed: int, number: int) -> CallbackFate:
    """Draw what happens to the ``number``-th event on its way."""
    draw = random.Random(f"{seed}:callback:{number}")  # noqa: S311
    lost, repeated, delayed, first, second = (draw.random() for _ in range(5))
    if lost < weather.callbacks_lost:
        return CallbackFate(())
    delay = weather.callback_delay_seconds * first if delayed < weather.callbacks_delayed else 0.0
    if repeated < weather.callbacks_repeated:
        return CallbackFate((delay, weather.callback_delay_seconds * second))
    return CallbackFate((delay,))
