"""Improving groups two at a time: put both together and cut them anew across the line of their means.

Never makes the plan worse; keeps seats, smallest size and quota of both groups.
"""

import numpy as np

from qunlian.community.planner.compiled import bare, part
from qunlian.community.planner.cut import Rules, Window, cut_laid, seats_of, wanted_among
from qunlian.community.planner.groups import Groups, centres, fill, neighbours, refill, spread_in
from qunlian.community.planner.space import Space, along, product
from qunlian.community.planner.terms import FloatArray, IntArray

_LEAST_GAIN = 1e-9


@part
def trade_all(space: Space, groups: Groups, rules: Rules, how: tuple[int, int, float]) -> float:
    """Trade between neighbours until nothing is won or the passes are over; return the spread saved.

    :param how: passes at most; neighbours of a group; and the share of a group's mean spread that a trade
        must promise in the last pass, more in those before it
    """
    passes, many, share = how
    count, won = len(groups.stores), 0.0
    if count < 2:  # noqa: PLR2004
        return won
    promise = share * spread_in(space, groups) / count if share > 0.0 else 0.0
    changed = np.zeros(count, dtype=np.int64)  # the pass in which a group changed last
    for step in range(1, passes + 1):
        mean, length = centres(groups)
        near = neighbours(mean, length, min(many, count - 1))
        before, asked = won, promise * (passes - step + 1)
        for one in range(count):
            for other in near[one]:
                is_known = other < one and one in near[other]
                if is_known or max(changed[one], changed[other]) < step - 1:
                    continue
                gain = trade(space, groups, (one, other), rules, asked)
                if gain > 0.0:
                    won += gain
                    changed[one] = changed[other] = step
        if won == before:
            break
    return won


@part
def trade(
    space: Space, groups: Groups, pair: tuple[int, int], rules: Rules, promise: float
) -> float:
    """Cut two groups anew if that saves spread and promises enough; return what it saved."""
    one, other = pair
    mine, theirs = groups.stores[one], groups.stores[other]
    if mine == 0 or theirs == 0:
        return 0.0
    union, total = _together(groups, pair)
    place = np.empty(len(union))
    if _lay(space, groups, pair, union, place) <= promise and rules.quota == 0.0:
        return 0.0
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
    cut, between = cut_laid(space, union, (place, total), window)
    left = seats_of(space, union[:cut])
    if between <= before + _LEAST_GAIN or not window.seats_low <= left <= window.seats_high:
        return 0.0
    if rules.quota > 0.0 and _short(space, union, cut, rules) > _now(groups, pair, rules):
        return 0.0
    whole = seats, groups.wanted[one] + groups.wanted[other], total
    fill(space, groups, one, union[:cut])
    refill(groups, pair, union[cut:], whole)
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
def _lay(
    space: Space, groups: Groups, pair: tuple[int, int], union: IntArray, place: FloatArray
) -> float:
    """Write where the stores of both groups lie on the line from one mean to the other.

    :returns: by how much nearer those who are nearer to the other mean would come to it
    """
    one, other = pair
    axis, middle = np.empty(groups.sums.shape[1]), 0.0
    for column in range(len(axis)):
        here = groups.sums[one, column] / groups.stores[one]
        there = groups.sums[other, column] / groups.stores[other]
        axis[column] = there - here
        middle += (there * there - here * here) / 2.0
    mine, nearer = groups.stores[one], 0.0
    for at in range(mine):
        place[at] = along(space, axis, union[at])
        nearer += max(0.0, place[at] - middle)
    for at in range(mine, len(union)):
        place[at] = along(space, axis, union[at])
        nearer += max(0.0, middle - place[at])
    return 2.0 * nearer


@bare
def _short(space: Space, union: IntArray, cut: int, rules: Rules) -> float:
    """Return how many wanted stores both sides of a cut lack."""
    left, right = wanted_among(space, union[:cut]), wanted_among(space, union[cut:])
    rest = len(union) - cut
    return max(0.0, rules.quota * cut - left) + max(0.0, rules.quota * rest - right)


@bare
def _now(groups: Groups, pair: tuple[int, int], rules: Rules) -> float:
    """Return how many wanted stores the two groups lack at present."""
    one, other = pair
    mine = rules.quota * groups.stores[one] - groups.wanted[one]
    theirs = rules.quota * groups.stores[other] - groups.wanted[other]
    return float(max(0.0, mine) + max(0.0, theirs))
