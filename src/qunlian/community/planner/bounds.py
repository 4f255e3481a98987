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

from qunlian.community.planner.compiled import compiled
from qunlian.community.planner.pools import cell_keys, may_count
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


def bins(key: IntArray | ShortArray, seats: ShortArray, room: int) -> IntArray:
    """Return L2 of the stores of each key up to the greatest, 0 for a key without any."""
    least: IntArray = -(
        -_weighed(key.astype(np.int32, copy=False), seats, int(key.max(initial=-1)) + 1) // room
    )
    if 2 * int(seats.max(initial=0)) > room:
        large = np.unique(key[2 * seats > room])
        rows = np.flatnonzero(np.isin(key, large))
        rows = rows[np.argsort(key[rows], kind="stable")]
        for each, weights in zip(
            large, np.split(seats[rows], np.flatnonzero(np.diff(key[rows])) + 1), strict=True
        ):
            least[each] = martello_toth(weights, room)
    return least


def lower_bounds(roster: Roster, terms: Terms) -> Bounds:
    """Return the fewest groups that any plan, and any pure plan, can have."""
    by_patch = bins(roster.patch, roster.seats, terms.room)
    cells = cell_keys(roster)
    if not may_count(int(cells.max(initial=-1)) + 1, len(cells)):
        _, cells = np.unique(cells, return_inverse=True)
    by_cell = bins(cells, roster.seats, terms.room)
    return Bounds(soft=int(by_patch.sum()), strict=int(by_cell.sum()), patch_soft=by_patch)


@compiled
def _weighed(key: ShortArray, seats: ShortArray, most: int) -> IntArray:
    """Return the seats of each key below ``most``."""
    weights = np.zeros(most, dtype=np.int64)
    for at in range(len(key)):
        weights[key[at]] += seats[at]
    return weights
