"""Groups while they are being improved: who is in them, kept so that a store changes place at once."""

from typing import NamedTuple

import numpy as np

from qunlian.community.planner.compiled import bare, part
from qunlian.community.planner.cut import Rules
from qunlian.community.planner.space import ENDLESS, Space, add, along, product, square, sum_up
from qunlian.community.planner.terms import FloatArray, IntArray, ShortArray


class Groups(NamedTuple):
    """k groups of one patch.

    :ivar members: (k, most) stores, the first ``stores`` of each row
    :ivar stores: (k,) number of stores
    :ivar seats: (k,) seats they need
    :ivar wanted: (k,) how many of them count for the quota
    :ivar sums: (k, width) sum of their vectors
    """

    members: IntArray
    stores: IntArray
    seats: IntArray
    wanted: IntArray
    sums: FloatArray


@part
def gather(space: Space, label: ShortArray, first: int, many: tuple[int, int]) -> Groups:
    """Lay out the groups of one pool.

    :param label: group of each store of the pool, -1 for none
    :param first: the pool's first store
    :param many: groups there are, and stores that one may come to hold
    """
    count, most = many
    stores = np.zeros(count, dtype=np.int64)
    for group in label:
        if group >= 0:
            stores[group] += 1
            most = max(most, stores[group])
    groups = _empty(space, count, min(most, len(label)) + 1)
    for at in range(len(label)):
        if label[at] >= 0:
            enter(space, groups, int(label[at]), first + at)
    return groups


@part
def laid_out(space: Space, order: IntArray, starts: IntArray, most: int) -> Groups:
    """Lay out groups of stores that follow each other.

    :param starts: (k + 1,) where each group begins in ``order``, and the end
    :param most: stores that a group may come to hold
    """
    for group in range(len(starts) - 1):
        most = max(most, starts[group + 1] - starts[group])
    groups = _empty(space, len(starts) - 1, min(most, len(order)) + 1)
    for group in range(len(starts) - 1):
        fill(space, groups, group, order[starts[group] : starts[group + 1]])
    return groups


