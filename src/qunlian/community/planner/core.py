"""Plan a matrix: the one door to the planner."""

import os
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from qunlian.community.planner.bounds import lower_bounds
from qunlian.community.planner.cut import PRICELESS, Rules, rules_of
from qunlian.community.planner.describe import describe
from qunlian.community.planner.measure import space_of, taken
from qunlian.community.planner.pools import Pools, cells_of, patches_of
from qunlian.community.planner.result import Curve, Plan
from qunlian.community.planner.solve import Effort, solve
from qunlian.community.planner.space import Space
from qunlian.community.planner.terms import (
    BoolArray,
    FloatArray,
    IntArray,
    Roster,
    ShortArray,
    StoreTooLarge,
    Terms,
)

CURVE_PRICES = (0.0, 10.0, 20.0, 50.0, 100.0, 200.0, 300.0, 500.0, 1000.0)
#: Stores that the trade-off curve is computed on; of larger rosters a sample of patches.
CURVE_STORES = 30_000
#: How hard to try for a plan, by the stores it has at most; and for the points of the curve beside it.
_EFFORTS = (
    (50_000, Effort(np.zeros(0), passes=3, near=6, promise=0.0, rounds=40)),
    (500_000, Effort(np.zeros(0), passes=3, near=6, promise=0.0, rounds=8)),
    (1 << 62, Effort(np.zeros(0), passes=3, near=6, promise=0.0, rounds=0)),
)
#: How hard for millions of stores, where there are so many patches that each has fewer than this.
_SMALL_POOLS, _QUICK = 8_000, Effort(np.zeros(0), passes=4, near=4, promise=0.003, rounds=0)
_CURVE = Effort(np.zeros(0), passes=1, near=6, promise=0.0, rounds=2)
#: How much the axes of a further start are turned, and how many different turns there are.
_TURN, _NOISE = 0.15, 4093

_Solved = tuple[ShortArray, IntArray, FloatArray]


def plan(roster: Roster, terms: Terms) -> Plan:
    """Put every store into exactly one group of its own patch, within the seats.

    :returns: the plan with its bounds and the trade-off between the number of groups and likeness;
        the same for the same roster, terms and seed
    :raises RosterMalformed: the arrays are no roster
    :raises StoreTooLarge: a store alone needs more seats than a group has
    """
    roster.check()
    too_large = np.flatnonzero(roster.seats > terms.room)
    if len(too_large):
        raise StoreTooLarge(too_large, terms.room)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        bounds = threads.submit(lower_bounds, roster, terms)
        pools = cells_of(roster) if terms.is_strict else patches_of(roster)
        there = taken(space_of(roster, terms), pools.order), pools
        effort = _effort(roster.count, len(pools.ends) - 1)
        begun = _begun(threads, there, terms, effort)
        curve = _curve(threads, there, terms, min(effort, _CURVE, key=lambda one: one.rounds))
        found = begun()
        described = describe(threads, roster, terms, (there[0], pools.order), found.label)
    return Plan(
        group=described.group,
        groups=described.groups,
        totals=described.totals,
        bounds=bounds.result(),
        curve=curve(found),
        outliers=described.outliers,
    )


