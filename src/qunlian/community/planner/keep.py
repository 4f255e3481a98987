"""Changing the groups of one pool as little as a changed roster asks for.

Groups stay as they are. Stores without a group go where they are most alike (a seat above the planned room
costs ``OVERFULL`` more); those for which no group has space become groups of their own. A group beyond its
limit is cut, and the larger part stays. That is what must be. Beyond it, where it is wished: a group that has
become too small goes up in others, and stores change groups, where that saves more than the price of the
moves (cycles.py knows each store's home). Nothing else moves.
"""

from typing import NamedTuple

import numpy as np

from qunlian.community.planner.across import desk_for
from qunlian.community.planner.compiled import bare, compiled, part
from qunlian.community.planner.cut import Rules, seats_of, split
from qunlian.community.planner.cycles import circulate
from qunlian.community.planner.groups import (
    Groups,
    enter,
    gather,
    leave,
    members_of,
    spread_in,
    write_label,
)
from qunlian.community.planner.space import ENDLESS, Space, along, product, square
from qunlian.community.planner.terms import FloatArray, IntArray, ShortArray

#: What a seat above the planned room costs a store that looks for a group, in spread.
OVERFULL = 4.0


class Limits(NamedTuple):
    """How far groups may drift before they are touched.

    :ivar high: seats that growth may fill
    :ivar low: seats below which a group should go up in others
    :ivar may_move: whether stores that need not may change groups
    :ivar rounds: of moves at fixed means, at most
    """

    high: int
    low: int
    may_move: bool
    rounds: int


@compiled
def keep_pools(
    space: Space,
    ends: IntArray,
    pools: tuple[int, int],
    counts: IntArray,
    how: tuple[Rules, Limits],
) -> tuple[ShortArray, IntArray, FloatArray]:
    """Fit the groups of some pools to their present stores; ``home`` tells each store's group.

    :param ends: (p + 1,) where each pool begins in ``space``, and the end
    :param counts: (p,) groups that each pool has
    :returns: each store's group within its pool, new ones numbered after those there were; the number of
        groups that each pool then has, emptied ones included; the spread of each pool
    """
    first, last = pools
    rules, limits = how
    label = np.empty(ends[last] - ends[first], dtype=np.int32)
    for at in range(len(label)):
        label[at] = space.stores[ends[first] + at].home
    after, spread = np.zeros(last - first, dtype=np.int64), np.zeros(last - first)
    for pool in range(first, last):
        own = label[ends[pool] - ends[first] : ends[pool + 1] - ends[first]]
        groups = _fit(space, own, ends[pool], counts[pool], how)
        if limits.may_move and len(groups.stores) > 1:
            _dissolve_small(space, groups, how)
            circulate(space, groups, rules, limits.rounds)
            write_label(groups, own, ends[pool])
        after[pool - first], spread[pool - first] = len(groups.stores), spread_in(space, groups)
    return label, after, spread


@part
def _fit(
    space: Space, label: ShortArray, first: int, count: int, how: tuple[Rules, Limits]
) -> Groups:
    """Do what must be done: place whoever has no group, cut what is too full; return the groups then."""
    rules, limits = how
    groups = gather(space, label, first, (count, limits.high))
    left = np.empty(len(label), dtype=np.int64)
    many = 0
    for at in range(len(label)):
        if label[at] < 0:
            group = _nearest(space, groups, first + at, (rules.room, limits.high))
            if group >= 0:
                enter(space, groups, group, first + at)
                label[at] = group
            else:
                left[many] = first + at
                many += 1
    if many:
        count += _part(space, label, first, left[:many], (count, count, rules))
    for group in range(len(groups.stores)):
        if groups.seats[group] > limits.high and groups.stores[group] > 1:
            members = members_of(groups, group)
            count += _part(space, label, first, members, (group, count, rules)) - 1
    if count > len(groups.stores):
        groups = gather(space, label, first, (count, limits.high))
    return groups


