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

from qunlian.community.planner.terms import IntArray, Roster, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """No plan has fewer groups: ``soft`` for any plan, ``strict`` for plans of pure groups.

    ``patch_soft`` is the soft bound of each patch.
    """

    soft: int
    strict: int
    patch_soft: IntArray


def martello_toth(weights: IntArray, room: int) -> int:
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


def bins(label: IntArray, count: int, seats: IntArray, room: int) -> IntArray:
    """Return L2 of each of ``count`` sets; ``label`` says to which set a store belongs."""
    total = np.bincount(label, weights=seats, minlength=count).astype(np.int64)
    least: IntArray = -(-total // room)
    for which in np.unique(label[2 * seats > room]):
        least[which] = martello_toth(seats[label == which], room)
    return least


def lower_bounds(roster: Roster, terms: Terms) -> Bounds:
    """Return the fewest groups that any plan, and any pure plan, can have."""
    if not roster.count:
        return Bounds(soft=0, strict=0, patch_soft=np.zeros(0, dtype=np.int64))
    patches = int(roster.patch.max()) + 1
    by_patch = bins(roster.patch, patches, roster.seats, terms.room)
    cell, label = cells(roster)
    by_cell = bins(label, len(cell), roster.seats, terms.room)
    return Bounds(soft=int(by_patch.sum()), strict=int(by_cell.sum()), patch_soft=by_patch)


def cells(roster: Roster) -> tuple[IntArray, IntArray]:
    """Return the cells (patch, type, attribute) that occur, and each store's cell.

    :returns: the first store of each cell in order of (patch, type, attribute); each store's cell
    """
    types = int(roster.type_code.max(initial=0)) + 1
    attributes = int(roster.attribute_code.max(initial=0)) + 1
    key = (roster.patch * types + roster.type_code) * attributes + roster.attribute_code
    _, first, label = np.unique(key, return_index=True, return_inverse=True)
    return first.astype(np.int64), label.astype(np.int64)