def halve(roster: Roster, terms: Terms) -> BoolArray:
    """Cut one set of at least two stores into two where they are least alike; return who is on the far side.

    Neither side gets more than about half the seats.
    """
    seats = int(roster.seats.sum())
    rules = Rules(
        room=seats,
        filled=-(-seats // 2),
        minimum=1,
        price=PRICELESS,
        quota=0.0,
        move_price=0.0,
    )
    everyone = np.array([0, roster.count])
    label, *_ = solve(space_of(roster, terms), everyone, (0, 1), rules, _CURVE)
    far: BoolArray = label != label[0]
    return far


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Groups of some pools.

    :ivar label: group of each store, in the order of the pools, as 0…g-1; groups of a pool adjacent
    :ivar groups: groups of each pool
    :ivar spread: spread of each pool
    """

    label: ShortArray
    groups: IntArray
    spread: FloatArray

    def cost(self, price: float) -> FloatArray:
        cost: FloatArray = price * self.groups + self.spread
        return cost


def _effort(stores: int, pools: int) -> Effort:
    """Return how hard to try: rounds win a large roster less than one trade more, and take far longer."""
    effort = next(effort for most, effort in _EFFORTS if stores <= most)
    return _QUICK if effort.rounds == 0 and stores < _SMALL_POOLS * pools else effort


def _begun(
    threads: Executor, where: tuple[Space, Pools], terms: Terms, effort: Effort
) -> Callable[[], _Found]:
    """Begin to solve all pools from every start; return what waits for it and keeps the best of each."""
    _, pools = where
    work = [_from_start(threads, where, terms, effort)]
    for start in range(1, terms.starts):
        noise = np.random.default_rng((terms.seed, start)).normal(0.0, _TURN, _NOISE)
        work.append(_from_start(threads, where, terms, effort._replace(noise=noise)))

    def wait() -> _Found:
        best = _joined(work[0])
        for another in work[1:]:
            best = _better(best, _joined(another), pools, terms)
        first = (np.cumsum(best.groups) - best.groups).astype(np.int32)
        return replace(best, label=best.label + np.repeat(first, np.diff(pools.ends)))

    return wait


def _from_start(
    threads: Executor, where: tuple[Space, Pools], terms: Terms, effort: Effort
) -> "list[Future[_Solved]]":
    """Begin to solve all pools from one start, batches of pools side by side."""
    space, pools = where
    rules = rules_of(terms)
    return [
        threads.submit(solve, space, pools.ends, batch, rules, effort) for batch in pools.batches()
    ]


def _joined(work: "list[Future[_Solved]]") -> _Found:
    """Wait for all batches and join what they found."""
    nothing = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64), np.zeros(0)
    done = [each.result() for each in work] or [nothing]
    label, groups, spread = (np.concatenate(part) for part in zip(*done, strict=True))
    return _Found(label=label, groups=groups, spread=spread)


def _better(mine: _Found, theirs: _Found, pools: Pools, terms: Terms) -> _Found:
    """Take for each pool the cheaper of two solutions."""
    price = PRICELESS if terms.is_strict else terms.groups_price
    wins = theirs.cost(price) < mine.cost(price)
    return _Found(
        label=np.where(np.repeat(wins, np.diff(pools.ends)), theirs.label, mine.label),
        groups=np.where(wins, theirs.groups, mine.groups),
        spread=np.where(wins, theirs.spread, mine.spread),
    )


def _curve(
    threads: Executor, where: tuple[Space, Pools], terms: Terms, effort: Effort
) -> Callable[[_Found], Curve]:
    """Begin to plan a sample of pools at each price.

    :returns: what waits for it and tells what the whole would be, given what was found at the terms' price
    """
    space, pools = where
    if terms.is_strict or not len(pools.order):
        return lambda found: Curve(
            groups_price=np.array([terms.groups_price]),
            groups=np.array([found.groups.sum()]),
            spread=np.array([found.spread.sum()]),
            sampled=1.0,
        )
    sample, chosen, stores = pools.sample(CURVE_STORES)
    there = taken(space, stores), sample
    share = len(stores) / len(pools.order)
    prices = np.unique([*CURVE_PRICES, terms.groups_price])
    others = [float(price) for price in prices if price != terms.groups_price]
    begun = {
        price: _begun(threads, there, replace(terms, groups_price=price, starts=1), effort)
        for price in others
    }

    def wait(found: _Found) -> Curve:
        own = replace(found, groups=found.groups[chosen], spread=found.spread[chosen])
        made = [begun[price]() if price in begun else own for price in prices]
        return Curve(
            groups_price=prices,
            groups=np.round([one.groups.sum() / share for one in made]).astype(np.int64),
            spread=np.array([one.spread.sum() / share for one in made]),
            sampled=share,
        )

    return wait