@part
def _part(
    space: Space,
    label: ShortArray,
    first: int,
    stores: IntArray,
    numbers: tuple[int, int, Rules],
) -> int:
    """Make as few groups of some stores as their seats ask for.

    :param numbers: the number of the largest one, the number of the next, and the rules
    :returns: how many groups
    """
    largest, following, rules = numbers
    asked = max(1, -(-seats_of(space, stores) // rules.filled))
    desk, how = desk_for(space, len(stores)), (rules, np.zeros(0))
    starts = split(space, desk, stores, min(len(stores), asked), how)
    while not _all_fit(space, stores, starts, rules.room):
        asked += 1
        starts = split(space, desk, stores, min(len(stores), asked), how)
    stays = 0
    for one in range(len(starts) - 1):
        if starts[one + 1] - starts[one] > starts[stays + 1] - starts[stays]:
            stays = one
    if largest == following:
        following += 1
    for one in range(len(starts) - 1):
        number = largest if one == stays else following
        following += 0 if one == stays else 1
        for at in range(starts[one], starts[one + 1]):
            label[stores[at] - first] = number
    return len(starts) - 1


@bare
def _all_fit(space: Space, stores: IntArray, starts: IntArray, room: int) -> bool:
    """Return whether no group of stores that follow each other needs more seats than ``room``."""
    for one in range(len(starts) - 1):  # noqa: SIM110 (numba knows no generators within all())
        if seats_of(space, stores[starts[one] : starts[one + 1]]) > room:
            return False
    return True


@bare
def _nearest(space: Space, groups: Groups, store: int, room: tuple[int, int]) -> int:
    """Return the group to whose spread a store adds least, among those with space for it, or -1.

    :param room: seats that are planned for, and those that may be filled
    """
    planned, most = room
    best, found = ENDLESS, -1
    for group in range(len(groups.stores)):
        seats = groups.seats[group] + space.stores[store].seats
        if seats > most or groups.stores[group] == 0:
            continue
        cost = _added(space, groups, group, store) + (OVERFULL if seats > planned else 0.0)
        if cost < best:
            best, found = cost, group
    return found


@bare
def _added(space: Space, groups: Groups, group: int, store: int) -> float:
    """Return the spread that a store adds to a group: n/(n+1) of its squared distance from the mean."""
    stores, total = groups.stores[group], groups.sums[group]
    far = square(space, store) - 2.0 * along(space, total, store) / stores
    far += product(total, total) / (stores * stores)
    return float(far * stores / (stores + 1))


@part
def _dissolve_small(space: Space, groups: Groups, how: tuple[Rules, Limits]) -> None:
    """Let groups that are too small go up in others with room, where that pays for the moves."""
    rules, limits = how
    for group in range(len(groups.stores)):
        stores = groups.stores[group]
        if stores == 0 or groups.seats[group] >= limits.low:
            continue
        before = spread_in(space, groups)
        moved, targets = members_of(groups, group), np.empty(stores, dtype=np.int64)
        is_whole = True
        while groups.stores[group]:
            leave(space, groups, group, groups.stores[group] - 1)
        for at in range(stores):
            targets[at] = _nearest(space, groups, moved[at], (rules.room, rules.room))
            is_whole = is_whole and targets[at] >= 0
            if targets[at] >= 0:
                enter(space, groups, targets[at], moved[at])
        won = rules.price - (spread_in(space, groups) - before)
        if not is_whole or won <= rules.move_price * stores:
            _take_back(space, groups, group, moved, targets)


@bare
def _take_back(
    space: Space, groups: Groups, group: int, moved: IntArray, targets: IntArray
) -> None:
    """Undo the moves of a group's stores, last first."""
    for at in range(len(moved) - 1, -1, -1):
        if targets[at] >= 0:
            leave(space, groups, targets[at], groups.stores[targets[at]] - 1)
        enter(space, groups, group, moved[at])
