"""Sets of stores that may share groups: whole patches, or their cells where groups must be pure."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from qunlian.community.planner.blocks import blocks, side_by_side
from qunlian.community.planner.compiled import compiled
from qunlian.community.planner.measure import codes_of
from qunlian.community.planner.terms import IntArray, Roster, ShortArray

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
    return _by_key(roster.patch)


def cells_of(roster: Roster) -> Pools:
    """Return the stores of one patch, type and attribute as one pool."""
    return _by_key(cell_keys(roster))


def cell_keys(roster: Roster) -> IntArray:
    """Return each store's cell as a number that grows with (patch, type, attribute)."""
    types, attributes = codes_of(roster.type_code), codes_of(roster.attribute_code)
    key = np.empty(roster.count, dtype=np.int64)
    columns = roster.patch, roster.type_code, roster.attribute_code
    sides = len(types.codes), len(attributes.codes)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        tables = types.place, attributes.place
        side_by_side(threads, roster.count, _write_keys, columns, tables, sides, key)
    return key


def may_count(most: int, stores: int) -> bool:
    """Return whether so many counters, for keys below ``most``, are quicker than sorting stores."""
    return most <= _MOST_COUNTERS * stores + 1


def counted(key: ShortArray, most: int) -> tuple[IntArray, IntArray]:
    """Return positions by key, in their order among equals, and where each key begins, and the end.

    :param most: the key after the greatest
    """
    order = np.empty(len(key), dtype=np.int64)
    parts = max(1, os.cpu_count() or 1)
    each = max(1, -(-len(key) // parts))
    with ThreadPoolExecutor(parts) as threads:
        counts = np.stack(side_by_side(threads, len(key), _count, key, most, each=each))
        starts = np.concatenate([[0], np.cumsum(counts.sum(axis=0))])
        begins = starts[:-1] + np.cumsum(counts, axis=0) - counts
        begun = [
            threads.submit(_place, key, begin, order, block)
            for begin, block in zip(begins, blocks(len(key), each), strict=True)
        ]
        for one in begun:
            one.result()
    return order, starts


def _by_key(key: IntArray | ShortArray) -> Pools:
    """Sort stores by their key, in the order of the roster among equals."""
    most = int(key.max(initial=-1)) + 1
    if may_count(most, len(key)):
        order, starts = counted(key.astype(np.int32, copy=False), most)
        starts = starts[np.append(True, np.diff(starts) > 0)]
        return Pools(order=order, ends=starts)
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    starts = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1]))
    return Pools(order=order, ends=np.append(starts, len(key)))


@compiled
def _write_keys(
    columns: tuple[ShortArray, ShortArray, ShortArray],
    tables: tuple[ShortArray, ShortArray],
    sides: tuple[int, int],
    key: IntArray,
    block: tuple[int, int],
) -> None:
    patch, kind, attribute = columns
    for at in range(block[0], block[1]):
        cell = tables[0][kind[at]] * sides[1] + tables[1][attribute[at]]
        key[at] = np.int64(patch[at]) * (sides[0] * sides[1]) + cell


@compiled
def _count(key: ShortArray, most: int, block: tuple[int, int]) -> IntArray:
    """Return how often each key occurs in a block."""
    counts = np.zeros(most, dtype=np.int64)
    for at in range(block[0], block[1]):
        counts[key[at]] += 1
    return counts


@compiled
def _place(key: ShortArray, begins: IntArray, order: IntArray, block: tuple[int, int]) -> None:
    """Write the positions of a block where those of their keys begin."""
    for at in range(block[0], block[1]):
        order[begins[key[at]]] = at
        begins[key[at]] += 1
