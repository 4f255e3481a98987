"""How few groups there can be: exact lower bounds, whatever the method.

With ``seats`` as weights and ``room`` seats to a group, covering a set of stores is bin packing.
For one set the bound is Martello and Toth's L2, the largest over thresholds α of

    |J1| + |J2| + max(0, ⌈(Σ_J3 w - (|J2|·room - Σ_J2 w)) / room⌉)

with J1 = {w > room-α}, J2 = {room/2 < w ≤ room-α}, J3 = {α ≤ w ≤ room/2}. At α = 0 it is at least
L1 = ⌈Σ w / room⌉, and equals it wherever no store needs more than half a group, which is all but
always.

* **soft**: Σ over patches of L2(stores of the patch). No plan, however mixed, has fewer groups.
* **strict**: Σ over cells (patch, type, attribute) of L2(stores of the cell). No plan whose groups
  are of one type and one attribute has fewer; with one seat a store it is also reached.

Both ignore the minimum size and the fill, which can only add groups.
Source: S. Martello, P. Toth, Lower bounds and reduction procedures for the bin packing problem,
Discrete Applied Mathematics 28 (1990).
"""

from dataclasses import dataclass

import numpy as np

from qunlian.community.planner.pools import Pools, cells_of, patches_of
from qunlian.community.planner.terms import IntArray, Roster, ShortArray, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """No plan has fewer groups: ``soft`` for any plan, ``strict`` for plans of pure groups.

    ``patch_soft`` is the soft bound of each patch.
    """

    soft: int
    strict: int
    patch_soft: IntArray


def martello_toth(weights: ShortArray | IntArray, room: int) -> int:
    """Return L2, a lower bound of the bins of size ``room`` that ``weights`` need."""
    if not len(weights):
        return 0
    best = -(-int(weights.sum()) // room)
    small_enough = weights[2 * weights <= room]
    for threshold in np.unique(np.append(small_enough, 0)):
        huge = weights > room - threshold
        large = (2 * weights > room) & ~huge
        small = (2 * weights <= room) & (weights >= threshold)
        spare = int(large.sum()) * room - int(weights[large].sum())
        missing = max(0, int(weights[small].sum()) - spare)
        best = max(best, int(huge.sum() + large.sum()) - (-missing // room))
    return best


def bins(pools: Pools, seats: ShortArray, room: int) -> IntArray:
    """Return L2 of each pool."""
    if not len(pools.order):
        return np.zeros(0, dtype=np.int64)
    ranked = seats[pools.order]
    least: IntArray = -(-np.add.reduceat(ranked, pools.ends[:-1], dtype=np.int64) // room)
    large = np.flatnonzero(2 * ranked > room)
    for pool in np.unique(np.searchsorted(pools.ends, large, side="right") - 1):
        least[pool] = martello_toth(ranked[pools.ends[pool] : pools.ends[pool + 1]], room)
    return least


def lower_bounds(roster: Roster, terms: Terms) -> Bounds:
    """Return the fewest groups that any plan, and any pure plan, can have."""
    patches, cells = patches_of(roster), cells_of(roster)
    by_patch = np.zeros(int(roster.patch.max(initial=-1)) + 1, dtype=np.int64)
    by_patch[roster.patch[patches.order[patches.ends[:-1]]]] = bins(
        patches, roster.seats, terms.room
    )
    by_cell = bins(cells, roster.seats, terms.room)
    return Bounds(soft=int(by_patch.sum()), strict=int(by_cell.sum()), patch_soft=by_patch)
