"""Cutting a pool of stores into groups of the right size.

A pool of W seats is cut into k groups by halving: order the stores along the pool's principal axis,
cut where the two halves are most unlike (largest between-sum of squares) inside the window that
leaves both halves enough seats, go on with the halves. All pools are halved at once, level by
level.

That a cut always exists: let c = room - w + 1, w the largest store of the pool. Any order of stores
can be cut into k groups of at most ``room`` seats if W ≤ f(k) = k·c + w - 1, since a group filled
in order holds at least c, the last one up to room. The longest prefix of at most f(k₁) seats holds
at least k₁·c, so the rest holds at most f(k₂): the promise is kept on both sides.
"""

from dataclasses import dataclass

import numpy as np

from qunlian.community.planner.mixture import Mixture
from qunlian.community.planner.terms import BoolArray, FloatArray, IntArray, Terms

_FORBIDDEN = -1e300
_UNWANTED = 1e150


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizing:
    """How many seats a group may, should and should at least have."""

    room: int
    filled: int
    minimum: int

    @classmethod
    def of(cls, terms: Terms) -> "Sizing":
        filled = max(1, int(terms.fill * terms.room + 1e-9))
        return cls(room=terms.room, filled=filled, minimum=min(terms.minimum_seats, filled))

    def parts(self, seats: IntArray, largest: IntArray) -> IntArray:
        """Return into how many parts pools are cut: by the fill, and never fewer than is safe.

        It may ask for more parts than there are stores; cutting ends at single stores.
        """
        safe = self.room - largest + 1
        needed = -(-(seats - largest + 1) // safe)
        many: IntArray = np.maximum(np.maximum(needed, -(-seats // self.filled)), 1)
        return many

    def groups(self, seats: IntArray, largest: IntArray, stores: IntArray) -> IntArray:
        """Return how many groups pools become."""
        return np.minimum(self.parts(seats, largest), np.maximum(stores, 1))


@dataclass(slots=True, kw_only=True)
class _Pools:
    """The pools while they are cut: what is left to make of each."""

    parts: IntArray
    largest: IntArray


def split(mixture: Mixture, pool: IntArray, sizing: Sizing, seed: int) -> IntArray:
    """Cut each pool into groups; return each store's group as 0…g-1, groups of a pool adjacent.

    :param pool: each store's pool as 0…p-1, none of them empty
    """
    count = int(pool.max(initial=-1)) + 1
    largest = np.zeros(count, dtype=np.int64)
    np.maximum.at(largest, pool, mixture.seats)
    seats = np.bincount(pool, weights=mixture.seats, minlength=count).astype(np.int64)
    stores = np.bincount(pool, minlength=count)
    parts = np.where(stores > 1, sizing.parts(seats, largest), 1)
    pools = _Pools(parts=parts, largest=largest)
    label = pool.copy()
    while True:
        rows = np.flatnonzero(pools.parts[label] > 1)
        if not len(rows):
            break
        label = _halve_all(mixture, label, rows, pools, (sizing, seed))
    order = np.lexsort((label, pool))
    changed = np.ones(len(order), dtype=np.int64)
    changed[1:] = label[order[1:]] != label[order[:-1]]
    group = np.empty_like(label)
    group[order] = np.cumsum(changed) - 1
    return group


def _halve_all(
    mixture: Mixture, label: IntArray, rows: IntArray, pools: _Pools, how: tuple[Sizing, int]
) -> IntArray:
    """Halve every pool that is still to be cut; the second halves become new pools at the end."""
    sizing, seed = how
    which, local = np.unique(label[rows], return_inverse=True)
    part = mixture.take(rows)
    axes = part.principal_axes(local, len(which), seed)
    parts = pools.parts[which]
    second = halve(part, local, part.project(local, axes), (parts, pools.largest[which]), sizing)
    label = label.copy()
    label[rows[second]] = len(pools.parts) + local[second]
    _, left = np.unique(local[~second], return_counts=True)
    _, right = np.unique(local[second], return_counts=True)
    pools.parts[which] = np.where(left > 1, parts // 2, 1)
    pools.parts = np.append(pools.parts, np.where(right > 1, parts - parts // 2, 1))
    pools.largest = np.append(pools.largest, pools.largest[which])
    return label


def halve(
    mixture: Mixture,
    pool: IntArray,
    along: FloatArray,
    todo: tuple[IntArray, IntArray],
    sizing: Sizing,
) -> BoolArray:
    """Cut each pool in two across its axis; return which stores fall into the second part.

    :param pool: 0…p-1, each with at least two stores
    :param along: each store's coordinate along its pool's axis
    :param todo: groups to make of each pool (≥ 2), and the seats of its largest store
    """
    parts, largest = todo
    order = np.lexsort((along, pool))
    sorted_pool = pool[order]
    starts = np.flatnonzero(np.append(True, sorted_pool[1:] != sorted_pool[:-1]))
    stores = np.diff(np.append(starts, len(order)))
    ahead = _running(mixture.seats[order], starts, stores)
    seats = ahead[starts + stores - 1]
    score = _between(along[order], starts, stores)
    score = score - _out_of_window(ahead, (seats, parts, largest), stores, sizing)
    score[starts + stores - 1] = _FORBIDDEN  # a part without stores
    best = np.maximum.reduceat(score, starts)
    position = np.arange(len(order))
    chosen = np.where(score == np.repeat(best, stores), position, len(order))
    cut = np.minimum.reduceat(chosen, starts)
    second = np.empty(len(order), dtype=np.bool_)
    second[order] = position > np.repeat(cut, stores)
    return second


def _running(column: IntArray, starts: IntArray, stores: IntArray) -> IntArray:
    """Return running sums that begin anew at each start."""
    total = np.cumsum(column)
    before = total[starts] - column[starts]
    ahead: IntArray = total - np.repeat(before, stores)
    return ahead


def _between(along: FloatArray, starts: IntArray, stores: IntArray) -> FloatArray:
    """Return the between-sum of squares of the cut after each position."""
    mean = np.add.reduceat(along, starts) / stores
    centred = along - np.repeat(mean, stores)
    total = np.cumsum(centred)
    before = total[starts] - centred[starts]
    left = total - np.repeat(before, stores)
    many = np.repeat(stores, stores)
    first = np.arange(len(along)) - np.repeat(starts, stores) + 1
    between: FloatArray = left**2 * many / (first * np.maximum(many - first, 1))
    return between


def _out_of_window(
    ahead: IntArray, pools: tuple[IntArray, IntArray, IntArray], stores: IntArray, sizing: Sizing
) -> FloatArray:
    """Return what each cut costs: nothing in the wanted window, all outside the possible."""
    seats, parts, largest = pools
    first = parts // 2
    safe = sizing.room - largest + 1
    low = seats - ((parts - first) * safe + largest - 1)
    high = first * safe + largest - 1
    rest = parts - first
    least = np.minimum(sizing.minimum, seats // (2 * parts) + 1)
    wanted_low = np.maximum(low, np.maximum(first * least, seats - rest * sizing.filled))
    wanted_high = np.minimum(high, np.minimum(first * sizing.filled, seats - rest * least))
    target = seats * first / parts
    low, high, wanted_low, wanted_high, target = (
        np.repeat(each, stores) for each in (low, high, wanted_low, wanted_high, target)
    )
    # between equally good cuts the one nearest to equal sizes
    cost: FloatArray = 1e-9 * np.abs(ahead - target)
    cost += np.where((ahead < wanted_low) | (ahead > wanted_high), _UNWANTED, 0.0)
    cost += np.where((ahead < low) | (ahead > high), -_FORBIDDEN / 2, 0.0)
    return cost
