"""Stores that differ in one thing only are cut as well as can be: held against all ways, and against a table."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunlian.community.planner import Roster, Terms, plan


def on_a_line(sizes: list[int]) -> Roster:
    """Make a roster of one cell whose stores differ in size only."""
    same = [0] * len(sizes)
    return Roster.of(
        patch=same,
        type_code=same,
        attribute_code=same,
        size_fen=sizes,
        closeness=same,
        seats=[1] * len(sizes),
    )


def spread_on_line(roster: Roster) -> np.ndarray:
    """Return where the stores lie, measured as the planner does, without its code."""
    place = np.log1p(roster.size_fen.astype(np.float64))
    place = np.clip(place, *np.quantile(place, (0.005, 0.995)))
    return (place - place.mean()) / (place.std() or 1.0)


def least_by_trying(place: np.ndarray, groups: int, room: int) -> float:
    """Return the least spread of so many groups, by trying every assignment."""
    best = np.inf
    for assigned in product(range(groups), repeat=len(place)):
        label = np.array(assigned)
        stores = np.bincount(label, minlength=groups)
        if stores.min() >= 1 and stores.max() <= room:
            best = min(best, sum(place[label == g].var() * stores[g] for g in range(groups)))
    return float(best)


def least_by_table(place: np.ndarray, groups: int, room: int) -> float:
    """Return the least spread of cutting a line, row by row through all first cuts."""
    ranked = np.sort(place)
    count = len(ranked)
    least = np.full(count + 1, np.inf)
    least[0] = 0.0
    for _ in range(groups):
        least = np.array(
            [
                min(
                    (
                        least[start] + ranked[start:end].var() * (end - start)
                        for start in range(max(0, end - room), end)
                    ),
                    default=np.inf,
                )
                for end in range(count + 1)
            ]
        )
    return float(least[count])


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 10**7), min_size=5, max_size=8), st.integers(2, 4))
def test_a_line_is_cut_as_well_as_can_be_by_trying(sizes: list[int], room: int) -> None:
    roster = on_a_line(sizes)
    made = plan(roster, Terms.of("strict", soft_cap=room, reserved_seats=0, minimum_seats=0))
    if made.groups.count <= 3:
        best = least_by_trying(spread_on_line(roster), made.groups.count, room)
        assert made.totals.spread == pytest.approx(best, abs=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.integers(20, 130), st.integers(5, 12), st.integers(0, 99))
def test_a_line_is_cut_as_well_as_can_be_by_table(count: int, room: int, seed: int) -> None:
    sizes = np.exp(np.random.default_rng(seed).normal(13, 1.5, count)).astype(np.int64)
    roster = on_a_line(sizes.tolist())
    made = plan(roster, Terms.of("strict", soft_cap=room, reserved_seats=0, minimum_seats=0))
    best = least_by_table(spread_on_line(roster), made.groups.count, room)
    assert made.groups.count == -(-count // room)
    assert made.totals.spread == pytest.approx(best, rel=1e-9, abs=1e-9)
