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

from qunlian.community.planner.compiled import compiled
from qunlian.community.planner.space import Space
from qunlian.community.planner.terms import FloatArray, IntArray, ShortArray

_NONE = 1e300
#: Cells of the table that are worth their time and memory; beyond it the general method does.
_LARGEST_TABLE = 20_000_000


@compiled
def lines_among(space: Space, ends: IntArray, counts: IntArray) -> IntArray:
    """Return the pools of several groups whose stores differ in one coordinate and need a seat each."""
    found = np.zeros(len(counts), dtype=np.bool_)
    for pool in range(len(counts)):
        first = ends[pool]
        alike, apart = counts[pool] > 1, np.zeros(2, dtype=np.bool_)
        for store in range(first, ends[pool + 1]):
            if not alike:
                break
            alike = space.seats[store] == 1 and space.types[store] == space.types[first]
            alike = alike and space.attributes[store] == space.attributes[first]
            for column in range(2):
                apart[column] |= space.plain[store, column] != space.plain[first, column]
            alike = alike and not (apart[0] and apart[1])
        found[pool] = alike
    return np.flatnonzero(found)


def cut_line(place: FloatArray, parts: int, sizes: tuple[int, int]) -> ShortArray | None:
    """Cut a line into ``parts`` groups with the least spread there is.

    :param place: (n,) where each store lies
    :param sizes: least and most stores of a group
    :returns: (n,) each store's group; None if the table would be too large
    """
    many, (_, most) = len(place), sizes
    if parts * min(parts * most - many + 1, many) > _LARGEST_TABLE:
        return None
    order = np.argsort(place, kind="stable")
    centred = place[order] - place.mean()
    ahead = np.concatenate([[0.0], np.cumsum(centred)])
    squares = np.concatenate([[0.0], np.cumsum(centred**2)])
    cuts = _trace(*_rows((ahead, squares), parts, sizes), many)
    label = np.empty(many, dtype=np.int32)
    label[order] = np.repeat(np.arange(parts, dtype=np.int32), np.diff(cuts))
    return label


@compiled
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
        here = np.full(high - low + 1, _NONE)
        _row(sums, (last, last_low), (here, low), starts[row], sizes)
        last, last_low = here, low
    return lows, starts


@compiled
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
    todo[0] = 0, len(here) - 1, last_low, last_low + len(last) - 1
    waiting = 1
    while waiting:
        waiting -= 1
        first, final, start_low, start_high = todo[waiting]
        if first > final:
            continue
        middle = (first + final) // 2
        end = low + middle
        best, found = _NONE, -1
        for start in range(max(start_low, end - most), min(start_high, end - least) + 1):
            total = last[start - last_low] + _piece(sums, start, end)
            if total < best:
                best, found = total, start
        here[middle], starts[middle] = best, found
        todo[waiting] = first, middle - 1, start_low, found if found >= 0 else start_high
        todo[waiting + 1] = middle + 1, final, found if found >= 0 else start_low, start_high
        waiting += 2


@compiled
def _piece(sums: tuple[FloatArray, FloatArray], start: int, end: int) -> float:
    """Return the spread of the stores from ``start`` up to ``end``."""
    ahead, squares = sums
    total = ahead[end] - ahead[start]
    return float(squares[end] - squares[start] - total * total / (end - start))


@compiled
def _trace(lows: IntArray, starts: ShortArray, many: int) -> IntArray:
    """Follow the best starts back from the end."""
    parts = len(lows) - 1
    cuts = np.zeros(parts + 1, dtype=np.int64)
    cuts[parts] = end = many
    for row in range(parts, 0, -1):
        end = starts[row, end - lows[row]]
        cuts[row - 1] = end
    return cuts
