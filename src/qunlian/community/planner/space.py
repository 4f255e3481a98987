"""How unlike stores are: each store as a vector whose squared distances are the prices of Terms.

A store is (size, closeness, type, attribute): log1p(size) winsorised at 0.5 % and 99.5 % and
standardised, closeness standardised, and type and attribute one-hot, scaled by √(weight/2) so that
two stores of unlike type lie exactly ``weight_type`` apart, squared. The one-hot part is never
written out: a sum over stores adds into two columns, a product looks two columns up.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from qunlian.community.planner.compiled import compiled, part
from qunlian.community.planner.terms import (
    FloatArray,
    IntArray,
    Roster,
    ShortArray,
    StoreArray,
    Terms,
)

_WINSORISED = (0.005, 0.995)
_ROUNDING = 1e-12
#: A spread or a cost above all others, of which a few can still be added.
ENDLESS = 1e300


#: A store in 32 bytes, so that whoever looks at it reads one piece of memory.
STORE = np.dtype(
    {
        "names": ["size", "closeness", "seats", "home", "type", "attribute", "wanted"],
        "formats": [np.float64, np.float64, np.int32, np.int32, np.int16, np.int16, np.int8],
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


def space_of(roster: Roster, terms: Terms) -> Space:
    """Turn a roster into vectors, by the weights of the terms."""
    with ThreadPoolExecutor() as threads:
        kinds = threads.submit(dense, roster.type_code)
        size = threads.submit(_standardised_size, roster.size_fen)
        attributes, attribute_column = dense(roster.attribute_code)
        closeness = _standardised(roster.closeness.astype(np.float64))
        types, type_column = kinds.result()
        stores = np.zeros(roster.count, dtype=STORE)
        stores["closeness"], stores["size"] = closeness, size.result()
    heights = np.ones(2 + len(types) + len(attributes))
    heights[2 : 2 + len(types)] = np.sqrt(terms.weight_type / 2)
    heights[2 + len(types) :] = np.sqrt(terms.weight_attribute / 2)
    stores["type"], stores["attribute"] = type_column + 2, attribute_column + (2 + len(types))
    stores["seats"], stores["home"] = roster.seats, -1
    if roster.wanted is not None:
        stores["wanted"] = roster.wanted
    return Space(stores=stores, heights=heights)


def taken(space: Space, stores: IntArray) -> Space:
    """Return the space of these stores only, in this order."""
    return space._replace(stores=space.stores.take(stores))


def dense(code: ShortArray) -> tuple[IntArray, ShortArray]:
    """Return the codes that occur, ascending, and each store's code as a position among them."""
    occurs = np.flatnonzero(np.bincount(code))
    place = np.zeros(int(code.max(initial=0)) + 1, dtype=np.int32)
    place[occurs] = np.arange(len(occurs), dtype=np.int32)
    return occurs, place[code]


def spread_of(space: Space, group: ShortArray, count: int) -> FloatArray:
    """Return the sum of squared distances from the mean of each of ``count`` groups."""
    return _spread(space, group, count)


@compiled
def _spread(space: Space, group: ShortArray, count: int) -> FloatArray:
    sums = np.zeros((count, len(space.heights)))
    stores = np.zeros(count)
    spread = np.zeros(count)
    for store in range(len(group)):
        at = group[store]
        add(space, sums[at], store, 1.0)
        stores[at] += 1
        spread[at] += square(space, store)
    for at in range(count):
        if stores[at]:
            left = spread[at] - product(sums[at], sums[at]) / stores[at]
            # what remains of equal stores is rounding
            spread[at] = left if left > _ROUNDING * spread[at] else 0.0
    return spread


@part
def add(space: Space, total: FloatArray, store: int, times: float) -> None:
    """Add a store's vector, so many times, to ``total`` (width,)."""
    it = space.stores[store]
    total[0] += times * it.size
    total[1] += times * it.closeness
    total[it.type] += times * space.heights[it.type]
    total[it.attribute] += times * space.heights[it.attribute]


@part
def along(space: Space, axis: FloatArray, store: int) -> float:
    """Return the product of a store's vector and ``axis`` (width,)."""
    it = space.stores[store]
    plain = it.size * axis[0] + it.closeness * axis[1]
    coded = space.heights[it.type] * axis[it.type]
    return float(plain + coded + space.heights[it.attribute] * axis[it.attribute])


@part
def square(space: Space, store: int) -> float:
    """Return the squared length of a store's vector."""
    it = space.stores[store]
    coded = space.heights[it.type] ** 2 + space.heights[it.attribute] ** 2
    return float(it.size**2 + it.closeness**2 + coded)


@part
def product(one: FloatArray, other: FloatArray) -> float:
    """Return the product of two vectors (width,)."""
    total = 0.0
    for column in range(len(one)):
        total += one[column] * other[column]
    return total


def _standardised_size(size_fen: IntArray) -> FloatArray:
    size = np.log1p(size_fen.astype(np.float64))
    if len(size):
        size = np.clip(size, *np.quantile(size, _WINSORISED))
    return _standardised(size)


def _standardised(column: FloatArray) -> FloatArray:
    if not len(column):
        return column
    deviation = float(column.std())
    centred: FloatArray = column - column.mean()
    # a constant column has a deviation of rounding errors only
    constant = deviation <= 1e-9 * (1 + abs(float(column.mean())))
    return 0 * centred if constant else centred / deviation
