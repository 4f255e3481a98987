"""How unlike stores are: each store as a vector whose squared distances are the prices of Terms.

A store is (size, closeness, type, attribute): log1p(size) winsorised at 0.5 % and 99.5 % and
standardised, closeness standardised, and type and attribute one-hot, scaled by √(weight/2) so that
two stores of unlike type lie exactly ``weight_type`` apart, squared. The one-hot part is never
written out: a sum over stores adds into two columns, a product looks two columns up.
"""

from typing import NamedTuple

import numpy as np

from qunlian.community.planner.compiled import bare, compiled, part
from qunlian.community.planner.terms import FloatArray, IntArray, ShortArray, StoreArray

_ROUNDING = 1e-12
#: A spread or a cost above all others, of which a few can still be added.
ENDLESS = 1e300

#: A store in 32 bytes, so that whoever looks at it reads one piece of memory.
STORE = np.dtype(
    {
        "names": ["size", "closeness", "seats", "home", "type", "attribute", "wanted"],
        "formats": [np.float64, np.float64, np.int32, np.int32, np.uint16, np.uint16, np.int8],
        "itemsize": 32,
    },
    align=True,
)


class Space(NamedTuple):
    """Stores as vectors of ``width`` = 2 + types + attributes coordinates.

    :ivar stores: (n,) records of ``STORE``: standardised log ``size`` and ``closeness``; ``type`` and
        ``attribute`` as the column of the vector that each fills; ``seats``; ``wanted``: 1 if the store
        counts for the quota; ``home``: its present group among those of its pool, -1 for none
    :ivar heights: (width,) what a filled column holds: √(weight/2)
    """

    stores: StoreArray
    heights: FloatArray

    @property
    def plain(self) -> FloatArray:
        """Return standardised log size and closeness as they lie in the records: (n, 2)."""
        return self.stores.view(np.float64).reshape(-1, STORE.itemsize // 8)[:, :2]


@compiled
def spread_of(space: Space, group: ShortArray, count: int) -> tuple[FloatArray, float]:
    """Return the spread of each of ``count`` groups, and that of all stores as one group."""
    sums, everyone = np.zeros((count, len(space.heights))), np.zeros(len(space.heights))
    stores, spread, total = np.zeros(count), np.zeros(count), 0.0
    for store in range(len(group)):
        at = group[store]
        add(space, sums[at], store, 1.0)
        stores[at] += 1
        spread[at] += square(space, store)
    for at in range(count):
        total += spread[at]
        for column in range(len(everyone)):
            everyone[column] += sums[at, column]
        if stores[at]:
            spread[at] = left_of(spread[at], product(sums[at], sums[at]) / stores[at])
    return spread, left_of(total, product(everyone, everyone) / max(len(group), 1))


@bare
def left_of(squares: float, of_mean: float) -> float:
    """Return squares less those of a mean; what remains of equal stores is rounding."""
    left = squares - of_mean
    return float(left) if left > _ROUNDING * squares else 0.0


@part
def spread_within(space: Space, stores: tuple[int, int]) -> float:
    """Return the sum of squared distances from the mean of stores that follow each other."""
    total, squares = np.zeros(len(space.heights)), 0.0
    for store in range(stores[0], stores[1]):
        add(space, total, store, 1.0)
        squares += square(space, store)
    return left_of(squares, product(total, total) / max(1, stores[1] - stores[0]))


@bare
def add(space: Space, total: FloatArray, store: int, times: float) -> None:
    """Add a store's vector, so many times, to ``total`` (width,)."""
    it = space.stores[store]
    total[0] += times * it.size
    total[1] += times * it.closeness
    total[it.type] += times * space.heights[it.type]
    total[it.attribute] += times * space.heights[it.attribute]


@bare
def along(space: Space, axis: FloatArray, store: int) -> float:
    """Return the product of a store's vector and ``axis`` (width,)."""
    it = space.stores[store]
    plain = it.size * axis[0] + it.closeness * axis[1]
    coded = space.heights[it.type] * axis[it.type]
    return float(plain + coded + space.heights[it.attribute] * axis[it.attribute])


@bare
def placed(space: Space, weight: FloatArray, store: int) -> float:
    """Return ``along`` an axis whose columns hold what they add to the product."""
    it = space.stores[store]
    return float(
        it.size * weight[0] + it.closeness * weight[1] + weight[it.type] + weight[it.attribute]
    )


@bare
def sum_up(space: Space, stores: IntArray, step: int, total: FloatArray) -> tuple[int, int, float]:
    """Write the sum of the vectors of every so-manieth store; return their seats and squared lengths."""
    for column in range(len(total)):
        total[column] = 0.0
    # sums that lie in memory are slower to add to than those that don't
    size = closeness = squares = 0.0
    seats = wanted = 0
    for at in range(0, len(stores), step):
        it = space.stores[stores[at]]
        size += it.size
        closeness += it.closeness
        squares += it.size * it.size + it.closeness * it.closeness
        seats += it.seats
        wanted += it.wanted
        total[it.type] += space.heights[it.type]
        total[it.attribute] += space.heights[it.attribute]
    for column in range(2, len(total)):
        squares += total[column] * space.heights[column]
    total[0], total[1] = size, closeness
    return seats, wanted, squares


@bare
def square(space: Space, store: int) -> float:
    """Return the squared length of a store's vector."""
    it = space.stores[store]
    coded = space.heights[it.type] ** 2 + space.heights[it.attribute] ** 2
    return float(it.size**2 + it.closeness**2 + coded)


@bare
def product(one: FloatArray, other: FloatArray) -> float:
    """Return the product of two vectors (width,)."""
    total = 0.0
    for column in range(len(one)):
        total += one[column] * other[column]
    return total
