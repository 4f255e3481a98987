"""Putting stores in order, and keeping a pile of work.

Both for arrays only, in plain loops: what numpy offers for them takes numba seconds to translate.
"""

import numpy as np

from qunlian.community.planner.compiled import bare, part
from qunlian.community.planner.terms import FloatArray, IntArray

_RUN = 12
_STEPS_A_STORE = 40

Piece = tuple[int, int, int, int]
Laid = tuple[FloatArray, IntArray]


@bare
def rank(laid: Laid, spare: Laid, between: tuple[int, int], steps: int) -> None:
    """Put stores in order of their keys; equal ones keep their order.

    :param laid: (n,) their keys, and the stores; and as much to spare
    :param between: the first store to put in order, and the one after the last
    :param steps: about how many inserting them one by one takes; where that is too many, runs are merged
    """
    first, end = between
    if steps <= _STEPS_A_STORE * (end - first):
        _insert(laid, first, end)
        return
    for begin in range(first, end, _RUN):
        _insert(laid, begin, min(begin + _RUN, end))
    width = _RUN
    while width < end - first:
        for begin in range(first, end - width, 2 * width):
            _merge(laid, spare, (begin, begin + width, min(begin + 2 * width, end)))
        width *= 2


@bare
def _insert(laid: Laid, begin: int, end: int) -> None:
    key, stores = laid
    for at in range(begin + 1, end):
        own, store, to = key[at], stores[at], at
        while to > begin and key[to - 1] > own:
            key[to], stores[to] = key[to - 1], stores[to - 1]
            to -= 1
        key[to], stores[to] = own, store


@bare
def _merge(laid: Laid, spare: Laid, between: tuple[int, int, int]) -> None:
    """Make one run of two that follow each other."""
    (key, stores), (spare_key, spare_stores) = laid, spare
    begin, middle, end = between
    if key[middle - 1] <= key[middle]:
        return
    left = middle - begin
    for at in range(left):
        spare_key[at], spare_stores[at] = key[begin + at], stores[begin + at]
    one, other, to = 0, middle, begin
    while one < left:
        if other < end and key[other] < spare_key[one]:
            key[to], stores[to] = key[other], stores[other]
            other += 1
        else:
            key[to], stores[to] = spare_key[one], spare_stores[one]
            one += 1
        to += 1


@part
def ascending(begins: IntArray, end: int) -> IntArray:
    """Return a few numbers in ascending order, and after them the end."""
    ranked = np.empty(len(begins) + 1, dtype=np.int64)
    for at in range(len(begins)):
        place = at
        while place > 0 and ranked[place - 1] > begins[at]:
            ranked[place] = ranked[place - 1]
            place -= 1
        ranked[place] = begins[at]
    ranked[len(begins)] = end
    return ranked


@bare
def put(pile: IntArray, at: int, piece: Piece) -> None:
    """Write a piece of work into a pile (n, 4)."""
    pile[at, 0], pile[at, 1], pile[at, 2], pile[at, 3] = piece


@bare
def got(pile: IntArray, at: int) -> Piece:
    """Read a piece of work."""
    return pile[at, 0], pile[at, 1], pile[at, 2], pile[at, 3]
