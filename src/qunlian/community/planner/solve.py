"""Pools into groups: cut, grow, improve.

For each pool: the fewest groups its seats ask for by bisection, one group more while it saves more spread
than its price (cut) → every group within its seats, trades between neighbours (trade) → rounds of moves at
fixed means (cycles), or, on a line, the exact optimum for that number of groups (line).
"""

from typing import NamedTuple

import numpy as np

from qunlian.community.planner.cut import Rules, cut_pools
from qunlian.community.planner.cycles import circulate_pools
from qunlian.community.planner.line import cut_line, lines_among
from qunlian.community.planner.space import Space
from qunlian.community.planner.terms import FloatArray, IntArray, ShortArray
from qunlian.community.planner.trade import trade_pools


class Effort(NamedTuple):
    """How hard to try.

    :ivar noise: what turns the axes of the first cuts; empty to go straight
    :ivar passes: trades between neighbours, at most
    :ivar rounds: of moves at fixed means, at most
    """

    noise: FloatArray
    passes: int
    rounds: int


def solve(
    space: Space, ends: IntArray, pools: tuple[int, int], rules: Rules, effort: Effort
) -> tuple[ShortArray, IntArray, FloatArray]:
    """Put the stores of some pools into groups.

    :param ends: (p + 1,) where each pool begins in ``space``, and the end
    :param pools: the first pool to solve, and the one after the last
    :returns: each store's group within its pool; the number of groups and the spread of each pool
    """
    first, last = pools
    label, counts = _within_seats(space, ends, pools, rules, effort)
    own = ends[first : last + 1]
    for pool in lines_among(space, own, counts):
        low, high = own[pool], own[pool + 1]
        size = int(high - low), int(counts[pool])
        sizes = max(1, min(rules.minimum, size[0] // size[1])), min(rules.room, size[0])
        exact = cut_line(space.plain[low:high].sum(axis=1), size[1], sizes)
        if exact is not None:
            label[low - own[0] : high - own[0]] = exact
    return (
        label,
        counts,
        circulate_pools(space, ends, pools, (label, counts), (rules, effort.rounds)),
    )


def _within_seats(
    space: Space, ends: IntArray, pools: tuple[int, int], rules: Rules, effort: Effort
) -> tuple[ShortArray, IntArray]:
    """Cut and trade; pools whose unequal seats do not fit are cut again into one group more."""
    extra = np.zeros(len(ends) - 1, dtype=np.int64)
    label, counts = cut_pools(space, ends, pools, rules, (extra, effort.noise))
    failed = trade_pools(space, ends, pools, (label, counts), (rules, effort.passes))
    for pool in np.flatnonzero(failed) + pools[0]:
        alone, at = (int(pool), int(pool) + 1), int(ends[pool] - ends[pools[0]])
        while failed[pool - pools[0]]:
            extra[pool] += 1
            again = cut_pools(space, ends, alone, rules, (extra, effort.noise))
            failed[pool - pools[0]] = trade_pools(
                space, ends, alone, again, (rules, effort.passes)
            )[0]
            label[at : at + len(again[0])], counts[pool - pools[0]] = again[0], again[1][0]
    return label, counts
