"""Plan again with few moves: the second door to the planner."""

import math
import os
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from qunlian.community.planner.blocks import BLOCK, side_by_side
from qunlian.community.planner.core import plan
from qunlian.community.planner.cut import rules_of
from qunlian.community.planner.homes import (
    Fitted,
    Moves,
    Numbers,
    Reason,
    gains_of,
    write_groups,
    write_homes,
    write_reasons,
)
from qunlian.community.planner.keep import Limits, keep_pools
from qunlian.community.planner.measure import space_of, taken
from qunlian.community.planner.pools import Pools, cells_of, patches_of
from qunlian.community.planner.space import Space
from qunlian.community.planner.terms import (
    FloatArray,
    IntArray,
    Roster,
    RosterMalformed,
    ShortArray,
    StoreTooLarge,
    Terms,
)

_ROUNDS = 10
#: Stores of the sample on which a budget is turned into a price; the prices tried, and the least share of μ.
_SAMPLE, _STEPS, _LEAST_PRICE = 60_000, 8, 1 / 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The groups there are.

    :ivar group: (n,) the present group of each store of the roster as 0…g-1, -1 for none
    :ivar patch: (g,) the patch of each group, as in the roster
    """

    group: ShortArray
    patch: IntArray

    def check(self, stores: int) -> None:
        """Refuse what does not fit a roster of so many stores.

        :raises RosterMalformed: lengths differ, or a group does not exist
        """
        if self.group.shape != (stores,):
            raise RosterMalformed(f"group: {self.group.shape} where {stores} were expected")
        if stores and not -1 <= self.group.min() <= self.group.max() < len(self.patch):
            raise RosterMalformed(f"group: {self.group.max()} of {len(self.patch)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a move may cost.

    :ivar move_price: μ, spread that a voluntary move must save; infinite: only moves that must be
    :ivar high_share: share of the soft cap that growth may fill before a group is cut, ≥ 1
    :ivar low_seats: seats below which a group should go up in others
    :ivar budget: share of the stores that may move for less than μ, those that save most: μ sinks as far
        as a sample of patches allows
    """

    move_price: float = 4.0
    high_share: float = 1.1
    low_seats: int = 30
    budget: float = 0.0

    def __post_init__(self) -> None:
        if not (self.move_price > 0 and self.high_share >= 1 and self.low_seats >= 0) or not (
            0 <= self.budget <= 1
        ):
            raise ValueError(f"this wish contradicts itself: {self}")


