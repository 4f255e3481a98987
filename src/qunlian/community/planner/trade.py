"""Improving groups two at a time: put both together and cut them anew across the line of their means.

Never makes the plan worse; keeps seats, smallest size and quota of both groups.
"""

import numpy as np

from qunlian.community.planner.across import Desk, Line, Window, cut_across, turn, wanted_among
from qunlian.community.planner.compiled import bare, part
from qunlian.community.planner.cut import Rules
from qunlian.community.planner.groups import Groups, centres, fill, neighbours, refill, spread_in
from qunlian.community.planner.space import ENDLESS, Space, placed, product
from qunlian.community.planner.terms import IntArray

_LEAST_GAIN = 1e-9


@part
def trade_all(
    space: Space, desk: Desk, groups: Groups, rules: Rules, how: tuple[int, int, float]
) -> float:
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
                gain = trade(space, desk, groups, (one, other), (rules, asked))
                if gain > 0.0:
                    won += gain
                    changed[one] = changed[other] = step
        if won == before:
            break
    return won


@bare
def trade(
    space: Space,
    desk: Desk,
    groups: Groups,
    pair: tuple[int, int],
    how: tuple[Rules, float],
) -> float:
    """Cut two groups anew if that saves spread and promises enough; return what it saved."""
    one, other = pair
    rules, promise = how
    mine, theirs = groups.stores[one], groups.stores[other]
    if mine == 0 or theirs == 0:
        return 0.0
    line, nearer = _lay_both(space, desk, groups, pair)
    if nearer <= promise and rules.quota == 0.0:
        return 0.0
    least = min(rules.minimum, groups.seats[one], groups.seats[other])
    most = groups.members.shape[1]
    window = Window(
        max(least, line.seats - rules.room),
        min(rules.room, line.seats - least),
        max(1, line.stores - most),
        min(line.stores - 1, most),
        rules.quota,
    )
    before = product(groups.sums[one], groups.sums[one]) / mine
    before += product(groups.sums[other], groups.sums[other]) / theirs
    cut, between, left = cut_across(space, desk, desk.spare, line, window)
    if between <= before + _LEAST_GAIN or not window.seats_low <= left <= window.seats_high:
        return 0.0
    ordered = desk.order[: line.stores]
    if rules.quota > 0.0 and _short(space, ordered, cut, rules) > _now(groups, pair, rules):
        return 0.0
    whole = line.seats, groups.wanted[one] + groups.wanted[other], desk.total
    fill(space, groups, one, ordered[:cut])
    refill(groups, pair, ordered[cut:], whole)
    return float(between - before)


@bare
def _lay_both(
    space: Space, desk: Desk, groups: Groups, pair: tuple[int, int]
) -> tuple[Line, float]:
    """Lay the stores of two groups on the line from one mean to the other.

    :returns: the line; by how much nearer those who are nearer to the other mean would come to it
    """
    one, other = pair
    mine, theirs, middle = groups.stores[one], groups.stores[other], 0.0
    for column in range(len(desk.axis)):
        here, there = groups.sums[one, column], groups.sums[other, column]
        desk.total[column] = here + there
        here, there = here / mine, there / theirs
        desk.axis[column] = there - here
        middle += (there * there - here * here) / 2.0
    turn(space, desk)
    least, most, nearer = ENDLESS, -ENDLESS, 0.0
    for at in range(mine):
        store = groups.members[one, at]
        place = placed(space, desk.weight, store)
        least, most = min(least, place), max(most, place)
        nearer += max(0.0, place - middle)
        desk.spare[at], desk.place[at] = store, place
    for at in range(theirs):
        store = groups.members[other, at]
        place = placed(space, desk.weight, store)
        least, most = min(least, place), max(most, place)
        nearer += max(0.0, middle - place)
        desk.spare[mine + at], desk.place[mine + at] = store, place
    seats = groups.seats[one] + groups.seats[other]
    return Line(mine + theirs, seats, least, most), 2.0 * nearer


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
