"""Sets of stores that may share groups: whole patches, or their cells where groups must be pure."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from qunlian.community.planner.compiled import compiled
from qunlian.community.planner.space import dense
from qunlian.community.planner.terms import IntArray, Roster

#: Counting is quicker than sorting as long as the counters fit the caches.
_MOST_COUNTERS = 4
_BATCHES_A_THREAD, _LEAST_BATCH = 16, 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pools:
    """Stores in order of their pools.

    :ivar order: (n,) positions in the roster, pool after pool
    :ivar ends: (p + 1,) where each pool begins in ``order``, and the end
    """

    order: IntArray
    ends: IntArray

    def sample(self, stores: int) -> tuple["Pools", IntArray, IntArray]:
        """Return about so many stores in whole pools, large and small ones alike.

        :returns: pools over those stores only, which pools they are, and where in ``order`` the stores are
        """
        sizes = np.diff(self.ends)
        step = max(1, len(self.order) // max(1, stores))
        first = min(step // 2, len(sizes) - 1)
        chosen = np.sort(np.argsort(sizes, kind="stable")[first::step])
        places = np.concatenate([np.arange(self.ends[one], self.ends[one + 1]) for one in chosen])
        ends = np.concatenate([[0], np.cumsum(sizes[chosen])])
        return Pools(order=self.order[places], ends=ends), chosen, places

    def batches(self) -> Iterator[tuple[int, int]]:
        """Yield runs of pools of about as many stores each, several for each processor."""
        pools, stores = len(self.ends) - 1, int(self.ends[-1])
        wanted = max(_LEAST_BATCH, stores // (_BATCHES_A_THREAD * (os.cpu_count() or 1)))
        first = 0
        while first < pools:
            last = int(np.searchsorted(self.ends, self.ends[first] + wanted, side="left"))
            last = min(pools, max(first + 1, last))
            yield first, last
            first = last


def patches_of(roster: Roster) -> Pools:
    """Return each patch as one pool."""
    return _by_key(roster.patch.astype(np.int64))


def cells_of(roster: Roster) -> Pools:
    """Return the stores of one patch, type and attribute as one pool."""
    return _by_key(cell_keys(roster))


def cell_keys(roster: Roster) -> IntArray:
    """Return each store's cell as a number that grows with (patch, type, attribute)."""
    types, kind = dense(roster.type_code)
    attributes, attribute = dense(roster.attribute_code)
    key = roster.patch.astype(np.int64)
    key *= len(types)
    key += kind
    key *= len(attributes)
    key += attribute
    return key


def _by_key(key: IntArray) -> Pools:
    """Sort stores by their key, in the order of the roster among equals."""
    most = int(key.max(initial=-1)) + 1
    if most <= _MOST_COUNTERS * len(key) + 1:
        order, starts = _counted(key, most)
        starts = starts[np.append(True, np.diff(starts) > 0)]
        return Pools(order=order, ends=starts)
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    starts = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1]))
    return Pools(order=order, ends=np.append(starts, len(key)))


@compiled
def _counted(key: IntArray, most: int) -> tuple[IntArray, IntArray]:
    """Return positions by key, and where each key begins, and the end."""
    starts = np.zeros(most + 1, dtype=np.int64)
    for at in range(len(key)):
        starts[key[at] + 1] += 1
    for at in range(most):
        starts[at + 1] += starts[at]
    place = starts[:-1].copy()
    order = np.empty(len(key), dtype=np.int64)
    for at in range(len(key)):
        order[place[key[at]]] = at
        place[key[at]] += 1
    return order, starts