@part
def _empty(space: Space, count: int, most: int) -> Groups:
    """Return so many groups without stores."""
    return Groups(
        np.empty((count, most), dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.zeros((count, len(space.heights))),
    )


@bare
def write_label(groups: Groups, label: ShortArray, first: int) -> None:
    """Write each store's group, the reverse of ``gather``."""
    for group in range(len(groups.stores)):
        for at in range(groups.stores[group]):
            label[groups.members[group, at] - first] = group


@bare
def enter(space: Space, groups: Groups, group: int, store: int) -> None:
    """Put a store into a group."""
    groups.members[group, groups.stores[group]] = store
    groups.stores[group] += 1
    groups.seats[group] += space.stores[store].seats
    groups.wanted[group] += space.stores[store].wanted
    add(space, groups.sums[group], store, 1.0)


@bare
def leave(space: Space, groups: Groups, group: int, at: int) -> int:
    """Take the store at a place out of a group; the last one takes its place."""
    store = int(groups.members[group, at])
    groups.stores[group] -= 1
    groups.members[group, at] = groups.members[group, groups.stores[group]]
    groups.seats[group] -= space.stores[store].seats
    groups.wanted[group] -= space.stores[store].wanted
    add(space, groups.sums[group], store, -1.0)
    return store


@part
def members_of(groups: Groups, group: int) -> IntArray:
    """Return a copy of who is in a group."""
    members = np.empty(groups.stores[group], dtype=np.int64)
    for at in range(len(members)):
        members[at] = groups.members[group, at]
    return members


@bare
def place_of(groups: Groups, group: int, store: int) -> int:
    """Return the place of a store in its group."""
    at = 0
    while groups.members[group, at] != store:
        at += 1
    return at


@bare
def fill(space: Space, groups: Groups, group: int, stores: IntArray) -> None:
    """Put these stores, and no others, into a group."""
    groups.seats[group], groups.wanted[group], _ = sum_up(space, stores, 1, groups.sums[group])
    groups.stores[group] = len(stores)
    for at in range(len(stores)):
        groups.members[group, at] = stores[at]


@bare
def refill(
    groups: Groups, pair: tuple[int, int], stores: IntArray, whole: tuple[int, int, FloatArray]
) -> None:
    """Put these stores, and no others, into the second of two groups, of which the first has got all others.

    :param whole: seats of both, how many of both count for the quota, and the sum (width,) of all vectors
    """
    one, group = pair
    seats, wanted, total = whole
    groups.stores[group] = len(stores)
    groups.seats[group], groups.wanted[group] = (
        seats - groups.seats[one],
        wanted - groups.wanted[one],
    )
    for at in range(len(stores)):
        groups.members[group, at] = stores[at]
    for column in range(len(total)):
        groups.sums[group, column] = total[column] - groups.sums[one, column]


@bare
def spread_in(space: Space, groups: Groups) -> float:
    """Return the spread of all groups together."""
    total = 0.0
    for group in range(len(groups.stores)):
        for at in range(groups.stores[group]):
            total += square(space, groups.members[group, at])
        if groups.stores[group]:
            total -= product(groups.sums[group], groups.sums[group]) / groups.stores[group]
    return total


@part
def centres(groups: Groups) -> tuple[FloatArray, FloatArray]:
    """Return the means (k, width) and their squared lengths (k,)."""
    count, width = groups.sums.shape
    mean, length = np.zeros((count, width)), np.zeros(count)
    for group in range(count):
        for column in range(width):
            mean[group, column] = groups.sums[group, column] / max(1, groups.stores[group])
        length[group] = product(mean[group], mean[group])
    return mean, length


@part
def neighbours(mean: FloatArray, length: FloatArray, many: int) -> IntArray:
    """Return for each group the ``many`` others whose means are nearest: (k, many)."""
    count, width = mean.shape
    near = np.empty((count, many), dtype=np.int64)
    nearest = np.empty(many)
    for group in range(count):
        for place in range(many):
            nearest[place] = ENDLESS
        for other in range(count):
            shared = 0.0
            for column in range(width):
                shared += mean[group, column] * mean[other, column]
            far = length[other] - 2.0 * shared
            if other == group or far >= nearest[many - 1]:
                continue
            place = many - 1
            while place > 0 and nearest[place - 1] > far:
                nearest[place], near[group, place] = nearest[place - 1], near[group, place - 1]
                place -= 1
            nearest[place], near[group, place] = far, other
    return near


@bare
def settle(space: Space, groups: Groups, rules: Rules) -> bool:
    """Move stores out of groups that are over their room, as cheaply as one step can.

    :returns: whether no group is over its room any more
    """
    for group in range(len(groups.stores)):
        while groups.seats[group] > rules.room:
            if not _relieve(space, groups, group, rules.room):
                return False
    return True


@part
def _relieve(space: Space, groups: Groups, group: int, room: int) -> bool:
    """Make one over-full group smaller: by a store to a group with space, else by an exchange."""
    means = centres(groups)
    best, found = ENDLESS, (-1, -1, -1)
    for other in range(len(groups.stores)):
        spare = room - groups.seats[other]
        if other == group or spare <= 0:
            continue
        for at in range(groups.stores[group]):
            price, back = _relief(space, groups, means, (group, at, other), spare)
            if price < best:
                best, found = price, (at, other, back)
    at, other, back = found
    if other < 0:
        return False
    moved = leave(space, groups, group, at)
    if back >= 0:
        enter(space, groups, group, leave(space, groups, other, back))
    enter(space, groups, other, moved)
    return True


@bare
def _relief(
    space: Space,
    groups: Groups,
    means: tuple[FloatArray, FloatArray],
    move: tuple[int, int, int],
    spare: int,
) -> tuple[float, int]:
    """Return what it costs to move a store, and the place of the one that comes back for it, or -1."""
    group, at, other = move
    store = groups.members[group, at]
    price = farther(space, means, (store, group, other))
    surplus = space.stores[store].seats - spare
    if surplus <= 0:
        return price, -1
    back = _smaller(space, groups, other, (surplus, int(space.stores[store].seats)))
    if back < 0:
        return ENDLESS, -1
    returned = groups.members[other, back]
    return price + farther(space, means, (returned, other, group)), back


@bare
def _smaller(space: Space, groups: Groups, group: int, between: tuple[int, int]) -> int:
    """Return the place of a store with at least the first and fewer than the second seats, or -1."""
    least, below = between
    for at in range(groups.stores[group]):
        if least <= space.stores[groups.members[group, at]].seats < below:
            return at
    return -1


@bare
def farther(
    space: Space, means: tuple[FloatArray, FloatArray], move: tuple[int, int, int]
) -> float:
    """Return by how much farther a store is from the mean of the group it would go to."""
    mean, length = means
    store, here, there = move
    nearer = along(space, mean[there], store) - along(space, mean[here], store)
    return float(length[there] - length[here] - 2.0 * nearer)