def grown(terms: Terms, wish: Wish) -> Terms:
    """Return the terms up to which a standing group may grow; whatever has more is cut."""
    most = min(int(wish.high_share * terms.soft_cap), terms.hard_cap)
    return replace(terms, soft_cap=most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replan:
    """Groups fitted to a changed roster.

    :ivar group: (n,) each store's group: those there were keep their number, new ones follow
    :ivar patch: (h,) the patch of each group, new ones included
    :ivar reason: (n,) why it moves, a ``Reason``
    :ivar gain: (n,) spread that its voluntary move saves, else 0
    :ivar forced: moves that must be
    :ivar voluntary: moves that need not be
    :ivar emptied: groups that have no store any more
    :ivar added: groups there were not
    :ivar spread: of the whole, in the units of Terms
    """

    group: ShortArray
    patch: IntArray
    reason: ShortArray
    gain: FloatArray
    forced: int
    voluntary: int
    emptied: int
    added: int
    spread: float


def replan(roster: Roster, terms: Terms, present: Present, wish: Wish) -> Replan:
    """Fit the present groups to a changed roster with as few moves as the wish asks for.

    :raises RosterMalformed: the arrays are no roster, or groups are named that do not exist
    :raises StoreTooLarge: a store alone needs more seats than a group has
    """
    roster.check()
    present.check(roster.count)
    too_large = np.flatnonzero(roster.seats > terms.room)
    if len(too_large):
        raise StoreTooLarge(too_large, terms.room)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        measured = threads.submit(space_of, roster, terms)
        pools, place, place_of_group = _places(roster, terms, present)
        numbers, kept = Numbers.of(pools, place, place_of_group), np.empty(roster.count, np.bool_)
        whole, places = measured.result(), (place, place_of_group, numbers.local)
        stores = whole.stores, kept, present.group, places
        side_by_side(threads, roster.count, write_homes, *stores)
        space = taken(whole, pools.order)
        if wish.budget > 0 and roster.count:
            wish = replace(
                wish, move_price=_price_within(space, pools, numbers.counts, terms, wish)
            )
        label, after, spread = _kept(space, pools, numbers.counts, terms, wish)
        added = after - numbers.counts
        fitted = Fitted(
            label=label,
            rows=pools.order,
            ends=pools.ends,
            old=numbers.order,
            first=numbers.first,
            counts=numbers.counts,
            fresh=len(present.patch) + np.cumsum(added) - added,
        )
        moves = Moves.begun(kept, present.patch, int(added.sum()))
        each = 1 + len(after) * BLOCK // max(roster.count, 1)
        side_by_side(threads, len(after), write_groups, fitted, roster.patch, moves, each=each)
        return _told(threads, whole, present, moves, float(spread.sum()))


def plan_afresh(roster: Roster, terms: Terms, present: Present) -> Replan:
    """Plan from nothing and give each group the number of the present one with which it shares most stores.

    The other end of the scale from few moves. Patch by patch, numbers are given so that most stores stay.

    :raises RosterMalformed: the arrays are no roster, or groups are named that do not exist
    :raises StoreTooLarge: a store alone needs more seats than a group has
    """
    present.check(roster.count)
    made = plan(roster, terms)
    kept = present.group >= 0
    kept[kept] = present.patch[present.group[kept]] == roster.patch[kept]
    number = _matched(present.group[kept], made.group[kept], made.groups.patch)
    fresh = number < 0
    added = int(fresh.sum())
    number[fresh] = len(present.patch) + np.arange(added)
    moves = Moves.begun(kept, present.patch, added)
    moves.group[:], moves.patch[number] = number[made.group], made.groups.patch
    moves.stores[number] = made.groups.stores
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return _told(threads, space_of(roster, terms), present, moves, made.totals.spread)


def _matched(old: ShortArray, new: ShortArray, patch: IntArray) -> ShortArray:
    """Return for each new group the old one it should be, no two the same; -1 where none is left.

    :param old: the old group of each store that could stay, and ``new`` its new one
    :param patch: (h,) the patch of each new group
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 (slow to import, seldom needed)

    number = np.full(len(patch), -1, dtype=np.int32)
    if not len(old):
        return number
    pair, stores = np.unique(np.stack([old, new]).astype(np.int64), axis=1, return_counts=True)
    order = np.argsort(patch[pair[1]], kind="stable")
    pair, stores = pair[:, order], stores[order]
    ends = np.flatnonzero(np.diff(patch[pair[1]], prepend=-1, append=-1))
    for low, high in pairwise(ends):
        olds, row = np.unique(pair[0, low:high], return_inverse=True)
        news, column = np.unique(pair[1, low:high], return_inverse=True)
        shared = np.zeros((len(olds), len(news)))
        shared[row, column] = stores[low:high]
        rows, columns = linear_sum_assignment(shared, maximize=True)
        real = shared[rows, columns] > 0
        number[news[columns[real]]] = olds[rows[real]]
    return number


def _places(roster: Roster, terms: Terms, present: Present) -> tuple[Pools, ShortArray, ShortArray]:
    """Return the sets of stores that may share groups, each store's set as a number, and each group's."""
    if not terms.is_strict:
        return patches_of(roster), roster.patch, present.patch.astype(np.int32)
    pools, cell = cells_of(roster), np.empty(roster.count, dtype=np.int32)
    sizes = np.diff(pools.ends)
    cell[pools.order] = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    settled = present.group >= 0
    settled[settled] = present.patch[present.group[settled]] == roster.patch[settled]
    pairs, stores = np.unique(
        np.stack([present.group[settled], cell[settled]]), axis=1, return_counts=True
    )
    commonest = np.full(len(present.patch), -1, dtype=np.int32)
    order = np.argsort(stores, kind="stable")
    commonest[pairs[0, order]] = pairs[1, order]
    return pools, cell, commonest


def _price_within(space: Space, pools: Pools, counts: IntArray, terms: Terms, wish: Wish) -> float:
    """Return the least price up to the wished one for which no more stores move than the budget allows."""
    sample, chosen, places = pools.sample(_SAMPLE)
    there, counts = taken(space, places), counts[chosen]
    settled = there.stores["home"] >= 0
    must, *_ = _kept(there, sample, counts, terms, replace(wish, move_price=math.inf))
    low, high = wish.move_price * _LEAST_PRICE, wish.move_price
    for _ in range(_STEPS):
        price = math.sqrt(low * high)
        label, *_ = _kept(there, sample, counts, terms, replace(wish, move_price=price))
        is_within = ((label != must) & settled).mean() <= wish.budget
        low, high = (low, price) if is_within else (price, high)
    return high


def _kept(
    space: Space, pools: Pools, counts: IntArray, terms: Terms, wish: Wish
) -> tuple[ShortArray, IntArray, FloatArray]:
    """Fit all pools, batches of them side by side; return what ``keep_pools`` does."""
    may_move = math.isfinite(wish.move_price)
    rules = rules_of(terms)._replace(move_price=float(wish.move_price) if may_move else 0.0)
    high = grown(terms, wish).room
    how = rules, Limits(high=high, low=wish.low_seats, may_move=may_move, rounds=_ROUNDS)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        work = [
            threads.submit(keep_pools, space, pools.ends, batch, counts, how)
            for batch in pools.batches()
        ]
        nothing = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64), np.zeros(0)
        done = [each.result() for each in work] or [nothing]
    label, after, spread = (np.concatenate(part) for part in zip(*done, strict=True))
    return label, after, spread


def _told(threads: Executor, space: Space, present: Present, moves: Moves, spread: float) -> Replan:
    """Say of every store why it moves, and what that saves."""
    count, before = len(moves.group), len(present.patch)
    told = side_by_side(threads, count, write_reasons, moves, present.group, before)
    wished, gain = np.flatnonzero(moves.reason > Reason.FULL), np.zeros(count)
    if len(wished):
        there = present.group[wished].astype(np.int64), moves.group[wished].astype(np.int64)
        gain[wished] = gains_of(space, moves.group, len(moves.patch), (wished, *there))
    return Replan(
        group=moves.group,
        patch=moves.patch,
        reason=moves.reason,
        gain=gain,
        forced=sum(told),
        voluntary=len(wished),
        emptied=int((moves.stores[:before] == 0).sum()),
        added=len(moves.patch) - before,
        spread=spread,
    )
