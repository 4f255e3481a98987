"""Seeing to it that every group has its share of wanted stores, by exchanges between groups.

A group that lacks a wanted store gets one from a group that can spare it and gives another with as many
seats for it, the two that mind least together; so neither sizes nor seats change. Where a patch has
wanted stores enough for all its groups every group gets its share; else as many as there are.
"""

import numpy as np

from qunlian.community.planner.compiled import bare, part
from qunlian.community.planner.cut import Rules
from qunlian.community.planner.groups import Groups, centres, enter, farther, leave
from qunlian.community.planner.space import ENDLESS, Space
from qunlian.community.planner.terms import FloatArray, IntArray


@bare
def meet_quota(space: Space, groups: Groups, rules: Rules) -> None:
    """Exchange stores until no group lacks wanted stores that another can spare."""
    for group in range(len(groups.stores)):
        while _lack(groups, group, rules.quota) > 0:
            if not _exchange(space, groups, group, rules.quota):
                break


@bare
def _lack(groups: Groups, group: int, quota: float) -> int:
    """Return how many wanted stores a group lacks; below 0 what it can spare."""
    return int(np.ceil(quota * groups.stores[group] - 1e-9) - groups.wanted[group])


@part
def _exchange(space: Space, groups: Groups, group: int, quota: float) -> bool:
    """Get one wanted store for a group; return whether any could be had."""
    means = centres(groups)
    most = 0
    for at in range(groups.stores[group]):
        most = max(most, int(space.stores[groups.members[group, at]].seats))
    best, other, mine, theirs = ENDLESS, -1, -1, -1
    for giver in range(len(groups.stores)):
        if giver == group or _lack(groups, giver, quota) >= 0:
            continue
        away, aways = _least(space, groups, means, (group, giver, 0), most)
        back, backs = _least(space, groups, means, (giver, group, 1), most)
        for seats in range(most + 1):
            if away[seats] + back[seats] < best:
                best, other = away[seats] + back[seats], giver
                mine, theirs = aways[seats], backs[seats]
    if other < 0:
        return False
    given, got = leave(space, groups, group, mine), leave(space, groups, other, theirs)
    enter(space, groups, group, got)
    enter(space, groups, other, given)
    return True


@part
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
    cost, place = np.empty(most + 1), np.empty(most + 1, dtype=np.int64)
    for seats in range(most + 1):
        cost[seats], place[seats] = ENDLESS, -1
    for at in range(groups.stores[here]):
        store = groups.members[here, at]
        seats = space.stores[store].seats
        if space.stores[store].wanted != wanted or seats > most:
            continue
        price = farther(space, means, (store, here, there))
        if price < cost[seats]:
            cost[seats], place[seats] = price, at
    return cost, place
