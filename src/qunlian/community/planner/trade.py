"""Improving groups two at a time: put both together and cut them anew across the line of their means.

Never makes the plan worse; keeps seats, smallest size and quota of both groups.
"""

import numpy as np

from qunlian.community.planner.compiled import part
from qunlian.community.planner.cut import Rules, Window, cut_across, seats_of, wanted_among
from qunlian.community.planner.groups import Groups, centres, fill, neighbours
from qunlian.community.planner.space import Space, along, product
from qunlian.community.planner.terms import FloatArray, IntArray

_LEAST_GAIN = 1e-9
_NEAR = 6


@part
def trade_all(space: Space, groups: Groups, rules: Rules, passes: int) -> float:
    """Trade between neighbours until nothing is won or ``passes`` are over; return the spread saved."""
    count, won = len(groups.stores), 0.0
    if count < 2:  # noqa: PLR2004
        return won
    changed = np.zeros(count, dtype=np.int64)  # the pass in which a group changed last
    for step in range(1, passes + 1):
        mean, length = centres(groups)
        near = neighbours(mean, length, min(_NEAR, count - 1))
        before = won
        for one in range(count):
            for other in near[one]:
                is_known = other < one and one in near[other]
                if is_known or max(changed[one], changed[other]) < step - 1:
                    continue
                gain = trade(space, groups, (one, other), rules)
                if gain > 0.0:
                    won += gain
                    changed[one] = changed[other] = step
        if won == before:
            break
    return won


@part
def trade(space: Space, groups: Groups, pair: tuple[int, int], rules: Rules) -> float:
    """Cut two groups anew if that saves spread; return what it saved."""
    one, other = pair
    mine, theirs = groups.stores[one], groups.stores[other]
    if mine == 0 or theirs == 0:
        return 0.0
    axis, middle = _between(groups, pair)
    is_apart = not _any_beyond(space, groups, one, (axis, middle, 1.0))
    is_apart = is_apart and not _any_beyond(space, groups, other, (axis, middle, -1.0))
    if is_apart and rules.quota == 0.0:
        return 0.0
    union, total = _together(groups, pair)
    seats = groups.seats[one] + groups.seats[other]
    least = min(rules.minimum, groups.seats[one], groups.seats[other])
    window = Window(
        max(least, seats - rules.room),
        min(rules.room, seats - least),
        max(1, len(union) - groups.members.shape[1]),
        min(len(union) - 1, groups.members.shape[1]),
        rules.quota,
    )
    before = product(groups.sums[one], groups.sums[one]) / mine
    before += product(groups.sums[other], groups.sums[other]) / theirs
    cut, between = cut_across(space, union, (axis, total), window)
    left = seats_of(space, union[:cut])
    if between <= before + _LEAST_GAIN or not window.seats_low <= left <= window.seats_high:
        return 0.0
    if rules.quota > 0.0 and _short(space, union, cut, rules) > _now(groups, pair, rules):
        return 0.0
    fill(space, groups, one, union[:cut])
    fill(space, groups, other, union[cut:])
    return float(between - before)


@part
def _together(groups: Groups, pair: tuple[int, int]) -> tuple[IntArray, FloatArray]:
    """Return the stores of both groups, and the sum (width,) of their vectors."""
    one, other = pair
    mine, theirs = groups.stores[one], groups.stores[other]
    union, total = np.empty(mine + theirs, dtype=np.int64), np.empty(groups.sums.shape[1])
    for at in range(mine):
        union[at] = groups.members[one, at]
    for at in range(theirs):
        union[mine + at] = groups.members[other, at]
    for column in range(len(total)):
        total[column] = groups.sums[one, column] + groups.sums[other, column]
    return union, total


@part
def _between(groups: Groups, pair: tuple[int, int]) -> tuple[FloatArray, float]:
    """Return the line from one group's mean to the other's, and what lies half-way on it."""
    one, other = pair
    axis = np.empty(groups.sums.shape[1])
    middle = 0.0
    for column in range(len(axis)):
        here = groups.sums[one, column] / groups.stores[one]
        there = groups.sums[other, column] / groups.stores[other]
        axis[column] = there - here
        middle += (there * there - here * here) / 2.0
    return axis, middle


@part
def _any_beyond(
    space: Space, groups: Groups, group: int, line: tuple[FloatArray, float, float]
) -> bool:
    """Return whether a store of a group lies beyond the middle: nearer to the other mean."""
    axis, middle, direction = line
    for at in range(groups.stores[group]):
        if direction * (along(space, axis, groups.members[group, at]) - middle) > 0.0:
            return True
    return False


@part
def _short(space: Space, union: IntArray, cut: int, rules: Rules) -> float:
    """Return how many wanted stores both sides of a cut lack."""
    left, right = wanted_among(space, union[:cut]), wanted_among(space, union[cut:])
    rest = len(union) - cut
    return max(0.0, rules.quota * cut - left) + max(0.0, rules.quota * rest - right)


@part
def _now(groups: Groups, pair: tuple[int, int], rules: Rules) -> float:
    """Return how many wanted stores the two groups lack at present."""
    one, other = pair
    mine = rules.quota * groups.stores[one] - groups.wanted[one]
    theirs = rules.quota * groups.stores[other] - groups.wanted[other]
    return float(max(0.0, mine) + max(0.0, theirs))
