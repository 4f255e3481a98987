"""
Two versions of the matrix over the same stores: which groups are the same, how far stores lie off.

A store is as far from its group as its squared distance from the group's mean in the planner's space: log
size and closeness in standard deviations, two stores of unlike type ``weight`` apart. Summed over the stores
of a group that is its spread, so what moves win and what those who stay feel add up to the whole difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

#: What an arc to nothing weighs beside one shared store: a group without any partner takes it.
_ALONE = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sights:
    """
    What likeness looks at in each of n stores.

    :ivar plain: (n, k) coordinates
    :ivar coded: code arrays (n,), each with what two stores of unlike code lie apart, squared
    """

    plain: FloatArray
    coded: Sequence[tuple[IntArray, float]]


def far_from_middle(sights: Sights, group: IntArray) -> FloatArray:
    """
    Return each store's squared distance from the mean of its group; nan where it has none.

    :param group: (n,) each store's group, -1 for none
    """
    far = np.full(len(group), np.nan)
    inside = np.flatnonzero(group >= 0)
    if not len(inside):
        return far
    own = group[inside]
    stores = np.maximum(np.bincount(own), 1)
    found = np.zeros(len(inside))
    for column in sights.plain.T:
        mean = np.bincount(own, weights=column[inside]) / stores
        found += (column[inside] - mean[own]) ** 2
    for code, weight in sights.coded:
        found += weight / 2 * _apart(own, code[inside], stores)
    far[inside] = found
    return far


def _apart(own: IntArray, code: IntArray, stores: IntArray) -> FloatArray:
    """Return (1 - p)² plus the squares of the other shares, p being that of a store's code in its group."""
    width = int(code.max(initial=0)) + 1
    cells, cell, many = np.unique(own * width + code, return_inverse=True, return_counts=True)
    share = many / stores[cells // width]
    squares = np.bincount(cells // width, weights=share**2, minlength=len(stores))
    apart: FloatArray = 1 - 2 * share[cell] + squares[own]
    return apart


def same_groups(
    one: IntArray, other: IntArray, chats: tuple[IntArray, IntArray]
) -> tuple[IntArray, IntArray]:
    """
    Return for each group of one side the group of the other that it is, -1 for none; and the stores shared.

    Groups that are one chat are the same. The rest is matched so that as many stores as possible share a
    group on both sides (an assignment problem, solved exactly).

    :param one: (n,) each store's group on one side, -1 for none; ``other`` likewise
    :param chats: (g,) and (h,): the living group that each group is, 0 for none
    """
    both = (one >= 0) & (other >= 0)
    g, h = (len(each) for each in chats)
    pairs, shared = np.unique(one[both] * h + other[both], return_counts=True)
    row, column = pairs // max(h, 1), pairs % max(h, 1)
    partner = _same_chat(*chats)
    taken = np.zeros(h, dtype=bool)
    taken[partner[partner >= 0]] = True
    free = (partner[row] < 0) & ~taken[column]
    if free.any():
        partner = _assigned(partner, (row[free], column[free], shared[free]), h)
    together = np.zeros(g, dtype=np.int64)
    held = partner[row] == column
    together[row[held]] = shared[held]
    return partner, together


def _same_chat(mine: IntArray, theirs: IntArray) -> IntArray:
    known = {chat: at for at, chat in enumerate(theirs.tolist()) if chat}
    return np.array([known.get(chat, -1) if chat else -1 for chat in mine.tolist()], dtype=np.int64)


def _assigned(partner: IntArray, arcs: tuple[IntArray, IntArray, IntArray], h: int) -> IntArray:
    """Give the groups that are still alone the partners with whom all together share most stores."""
    from scipy.sparse import coo_array  # noqa: PLC0415  (slow to import, seldom needed)
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching  # noqa: PLC0415

    row, column, shared = arcs
    rows, at = np.unique(row, return_inverse=True)
    alone = np.arange(len(rows))
    weights = coo_array(
        (
            np.concatenate([shared.astype(np.float64), np.full(len(rows), _ALONE)]),
            (np.concatenate([at, alone]), np.concatenate([column, h + alone])),
        ),
        shape=(len(rows), h + len(rows)),
    )
    mine, theirs = min_weight_full_bipartite_matching(weights.tocsr(), maximize=True)
    real = theirs < h
    partner = partner.copy()
    partner[rows[mine[real]]] = theirs[real]
    return partner
