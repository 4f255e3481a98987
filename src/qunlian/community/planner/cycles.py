"""Improving groups round in circles: the best reassignment of stores at fixed means.

A store may move only if another makes place for it, so single moves soon find nothing. Seen from above,
groups are the nodes of a graph; the arc from g to h costs what it costs to move that store of g to h that
would mind least; a negative cycle is a set of moves that together save spread and leave every group with
as many stores as before. A node more stands for free seats: through it a chain of moves may begin in one
group and end in another. When no negative cycle is left, no reassignment to these means is better; then
the means are taken anew. Stores move only among those that need as many seats and count the same for the
quota, so no seat and no quota is ever lost.

Source: M. Klein, A primal method for minimal cost flows, Management Science 14 (1967): the step of
k-means under size constraints, on arcs to near groups only.
"""

import numpy as np

from qunlian.community.planner.compiled import compiled
from qunlian.community.planner.cut import Rules
from qunlian.community.planner.groups import (
    Groups,
    centres,
    enter,
    gather,
    leave,
    neighbours,
    spread_in,
    write_label,
)
from qunlian.community.planner.space import Space, along
from qunlian.community.planner.terms import BoolArray, FloatArray, IntArray, ShortArray

_NEAR = 10
_NONE = 1e300
_LEAST_GAIN = 1e-9
_LEAST_SHARE = 2e-5
#: Relaxations between two looks for cycles: several cycles form before they are looked for.
_SWEEPS = 6
_TURNS = 10_000


@compiled
def circulate(space: Space, groups: Groups, rules: Rules, rounds: int) -> None:
    """Reassign to the nearest means, take the means anew, until little is won or ``rounds`` are over."""
    count = len(groups.stores)
    if count < 2:  # noqa: PLR2004
        return
    classes = _classes(space, groups)
    spread = spread_in(space, groups)
    for _ in range(rounds):
        mean, length = centres(groups)
        near = neighbours(mean, length, min(_NEAR, count - 1))
        moved = 0
        for which in classes:
            moved += _reassign(space, groups, (mean, length), near, (which, rules))
        before, spread = spread, spread_in(space, groups)
        if moved == 0 or before - spread < _LEAST_SHARE * before:
            break


@compiled
def _class(space: Space, store: int) -> int:
    return int(2 * space.seats[store] + space.wanted[store])


@compiled
def _classes(space: Space, groups: Groups) -> IntArray:
    """Return the classes of stores that may take each other's place."""
    found = np.zeros(2, dtype=np.bool_)
    for group in range(len(groups.stores)):
        for at in range(groups.stores[group]):
            which = _class(space, groups.members[group, at])
            if which >= len(found):
                wider = np.zeros(which + 2, dtype=np.bool_)
                for known in range(len(found)):
                    wider[known] = found[known]
                found = wider
            found[which] = True
    return np.flatnonzero(found)


