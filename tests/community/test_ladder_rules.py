"""Which step follows: never one that he has had or that nobody can do, never a milder one."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from qunlian.community.rules.ladder import STEPS, Ladder, NextStep, next_step

WAYS = dict.fromkeys(STEPS, "api")
SUBSETS = [list(some) for size in range(1, 6) for some in combinations(STEPS, size)]


def _steps(ladder: Ladder, ways: dict[str, str], *, has_message: bool, times: int) -> list[str]:
    """What follows breach upon breach."""
    had: list[str] = []
    for _ in range(times):
        ahead = next_step(ladder, ways, had, has_message=has_message)
        assert ahead is not None
        had.append(ahead.step)
    return had


def test_up_the_ladder_and_on_its_last_step() -> None:
    climbed = _steps(Ladder(), WAYS, has_message=True, times=6)
    assert climbed == [*STEPS, "remove"]
    assert _steps(Ladder(), WAYS, has_message=False, times=3) == ["remind", "packet", "mute"]


def test_what_nobody_can_do_is_passed_over_and_told() -> None:
    ways = WAYS | {"mute": "none", "remove": "person"}
    ahead = next_step(Ladder(), ways, ["packet"], has_message=True)
    assert ahead == NextStep(
        step="remove", way="person", takes_message=True, skipped=(("mute", "no_way"),)
    )


def test_nothing_is_left_where_nothing_can_be_done() -> None:
    assert next_step(Ladder(steps=("recall",)), WAYS, [], has_message=False) is None
    ways = WAYS | {"mute": "none"}
    assert next_step(Ladder(steps=("mute",)), ways, [], has_message=True) is None
    ahead = next_step(Ladder(steps=("remind", "mute")), ways, ["remind"], has_message=True)
    assert ahead is not None
    assert ahead.step == "remind"


def test_an_advert_goes_with_every_step_from_recalling_on() -> None:
    takes = [
        ahead.takes_message
        for step in ("", *STEPS[:-1])
        if (ahead := next_step(Ladder(), WAYS, [step] if step else [], has_message=True))
    ]
    assert takes == [False, True, True, True, True]
    without = Ladder(steps=("remind", "mute"))
    ahead = next_step(without, WAYS, ["remind"], has_message=True)
    assert ahead is not None
    assert not ahead.takes_message


@given(
    steps=st.sampled_from(SUBSETS),
    had=st.sets(st.sampled_from(STEPS)),
    none=st.sets(st.sampled_from(STEPS)),
    has_message=st.booleans(),
)
def test_whatever_the_group_chose(
    steps: list[str], had: set[str], none: set[str], has_message: bool
) -> None:
    ways = WAYS | dict.fromkeys(none, "none")
    ahead = next_step(Ladder(steps=tuple(steps)), ways, had, has_message=has_message)
    able = [step for step in steps if step not in none and (step != "recall" or has_message)]
    if not able:
        assert ahead is None
        return
    assert ahead is not None
    assert ahead.step in able
    highest = max((STEPS.index(step) for step in had), default=-1)
    above = [step for step in able if STEPS.index(step) > highest]
    assert ahead.step == (above[0] if above else able[-1])


def test_a_ladder_is_kept_and_read() -> None:
    ladder = Ladder(steps=("remove", "remind"), window_days=30)
    assert Ladder.of(ladder.as_json()).steps == ("remind", "remove")
    assert Ladder.of({}) == Ladder()
    assert Ladder(steps=("shout",)).problem() == "steps"
    assert Ladder(window_days=0).problem() == "window_days"
