"""Seeing to it that every group has its share of wanted stores, by exchanges between groups.

A group that lacks a wanted store gets one from a group that can spare it and gives another with as many
seats for it, the two that mind least together; so neither sizes nor seats change. Where a patch has
wanted stores enough for all its groups every group gets its share; else as many as there are.
"""

import numpy as np

from qunlian.community.planner.compiled import compiled
from qunlian.community.planner.cut import Rules
from qunlian.community.planner.groups import Groups, centres, enter, farther, leave
from qunlian.community.planner.space import Space
from qunlian.community.planner.terms import FloatArray, IntArray

_NONE = 1e300


@compiled
def meet_quota(space: Space, groups: Groups, rules: Rules) -> None:
    """Exchange stores until no group lacks wanted stores that another can spare."""
    for group in range(len(groups.stores)):
        while _lack(groups, group, rules.quota) > 0:
            if not _exchange(space, groups, group, rules.quota):
                break


@compiled
def _lack(groups: Groups, group: int, quota: float) -> int:
    """Return how many wanted stores a group lacks; below 0 what it can spare."""
    return int(np.ceil(quota * groups.stores[group] - 1e-9) - groups.wanted[group])


@compiled
def _exchange(space: Space, groups: Groups, group: int, quota: float) -> bool:
    """Get one wanted store for a group; return whether any could be had."""
    means = centres(groups)
    most = 0
    for store in groups.members[group, : groups.stores[group]]:
        most = max(most, space.seats[store])
    best, other, mine, theirs = _NONE, -1, -1, -1
    for giver in range(len(groups.stores)):
        if giver == group or _lack(groups, giver, quota) >= 0:
            continue
        away, aways = _least(space, groups, means, (group, giver, 0), most)
        back, backs = _least(space, groups, means, (giver, group, 1), most)
        both = away + back
        seats = int(np.argmin(both))
        if both[seats] < best:
            best, other, mine, theirs = both[seats], giver, aways[seats], backs[seats]
    if other < 0:
        return False
    given, got = leave(space, groups, group, mine), leave(space, groups, other, theirs)
    enter(space, groups, group, got)
    enter(space, groups, other, given)
    return True


@compiled
def _least(
    space: Space,
    groups: Groups,
    means: tuple[FloatArray, FloatArray],
    move: tuple[int, int, int],
    most: int,
) -> tuple[FloatArray, IntArray]:
    """Return, by seats up to ``most``, the least cost of moving a store, and its place.

    :param move: from which group, to which, and whether wanted stores are meant
    """
    here, there, wanted = move
    cost, place = np.full(most + 1, _NONE), np.full(most + 1, -1)
    for at in range(groups.stores[here]):
        store = groups.members[here, at]
        seats = space.seats[store]
        if space.wanted[store] != wanted or seats > most:
            continue
        price = farther(space, means, (store, here, there))
        if price < cost[seats]:
            cost[seats], place[seats] = price, at
    return cost, place