@compiled
def _reassign(
    space: Space,
    groups: Groups,
    means: tuple[FloatArray, FloatArray],
    near: ShortArray,
    what: tuple[int, Rules],
) -> int:
    """Move stores of one class round negative cycles while there are any; return how many moved."""
    count, many = near.shape
    which, rules = what
    cost = np.full((count, many), _NONE)
    who = np.zeros((count, many), dtype=np.int32)
    for group in range(count):
        _price(space, groups, means, (near, cost, who), (group, which))
    moved = 0
    for _ in range(_TURNS):
        before = _search(groups, (near, cost), (which // 2, which % 2), rules)
        touched = np.zeros(count, dtype=np.bool_)
        step = _turn(space, groups, before, (near, cost, who), touched)
        if step == 0:
            break
        moved += step
        for group in range(count):
            if touched[group]:
                _price(space, groups, means, (near, cost, who), (group, which))
    return moved


@compiled
def _price(
    space: Space,
    groups: Groups,
    means: tuple[FloatArray, FloatArray],
    arcs: tuple[ShortArray, FloatArray, ShortArray],
    of: tuple[int, int],
) -> None:
    """Find for each arc out of a group the store that would mind least."""
    group, which = of
    near, cost, who = arcs
    mean, length = means
    for arc in range(near.shape[1]):
        cost[group, arc] = _NONE
    for at in range(groups.stores[group]):
        store = groups.members[group, at]
        if _class(space, store) != which:
            continue
        here = length[group] - 2.0 * along(space, mean[group], store)
        for arc in range(near.shape[1]):
            there = near[group, arc]
            price = length[there] - 2.0 * along(space, mean[there], store) - here
            if price < cost[group, arc]:
                cost[group, arc] = price
                who[group, arc] = at


@compiled
def _search(
    groups: Groups, arcs: tuple[ShortArray, FloatArray], kind: tuple[int, int], rules: Rules
) -> IntArray:
    """Relax distances until a cycle shows or nothing changes; return each node's way back.

    :returns: (k + 1,) arc by which each group was reached, as ``from · near + place``; -1 none;
        for the last node (free seats) the group before it. A group reached from the free seats has
        ``k · near``.
    """
    near, cost = arcs
    count, many = near.shape
    far = np.zeros(count + 1)
    before = np.full(count + 1, -1, dtype=np.int64)
    for sweep in range(_SWEEPS * (count + 1)):
        changed = False
        for group in range(count):
            for arc in range(many):
                reach = far[group] + cost[group, arc]
                there = near[group, arc]
                if reach < far[there] - _LEAST_GAIN:
                    far[there] = reach
                    before[there] = group * many + arc
                    changed = True
            changed |= _free_seats(groups, (group, count * many), (far, before), (kind, rules))
        if not changed or (sweep % _SWEEPS == _SWEEPS - 1 and _has_cycle(before, many)):
            break
    return before


@compiled
def _free_seats(
    groups: Groups,
    node: tuple[int, int],
    found: tuple[FloatArray, IntArray],
    what: tuple[tuple[int, int], Rules],
) -> bool:
    """Relax between a group and the free seats: it may take one more store, or give one away."""
    group, from_free = node
    far, before = found
    (seats, counts), rules = what
    free = len(far) - 1
    changed = False
    lack = rules.quota * (groups.stores[group] + 1) - groups.wanted[group] - counts
    takes = groups.seats[group] + seats <= rules.room and (rules.quota == 0.0 or lack <= 0)
    if takes and far[group] < far[free] - _LEAST_GAIN:
        far[free], before[free], changed = far[group], group, True
    lack = rules.quota * (groups.stores[group] - 1) - groups.wanted[group] + counts
    gives = groups.seats[group] - seats >= rules.minimum and groups.stores[group] > 1
    gives = gives and (rules.quota == 0.0 or lack <= 0)
    if gives and far[free] < far[group] - _LEAST_GAIN:
        far[group], before[group], changed = far[free], from_free, True
    return changed


@compiled
def _back(before: IntArray, node: int, many: int) -> int:
    """Return the node before a node, or -1."""
    if before[node] < 0:
        return -1
    if node == len(before) - 1:
        return int(before[node])
    return int(before[node] // many)


@compiled
def _has_cycle(before: IntArray, many: int) -> bool:
    mark = np.zeros(len(before), dtype=np.int64)
    for start in range(len(before)):
        node = start
        while node >= 0 and mark[node] == 0:
            mark[node] = start + 1
            node = _back(before, node, many)
        if node >= 0 and mark[node] == start + 1:
            return True
    return False


@compiled
def _turn(
    space: Space,
    groups: Groups,
    before: IntArray,
    arcs: tuple[ShortArray, FloatArray, ShortArray],
    touched: BoolArray,
) -> int:
    """Move stores along every cycle among the ways back; return how many moved."""
    many = arcs[0].shape[1]
    mark = np.zeros(len(before), dtype=np.int64)
    moved = 0
    for start in range(len(before)):
        node = start
        while node >= 0 and mark[node] == 0:
            mark[node] = start + 1
            node = _back(before, node, many)
        if node >= 0 and mark[node] == start + 1:
            moved += _move_round(space, groups, (before, node), arcs, touched)
    return moved


@compiled
def _move_round(
    space: Space,
    groups: Groups,
    cycle: tuple[IntArray, int],
    arcs: tuple[ShortArray, FloatArray, ShortArray],
    touched: BoolArray,
) -> int:
    """Move the stores of one cycle, if it is still worth it; return how many moved."""
    before, start = cycle
    near, cost, who = arcs
    count, many = near.shape
    targets, total, steps, node = np.empty(count, dtype=np.int32), 0.0, 0, start
    while steps == 0 or node != start:
        if node < count and before[node] < count * many:
            total += cost[before[node] // many, before[node] % many]
            targets[steps] = node
            steps += 1
        node = _back(before, node, many)
    if total > -_LEAST_GAIN:
        return 0
    stores = np.empty(steps, dtype=np.int32)
    for step in range(steps):
        arc = before[targets[step]]
        stores[step] = leave(space, groups, arc // many, who[arc // many, arc % many])
        touched[arc // many] = touched[targets[step]] = True
    for step in range(steps):
        enter(space, groups, targets[step], stores[step])
    return steps


@compiled
def circulate_pools(
    space: Space,
    ends: IntArray,
    pools: tuple[int, int],
    found: tuple[ShortArray, IntArray],
    what: tuple[Rules, int],
) -> FloatArray:
    """Improve pool after pool; ``found`` is as ``cut_pools`` returns it and changed in place.

    :param what: the rules, and rounds at most
    :returns: the spread of each pool
    """
    first, last = pools
    label, counts = found
    rules, rounds = what
    spread = np.zeros(last - first)
    for pool in range(first, last):
        low = ends[pool]
        own = label[low - ends[first] : ends[pool + 1] - ends[first]]
        groups = gather(space, own, low, (counts[pool - first], rules.room))
        circulate(space, groups, rules, rounds)
        write_label(groups, own, low)
        spread[pool - first] = spread_in(space, groups)
    return spread
