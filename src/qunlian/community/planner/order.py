"""Putting stores in order, and keeping a pile of work.

Both for arrays only, in plain loops: what numpy offers for them takes numba seconds to translate.
"""

import numpy as np

from qunlian.community.planner.compiled import bare, part
from qunlian.community.planner.terms import FloatArray, IntArray

_RUN = 12
_STEPS_A_STORE = 40

Piece = tuple[int, int, int, int]


@part
def rank(key: FloatArray, stores: IntArray, steps: int) -> None:
    """Put stores in order of their keys, (n,) each; equal ones keep their order.

    :param steps: about how many inserting them one by one takes; where that is too many, runs are merged
    """
    many = len(stores)
    if steps <= _STEPS_A_STORE * many:
        _insert(key, stores, 0, many)
        return
    for begin in range(0, many, _RUN):
        _insert(key, stores, begin, min(begin + _RUN, many))
    spare_key, spare_stores = np.empty(many), np.empty(many, dtype=np.int64)
    width = _RUN
    while width < many:
        for begin in range(0, many - width, 2 * width):
            between = begin, begin + width, min(begin + 2 * width, many)
            _merge((key, stores), (spare_key, spare_stores), between)
        width *= 2


@bare
def _insert(key: FloatArray, stores: IntArray, begin: int, end: int) -> None:
    for at in range(begin + 1, end):
        own, store, to = key[at], stores[at], at
        while to > begin and key[to - 1] > own:
            key[to], stores[to] = key[to - 1], stores[to - 1]
            to -= 1
        key[to], stores[to] = own, store


@bare
def _merge(
    kept: tuple[FloatArray, IntArray],
    spare: tuple[FloatArray, IntArray],
    between: tuple[int, int, int],
) -> None:
    """Make one run of two that follow each other."""
    (key, stores), (spare_key, spare_stores) = kept, spare
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
