"""Groups in figures: one loop over stores that lie group after group."""

from typing import Any, NamedTuple

import numpy as np

from qunlian.community.planner.compiled import bare, compiled
from qunlian.community.planner.space import Space, left_of, square
from qunlian.community.planner.terms import BoolArray, FloatArray, IntArray, ShortArray

OUTLIER_DEVIATIONS, OUTLIER_STORES = 4.0, 20


class Placed(NamedTuple):
    """
    Stores, group after group.

    :ivar order: (n,) their positions in the space
    :ivar rows: (n,) the position in the roster of each store of the space
    :ivar ends: (g + 1,) where each group begins in ``order``, and the end
    :ivar size_fen: of each store of the roster
    :ivar closeness: mean of the roster's closeness, and its standard deviation
    """

    order: IntArray
    rows: IntArray
    ends: IntArray
    size_fen: IntArray
    closeness: tuple[float, float]


class Figures(NamedTuple):
    """
    A position for each of g groups, in the words of ``result.Groups``.

    :ivar log_mean: mean of the sizes' natural logarithm
    :ivar type: the column of the commonest type, and ``attribute`` that of the commonest attribute
    :ivar size_left: sum of squared distances from the mean in standardised size, and so ``closeness_left``
    :ivar far: stores that are far from all the others of their group in size
    :ivar is_far: (n,) whether a store of the roster is one of them
    """

    first_row: IntArray
    seats: IntArray
    size_mean_fen: FloatArray
    log_mean: FloatArray
    size_spread: FloatArray
    closeness_mean: FloatArray
    closeness_spread: FloatArray
    type: IntArray
    type_share: FloatArray
    attribute: IntArray
    attribute_share: FloatArray
    spread: FloatArray
    size_left: FloatArray
    closeness_left: FloatArray
    far: IntArray
    is_far: BoolArray

    @classmethod
    def empty(cls, groups: int, stores: int) -> "Figures":
        """Return figures still to be written."""
        whole = {"first_row", "seats", "type", "attribute", "far"}
        written: dict[str, Any] = {
            name: np.empty(groups, dtype=np.int64 if name in whole else np.float64)
            for name in cls._fields
        }
        return cls(**{**written, "is_far": np.zeros(stores, dtype=np.bool_)})


class _Desk(NamedTuple):
    """What is noted while a block of groups is looked at.

    :ivar first: the first store of the block in ``order``
    :ivar size_fen: of each store of the block, and ``log_size`` its natural logarithm
    :ivar columns: stores of the present group that fill each column
    """

    first: int
    size_fen: FloatArray
    log_size: FloatArray
    columns: IntArray


@compiled
def write_figures(space: Space, placed: Placed, figures: Figures, block: tuple[int, int]) -> None:
    """Write the figures of a block of groups, none of which is empty."""
    first, many = placed.ends[block[0]], placed.ends[block[1]] - placed.ends[block[0]]
    desk = _Desk(first, np.empty(many), np.empty(many), np.zeros(len(space.heights), np.int64))
    # one by one: loops that only fetch what lies far apart do not wait for each piece
    for at in range(many):
        desk.size_fen[at] = placed.size_fen[placed.rows[placed.order[first + at]]]
    for at in range(many):
        desk.log_size[at] = np.log(1.0 + desk.size_fen[at])
    for group in range(block[0], block[1]):
        _write_means(space, placed, figures, desk, group)
        _write_spreads(space, placed, figures, desk, group)
        _write_far(placed, figures, desk, group)


@compiled
def write_numbers(
    placed: Placed, number: ShortArray, group_of: ShortArray, block: tuple[int, int]
) -> None:
    """Write each store's group, as a position in the roster, for a block of groups."""
    for group in range(block[0], block[1]):
        for at in range(placed.ends[group], placed.ends[group + 1]):
            group_of[placed.rows[placed.order[at]]] = number[group]


@bare
def _write_means(space: Space, placed: Placed, figures: Figures, desk: _Desk, group: int) -> None:
    """Write what is found in a group, and note which columns its stores fill."""
    low, high = placed.ends[group], placed.ends[group + 1]
    seats, fen, log = 0, 0.0, 0.0
    for at in range(low, high):
        it = space.stores[placed.order[at]]
        fen += desk.size_fen[at - desk.first]
        log += desk.log_size[at - desk.first]
        seats += it.seats
        desk.columns[it.type] += 1
        desk.columns[it.attribute] += 1
    figures.first_row[group], figures.seats[group] = placed.rows[placed.order[low]], seats
    figures.size_mean_fen[group], figures.log_mean[group] = fen / (high - low), log / (high - low)


@bare
def _write_spreads(space: Space, placed: Placed, figures: Figures, desk: _Desk, group: int) -> None:
    """Write how far the stores of a group lie from its means, and which codes are its commonest."""
    low, high = placed.ends[group], placed.ends[group + 1]
    many, columns = high - low, desk.columns
    log = size = closeness = coded = squares = size_mean = closeness_mean = 0.0
    kind = attribute = np.int64(-1)
    for at in range(low, high):
        it = space.stores[placed.order[at]]
        size_mean += it.size / many
        closeness_mean += it.closeness / many
        log += (desk.log_size[at - desk.first] - figures.log_mean[group]) ** 2
        coded += space.heights[it.type] ** 2 * (many - columns[it.type])
        coded += space.heights[it.attribute] ** 2 * (many - columns[it.attribute])
        squares += square(space, placed.order[at])
        kind = _commoner(columns, kind, np.int64(it.type))
        attribute = _commoner(columns, attribute, np.int64(it.attribute))
    figures.type[group], figures.type_share[group] = kind, columns[kind] / many
    figures.attribute[group] = attribute
    figures.attribute_share[group] = columns[attribute] / many
    for at in range(low, high):
        it = space.stores[placed.order[at]]
        size += (it.size - size_mean) ** 2
        closeness += (it.closeness - closeness_mean) ** 2
        columns[it.type] = columns[it.attribute] = 0
    figures.size_left[group], figures.closeness_left[group] = size, closeness
    figures.size_spread[group] = np.sqrt(log / many)
    mean, deviation = placed.closeness
    figures.closeness_mean[group] = mean + deviation * closeness_mean
    figures.closeness_spread[group] = deviation * np.sqrt(closeness / many)
    spread = size + closeness + coded / many
    figures.spread[group] = left_of(squares, squares - spread)


@bare
def _commoner(columns: IntArray, one: np.int64, other: np.int64) -> np.int64:
    """Return which of two columns holds more stores, the lower one of equals; one may be -1 for none."""
    if one < 0 or columns[other] > columns[one]:
        return other
    return min(one, other) if columns[other] == columns[one] else one


@bare
def _write_far(placed: Placed, figures: Figures, desk: _Desk, group: int) -> None:
    """Mark the stores that lie far from the mean of their group, where it has enough to tell."""
    low, high = placed.ends[group], placed.ends[group + 1]
    mean, most = figures.log_mean[group], OUTLIER_DEVIATIONS * figures.size_spread[group]
    figures.far[group] = 0
    for at in range(low, high if high - low >= OUTLIER_STORES else low):
        if abs(desk.log_size[at - desk.first] - mean) > most:
            figures.is_far[placed.rows[placed.order[at]]] = True
            figures.far[group] += 1
