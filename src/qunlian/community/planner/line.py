"""The exact optimum where stores differ in one thing only: cutting a line.

If all stores of a set lie on a line and need one seat each, some best plan cuts the line into pieces
(exchange argument: for given means and sizes the sorted matching is best). With W(j, e) the least spread
of the first e stores in j groups of ``least`` … ``most`` stores,

    W(j, e) = min over sizes s of W(j-1, e-s) + spread(e-s … e)

Only those e count that leave the rest feasible: k·most - n + 1 of them at most, hence few when groups are
full. Spread on a line fulfils the quadrangle inequality, so the best start of the last group never moves
back as e grows, and each row is found by divide and conquer in O(width · log width).

Source: F. F. Yao, Efficient dynamic programming using quadrangle inequalities, STOC 1980.
"""

import numpy as np

from qunlian.community.planner.compiled import bare, part
from qunlian.community.planner.order import got, put, rank
from qunlian.community.planner.space import ENDLESS, Space
from qunlian.community.planner.terms import FloatArray, IntArray, ShortArray

#: Cells of the table that are worth their time and memory; beyond it the general method does.
_LARGEST_TABLE = 20_000_000


@bare
def is_line(space: Space, stores: tuple[int, int]) -> bool:
    """Return whether stores differ in one coordinate at most and need a seat each."""
    first, end = stores
    in_size = in_closeness = False
    one = space.stores[first]
    for store in range(first, end):
        other = space.stores[store]
        in_size |= one.size != other.size
        in_closeness |= one.closeness != other.closeness
        if other.seats != 1 or other.type != one.type or other.attribute != one.attribute:
            return False
        if in_size and in_closeness:
            return False
    return True


@bare
def fits_table(many: int, parts: int, most: int) -> bool:
    """Return whether the table for so many stores in so many groups is not too large."""
    return bool(parts * min(parts * most - many + 1, many) <= _LARGEST_TABLE)


@part
def cut_line(
    space: Space, stores: tuple[int, int], parts: int, sizes: tuple[int, int]
) -> tuple[IntArray, IntArray]:
    """Cut a line into ``parts`` groups with the least spread there is.

    :param stores: the first store on the line, and the one after the last
    :param sizes: least and most stores of a group
    :returns: the stores as they lie on the line; (parts + 1,) where each group begins among them, and the end
    """
    first, end = stores
    many = end - first
    order, place = np.empty(many, dtype=np.int64), np.empty(many)
    mean = 0.0
    for at in range(many):
        it = space.stores[first + at]
        order[at], place[at] = first + at, it.size + it.closeness
        mean += place[at] / many
    rank((place, order), (np.empty(many), np.empty(many, dtype=np.int64)), (0, many), many * many)
    ahead, squares = np.zeros(many + 1), np.zeros(many + 1)
    for at in range(many):
        ahead[at + 1] = ahead[at] + place[at] - mean
        squares[at + 1] = squares[at] + (place[at] - mean) ** 2
    lows, starts = _rows((ahead, squares), parts, sizes)
    return order, _trace(lows, starts, many)


@part
def _rows(
    sums: tuple[FloatArray, FloatArray], parts: int, sizes: tuple[int, int]
) -> tuple[IntArray, ShortArray]:
    """Return for each row of the table its first e, and for each e the best start of the last group."""
    least, most = sizes
    many = len(sums[0]) - 1
    width = min(parts * (most - least) + 1, parts * most - many + 1, many + 1)
    lows = np.zeros(parts + 1, dtype=np.int64)
    starts = np.zeros((parts + 1, width + 1), dtype=np.int32)
    last, last_low = np.zeros(1), 0
    for row in range(1, parts + 1):
        low = max(row * least, many - (parts - row) * most)
        high = min(row * most, many - (parts - row) * least)
        lows[row] = low
        here = np.empty(high - low + 1)
        _row(sums, (last, last_low), (here, low), starts[row], sizes)
        last, last_low = here, low
    return lows, starts


@part
def _row(
    sums: tuple[FloatArray, FloatArray],
    before: tuple[FloatArray, int],
    now: tuple[FloatArray, int],
    starts: ShortArray,
    sizes: tuple[int, int],
) -> None:
    """Fill one row by divide and conquer over where its last group begins."""
    last, last_low = before
    here, low = now
    least, most = sizes
    todo = np.empty((len(here) + 2, 4), dtype=np.int64)
    put(todo, 0, (0, len(here) - 1, last_low, last_low + len(last) - 1))
    waiting = 1
    while waiting:
        waiting -= 1
        first, final, start_low, start_high = got(todo, waiting)
        if first > final:
            continue
        middle = (first + final) // 2
        end = low + middle
        best, found = ENDLESS, -1
        for start in range(max(start_low, end - most), min(start_high, end - least) + 1):
            total = last[start - last_low] + _piece(sums, start, end)
            if total < best:
                best, found = total, start
        here[middle], starts[middle] = best, found
        upto, since = (found, found) if found >= 0 else (start_high, start_low)
        put(todo, waiting, (first, middle - 1, start_low, upto))
        put(todo, waiting + 1, (middle + 1, final, since, start_high))
        waiting += 2


@bare
def _piece(sums: tuple[FloatArray, FloatArray], start: int, end: int) -> float:
    """Return the spread of the stores from ``start`` up to ``end``."""
    ahead, squares = sums
    total = ahead[end] - ahead[start]
    return float(squares[end] - squares[start] - total * total / (end - start))


@part
def _trace(lows: IntArray, starts: ShortArray, many: int) -> IntArray:
    """Follow the best starts back from the end."""
    parts = len(lows) - 1
    cuts = np.zeros(parts + 1, dtype=np.int64)
    cuts[parts] = end = many
    for row in range(parts, 0, -1):
        end = starts[row, end - lows[row]]
        cuts[row - 1] = end
    return cuts
