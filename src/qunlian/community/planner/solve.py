"""Pools into groups: cut, grow, improve.

For each pool: the fewest groups its seats ask for by bisection, one group more while it saves more spread
than its price (cut) → every group within its seats, trades between neighbours (trade), the quota (quota) →
rounds of moves at fixed means (cycles). On a line the exact optimum for that number of groups instead (line).
"""

from typing import NamedTuple

import numpy as np

from qunlian.community.planner.across import Desk, desk_for
from qunlian.community.planner.compiled import bare, compiled, part
from qunlian.community.planner.cut import PRICELESS, Rules, grow, seats_of, split
from qunlian.community.planner.cycles import circulate
from qunlian.community.planner.groups import Groups, laid_out, settle, spread_in, write_label
from qunlian.community.planner.line import cut_line, fits_table, is_line
from qunlian.community.planner.quota import meet_quota
from qunlian.community.planner.space import Space, spread_within
from qunlian.community.planner.terms import FloatArray, IntArray, ShortArray
from qunlian.community.planner.trade import trade_all


class Effort(NamedTuple):
    """How hard to try.

    :ivar noise: what turns the axes of the first cuts; empty to go straight
    :ivar passes: trades between neighbours, at most
    :ivar near: neighbours of a group that it trades with
    :ivar promise: the share of a group's mean spread that a trade must promise
    :ivar rounds: of moves at fixed means, at most
    """

    noise: FloatArray
    passes: int
    near: int
    promise: float
    rounds: int


@compiled
def solve(
    space: Space, ends: IntArray, pools: tuple[int, int], rules: Rules, effort: Effort
) -> tuple[ShortArray, IntArray, FloatArray]:
    """Put the stores of some pools into groups.

    :param ends: (p + 1,) where each pool begins in ``space``, and the end
    :param pools: the first pool to solve, and the one after the last
    :returns: each store's group within its pool; the number of groups and the spread of each pool
    """
    first, last = pools
    label = np.empty(ends[last] - ends[first], dtype=np.int32)
    counts, spread = np.empty(last - first, dtype=np.int64), np.empty(last - first)
    largest = 0
    for pool in range(first, last):
        largest = max(largest, ends[pool + 1] - ends[pool])
    desk = desk_for(space, largest)
    for pool in range(first, last):
        low, high = ends[pool], ends[pool + 1]
        if _is_one(space, (low, high), rules):
            label[low - ends[first] : high - ends[first]] = 0
            counts[pool - first], spread[pool - first] = 1, spread_within(space, (low, high))
            continue
        groups = _solved(space, desk, (low, high), rules, effort)
        write_label(groups, label[low - ends[first] : high - ends[first]], low)
        counts[pool - first], spread[pool - first] = len(groups.stores), spread_in(space, groups)
    return label, counts, spread


@bare
def _is_one(space: Space, stores: tuple[int, int], rules: Rules) -> bool:
    """Return whether the stores of a pool are one group in any case: they fit and are too few to cut."""
    seats = 0
    for store in range(stores[0], stores[1]):
        seats += space.stores[store].seats
    return bool(seats <= rules.filled and (rules.price >= PRICELESS or seats < 2 * rules.minimum))


@part
def _solved(
    space: Space, desk: Desk, stores: tuple[int, int], rules: Rules, effort: Effort
) -> Groups:
    """Put the stores of one pool into groups; those whose unequal seats do not fit, into one group more."""
    extra, fits = 0, False
    while not fits:
        groups = _cut(space, desk, stores, rules, (int(extra), effort.noise))
        fits = settle(space, groups, rules)
        extra += 1
    many, count = stores[1] - stores[0], len(groups.stores)
    most = min(rules.room, many)
    if rules.quota == 0.0 and is_line(space, stores) and fits_table(many, count, most):
        sizes = max(1, min(rules.minimum, many // count)), most
        order, starts = cut_line(space, stores, count, sizes)
        return laid_out(space, order, starts, rules.room)
    trade_all(space, desk, groups, rules, (effort.passes, effort.near, effort.promise))
    if rules.quota > 0.0:
        meet_quota(space, groups, rules)
    circulate(space, groups, rules, effort.rounds)
    if rules.quota > 0.0:
        meet_quota(space, groups, rules)  # moves between groups changed how many each must have
    return groups


@part
def _cut(
    space: Space,
    desk: Desk,
    stores: tuple[int, int],
    rules: Rules,
    how: tuple[int, FloatArray],
) -> Groups:
    """Cut a pool into as few groups as its seats ask for, then further while it pays.

    :param how: groups beyond those that seats ask for; what turns the axes, empty to go straight
    """
    first, end = stores
    extra, noise = how
    order = np.empty(end - first, dtype=np.int64)
    for at in range(len(order)):
        order[at] = first + at
    asked = -(-seats_of(space, order) // rules.filled) + extra
    starts = split(space, desk, order, min(len(order), asked), (rules, noise))
    if rules.price < PRICELESS:
        starts = grow(space, desk, order, starts, rules)
    return laid_out(space, order, starts, rules.room)
