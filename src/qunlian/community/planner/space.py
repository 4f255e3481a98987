"""How unlike stores are: each store as a vector whose squared distances are the prices of Terms.

A store is (size, closeness, type, attribute): log1p(size) winsorised at 0.5 % and 99.5 % and
standardised, closeness standardised, and type and attribute one-hot, scaled by √(weight/2) so that
two stores of unlike type lie exactly ``weight_type`` apart, squared. The one-hot part is never
written out: a sum over stores adds into two columns, a product looks two columns up.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from qunlian.community.planner.compiled import compiled
from qunlian.community.planner.terms import (
    BoolArray,
    FloatArray,
    IntArray,
    Roster,
    ShortArray,
    Terms,
)

_WINSORISED = (0.005, 0.995)
_ROUNDING = 1e-12


class Space(NamedTuple):
    """Stores as vectors of ``width`` = 2 + types + attributes coordinates.

    :ivar plain: (n, 2) standardised log size and closeness
    :ivar types: (n,) column of the vector that the store's type fills
    :ivar attributes: (n,) column that its attribute fills
    :ivar heights: (width,) what a filled column holds: √(weight/2)
    :ivar seats: (n,) seats
    :ivar wanted: (n,) whether the store counts for the quota
    :ivar home: (n,) its present group among those of its pool, -1 for none; empty for a first plan
    """

    plain: FloatArray
    types: ShortArray
    attributes: ShortArray
    heights: FloatArray
    seats: ShortArray
    wanted: BoolArray
    home: ShortArray


def space_of(roster: Roster, terms: Terms) -> Space:
    """Turn a roster into vectors, by the weights of the terms."""
    with ThreadPoolExecutor() as threads:
        kinds = threads.submit(dense, roster.type_code)
        size = threads.submit(_standardised_size, roster.size_fen)
        attributes, attribute_column = dense(roster.attribute_code)
        closeness = _standardised(roster.closeness.astype(np.float64))
        types, type_column = kinds.result()
        plain = np.column_stack([size.result(), closeness])
    heights = np.ones(2 + len(types) + len(attributes))
    heights[2 : 2 + len(types)] = np.sqrt(terms.weight_type / 2)
    heights[2 + len(types) :] = np.sqrt(terms.weight_attribute / 2)
    wanted = roster.wanted
    return Space(
        plain=plain,
        types=type_column + np.int32(2),
        attributes=attribute_column + np.int32(2 + len(types)),
        heights=heights,
        seats=roster.seats,
        wanted=np.zeros(roster.count, dtype=np.bool_) if wanted is None else wanted,
        home=np.zeros(0, dtype=np.int32),
    )


def taken(space: Space, stores: IntArray) -> Space:
    """Return the space of these stores only, in this order."""
    return Space(
        plain=space.plain[stores],
        types=space.types[stores],
        attributes=space.attributes[stores],
        heights=space.heights,
        seats=space.seats[stores],
        wanted=space.wanted[stores],
        home=space.home[stores] if len(space.home) else space.home,
    )


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


@compiled
def add(space: Space, total: FloatArray, store: int, times: float) -> None:
    """Add a store's vector, so many times, to ``total`` (width,)."""
    kind, attribute = space.types[store], space.attributes[store]
    total[0] += times * space.plain[store, 0]
    total[1] += times * space.plain[store, 1]
    total[kind] += times * space.heights[kind]
    total[attribute] += times * space.heights[attribute]


@compiled
def along(space: Space, axis: FloatArray, store: int) -> float:
    """Return the product of a store's vector and ``axis`` (width,)."""
    kind, attribute = space.types[store], space.attributes[store]
    plain = space.plain[store, 0] * axis[0] + space.plain[store, 1] * axis[1]
    coded = space.heights[kind] * axis[kind] + space.heights[attribute] * axis[attribute]
    return float(plain + coded)


@compiled
def square(space: Space, store: int) -> float:
    """Return the squared length of a store's vector."""
    plain = space.plain[store, 0] ** 2 + space.plain[store, 1] ** 2
    coded = space.heights[space.types[store]] ** 2 + space.heights[space.attributes[store]] ** 2
    return float(plain + coded)


@compiled
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
