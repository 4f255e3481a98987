"""From present groups to those that follow: which stores may stay, the groups' numbers, why stores move."""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from qunlian.community.planner.compiled import bare, compiled
from qunlian.community.planner.pools import Pools
from qunlian.community.planner.space import Space, add, along, product
from qunlian.community.planner.terms import BoolArray, FloatArray, IntArray, ShortArray, StoreArray


class Reason(IntEnum):
    """Why a store gets a group or changes it. Up to ``FULL`` it must be; the others are wished."""

    STAYS = 0
    NEW = 1  # it had no group
    ELSEWHERE = 2  # it came to another patch, or, where groups are pure, became of another kind
    FULL = 3  # its group outgrew its limit and was cut, or a group was made for it
    DISSOLVED = 4  # its group had become too small
    ALIKE = 5  # it is more alike to the other group, by more than the price of a move


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How groups are numbered within their pools.

    :ivar order: (g,) groups in order of their places
    :ivar local: (g,) each group's number in its pool
    :ivar first: (p,) where each pool's groups begin in ``order``
    :ivar counts: (p,) groups of each pool
    """

    order: IntArray
    local: ShortArray
    first: IntArray
    counts: IntArray

    @classmethod
    def of(cls, pools: Pools, place: ShortArray, place_of_group: ShortArray) -> "Numbers":
        """Number groups.

        :param place: (n,) the place of each store, the same for all of a pool
        :param place_of_group: (g,) that of each group, -1 for none
        """
        order = np.argsort(place_of_group, kind="stable")
        ranked = place_of_group[order]
        local = np.empty(len(order), dtype=np.int32)
        local[order] = np.arange(len(order)) - np.searchsorted(ranked, ranked)
        place_of_pool = place[pools.order[pools.ends[:-1]]]
        first = np.searchsorted(ranked, place_of_pool)
        counts = np.searchsorted(ranked, place_of_pool, side="right") - first
        return cls(order=order, local=local, first=first, counts=counts)


class Fitted(NamedTuple):
    """Stores in their groups, pool after pool.

    :ivar label: (n,) the number of each store's group in its pool
    :ivar rows: (n,) its position in the roster
    :ivar ends: (p + 1,) where each pool begins, and the end
    :ivar old: (g,) groups there were, in order of their places
    :ivar first: (p,) where each pool's groups begin among them, and ``counts`` how many it has
    :ivar fresh: (p,) what its first new group is numbered
    """

    label: ShortArray
    rows: IntArray
    ends: IntArray
    old: IntArray
    first: IntArray
    counts: IntArray
    fresh: IntArray


class Moves(NamedTuple):
    """What becomes of n stores and h groups, new ones included.

    :ivar kept: (n,) whether a store may stay in its group
    :ivar group: (n,) its group
    :ivar reason: (n,) why it moves
    :ivar patch: (h,) of each group
    :ivar stores: (h,) how many it has
    """

    kept: BoolArray
    group: ShortArray
    reason: ShortArray
    patch: IntArray
    stores: IntArray

    @classmethod
    def begun(cls, kept: BoolArray, patch: IntArray, added: int) -> "Moves":
        """Return moves still to be written.

        :param patch: (g,) of the groups there were
        """
        stores, groups = len(kept), len(patch) + added
        return cls(
            kept=kept,
            group=np.empty(stores, dtype=np.int32),
            reason=np.empty(stores, dtype=np.int32),
            patch=np.append(patch, np.full(added, -1)).astype(np.int64),
            stores=np.zeros(groups, dtype=np.int64),
        )


@compiled
def write_homes(
    stores: StoreArray,
    kept: BoolArray,
    present: ShortArray,
    places: tuple[ShortArray, ShortArray, ShortArray],
    block: tuple[int, int],
) -> None:
    """Write which stores may stay in their group, and its number in their pool.

    :param present: (n,) each store's group, -1 for none
    :param places: (n,) each store's place, (g,) each group's, and (g,) each group's number in its pool
    """
    place, place_of_group, local = places
    for store in range(block[0], block[1]):
        group = present[store]
        kept[store] = group >= 0 and place_of_group[group] == place[store]
        stores[store].home = local[group] if kept[store] else -1


@compiled
def write_groups(fitted: Fitted, patch: ShortArray, moves: Moves, block: tuple[int, int]) -> None:
    """Write the groups' own numbers for those of their pools, and patches of new ones, for a block of pools.

    :param patch: (n,) of each store of the roster
    """
    for pool in range(block[0], block[1]):
        _write_pool(fitted, patch, moves, pool)


@bare
def _write_pool(fitted: Fitted, patch: ShortArray, moves: Moves, pool: int) -> None:
    """Do so for one pool."""
    for at in range(fitted.ends[pool], fitted.ends[pool + 1]):
        own, row = fitted.label[at], fitted.rows[at]
        if own < fitted.counts[pool]:
            group = fitted.old[fitted.first[pool] + own]
        else:
            group = fitted.fresh[pool] + own - fitted.counts[pool]
            moves.patch[group] = patch[row]
        moves.group[row] = group
        moves.stores[group] += 1


@compiled
def write_reasons(moves: Moves, present: ShortArray, before: int, block: tuple[int, int]) -> int:
    """Write why each store of a block moves; return how many must.

    :param present: (n,) each store's group until now, -1 for none
    :param before: groups there were
    """
    forced = 0
    for store in range(block[0], block[1]):
        old, new = present[store], moves.group[store]
        if not moves.kept[store]:
            moves.reason[store] = Reason.NEW if old < 0 else Reason.ELSEWHERE
            forced += 1
        elif old == new:
            moves.reason[store] = Reason.STAYS
        elif new >= before:
            moves.reason[store] = Reason.FULL
            forced += 1
        else:
            moves.reason[store] = Reason.DISSOLVED if moves.stores[old] == 0 else Reason.ALIKE
    return forced


@compiled
def gains_of(
    space: Space, group: ShortArray, count: int, moves: tuple[IntArray, IntArray, IntArray]
) -> FloatArray:
    """Return how much nearer each moved store is to the mean of its new group than of its old one."""
    store, old, new = moves
    touched = np.zeros(count, dtype=np.bool_)
    for at in range(len(store)):
        touched[old[at]] = touched[new[at]] = True
    sums, stores = np.zeros((count, len(space.heights))), np.zeros(count)
    for at in range(len(group)):
        if touched[group[at]]:
            add(space, sums[group[at]], at, 1.0)
            stores[group[at]] += 1.0
    gain = np.zeros(len(store))
    for at in range(len(store)):
        for whose, sign in ((old[at], 1.0), (new[at], -1.0)):
            if stores[whose] > 0.0:
                mean = sums[whose] / stores[whose]
                gain[at] += sign * (product(mean, mean) - 2.0 * along(space, mean, store[at]))
    return gain
