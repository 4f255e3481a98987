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

from typing import Any

import numpy as np

from qunlian.community.planner.compiled import bare, part
from qunlian.community.planner.cut import Rules
from qunlian.community.planner.exchange import (
    MOVE,
    Arcs,
    MoveArray,
    Queue,
    Stage,
    class_of,
    full_queue,
    gives,
    move,
    price,
    pulled,
    push,
    takes,
    weigh,
)
from qunlian.community.planner.groups import Groups, centres, neighbours, spread_in
from qunlian.community.planner.space import ENDLESS, Space
from qunlian.community.planner.terms import IntArray

_NEAR = 10
_LEAST_GAIN = 1e-9
_LEAST_SHARE = 2e-5
_STEPS_A_GROUP = 2_000


@part
def circulate(space: Space, groups: Groups, rules: Rules, rounds: int) -> None:
    """Reassign to the nearest means, take the means anew, until little is won or ``rounds`` are over.

    Long cycles are looked for only when short ones win little, and not where stores had better stay.
    """
    count = len(groups.stores)
    if count < 2 or rounds == 0:  # noqa: PLR2004
        return
    classes = _classes(space, groups)
    spread = spread_in(space, groups)
    trials = 0
    for _ in range(rounds):
        mean, length = centres(groups)
        near = neighbours(mean, length, min(_NEAR, count - 1))
        weigh(space, mean)
        moved = 0
        for which in classes:
            stage = Stage(mean, length, which // 2, which % 2, rules)
            moved += _reassign(space, groups, near, (stage, trials > 0))
        before, spread = spread, spread_in(space, groups)
        if moved == 0 or before - spread < _LEAST_SHARE * before:
            if trials > 0 or rules.move_price > 0.0:
                break
            trials += 1


@part
def _classes(space: Space, groups: Groups) -> IntArray:
    """Return the classes of stores that may take each other's place, ascending."""
    found, many = np.zeros(8, dtype=np.int64), 0
    for group in range(len(groups.stores)):
        for at in range(groups.stores[group]):
            which = class_of(space, groups.members[group, at])
            place = 0
            while place < many and found[place] < which:
                place += 1
            if place < many and found[place] == which:
                continue
            if many == len(found):
                found = _twice(found)
            for later in range(many, place, -1):
                found[later] = found[later - 1]
            found[place] = which
            many += 1
    return found[:many]


@part
def _twice(row: IntArray) -> IntArray:
    """Return a row of twice the length that begins with these numbers."""
    longer = np.zeros(2 * len(row), dtype=np.int64)
    for at in range(len(row)):
        longer[at] = row[at]
    return longer


@part
def _reassign(space: Space, groups: Groups, near: IntArray, how: tuple[Stage, bool]) -> int:
    """Move stores of one class round negative cycles while there are any; return how many moved."""
    stage, is_thorough = how
    count, many = near.shape
    arcs = Arcs(
        near,
        np.empty((count, many)),
        np.empty((count, many), dtype=np.int64),
        np.zeros(count + 1),
        np.empty(count + 1, dtype=np.int64),
        np.empty(many, dtype=np.int64),
    )
    arcs.before[count] = -1
    for group in range(count):
        arcs.before[group] = -1
        for arc in range(many):
            arcs.who[group, arc] = -1
        price(space, groups, arcs, group, stage)
    moved = _turn_short(space, groups, arcs, stage)
    if is_thorough:
        moved += _turn_any(space, groups, arcs, stage)
    return moved


@part
def _turn_any(space: Space, groups: Groups, arcs: Arcs, stage: Stage) -> int:
    """Move stores along cycles of any length while one pays; return how many moved.

    Distances and ways back outlive a turn: only groups that a turn touched are looked at again.
    """
    count = len(groups.stores)
    queue = full_queue(count + 1)
    moved = since = 0
    for _ in range(_STEPS_A_GROUP * (count + 1)):
        if not queue.ends[1]:
            break
        _relax(groups, arcs, pulled(queue), (stage, queue))
        since += 1
        if since > count or not queue.ends[1]:
            since = 0
            moved += _turn(space, groups, arcs, (stage, queue))
    return moved


@part
def _turn_short(space: Space, groups: Groups, arcs: Arcs, stage: Stage) -> int:
    """Move stores along cycles and chains of up to three groups while one pays; return how many moved.

    They are most of all there are, and found without searching the graph.
    """
    count = len(groups.stores)
    queue = full_queue(count)
    moved = 0
    for _ in range(_STEPS_A_GROUP * count):
        if not queue.ends[1]:
            break
        path = _best_short(groups, arcs, pulled(queue), stage)
        if path[1] >= 0:
            moved += _move_along(space, groups, arcs, path, (stage, queue))
    return moved


@bare
def _best_short(groups: Groups, arcs: Arcs, group: int, stage: Stage) -> tuple[int, int, int, int]:
    """Return the groups that the cheapest short cycle or chain from a group goes through, padded with -1."""
    least, path = -_LEAST_GAIN, (group, -1, -1, -1)
    is_giver = gives(groups, group, stage)
    for arc in range(arcs.near.shape[1]):
        one, cost = int(arcs.near[group, arc]), arcs.cost[group, arc]
        if is_giver and cost < least and takes(groups, one, stage):
            least, path = cost, (group, one, -1, -1)
        for further in range(arcs.near.shape[1]):
            other, there = int(arcs.near[one, further]), cost + arcs.cost[one, further]
            back = there + _cost_back(arcs, other, group)
            if back < least:
                least, path = back, (group, one, other, -1 if other == group else group)
            if is_giver and other != group and there < least and takes(groups, other, stage):
                least, path = there, (group, one, other, -1)
    return path


@bare
def _cost_back(arcs: Arcs, here: int, group: int) -> float:
    """Return the cost of the arc that closes a cycle: none where it is closed already."""
    if here == group:
        return 0.0
    for arc in range(arcs.near.shape[1]):
        if arcs.near[here, arc] == group:
            return float(arcs.cost[here, arc])
    return ENDLESS


@part
def _move_along(
    space: Space,
    groups: Groups,
    arcs: Arcs,
    path: tuple[int, int, int, int],
    how: tuple[Stage, Queue],
) -> int:
    """Move one store along each arc of a short path; return how many."""
    steps = 0
    moves = np.empty(len(path), dtype=MOVE)
    while steps < len(path) - 1 and path[steps + 1] >= 0:
        here, there = path[steps], path[steps + 1]
        arc = 0
        while arcs.near[here, arc] != there:
            arc += 1
        _write(moves[steps], (here, there, int(arcs.who[here, arc])))
        steps += 1
    move(space, groups, arcs, moves[:steps], how)
    return steps


@bare
def _write(one: Any, what: tuple[int, int, int]) -> None:
    """Write a move: from which group, to which, and the store."""
    one.here, one.there, one.store = what


@bare
def _relax(groups: Groups, arcs: Arcs, node: int, how: tuple[Stage, Queue]) -> None:
    """Reach on from one node; whatever is now reached at less cost is put into the queue."""
    stage, queue = how
    count, many = arcs.near.shape
    reach = arcs.far[node]
    if node == count:
        for group in range(count):
            if reach < arcs.far[group] - _LEAST_GAIN and gives(groups, group, stage):
                arcs.far[group], arcs.before[group] = reach, count * many
                push(queue, group)
        return
    for arc in range(many):
        there = arcs.near[node, arc]
        if reach + arcs.cost[node, arc] < arcs.far[there] - _LEAST_GAIN:
            arcs.far[there] = reach + arcs.cost[node, arc]
            arcs.before[there] = node * many + arc
            push(queue, int(there))
    if reach < arcs.far[count] - _LEAST_GAIN and takes(groups, node, stage):
        arcs.far[count], arcs.before[count] = reach, node
        push(queue, count)


@bare
def _back(arcs: Arcs, node: int) -> int:
    """Return the node before a node, or -1."""
    arc = arcs.before[node]
    if arc < 0 or node == len(arcs.before) - 1:
        return int(arc)
    return int(arc // arcs.near.shape[1])


@part
def _turn(space: Space, groups: Groups, arcs: Arcs, how: tuple[Stage, Queue]) -> int:
    """Move stores along every cycle among the ways back; return how many moved."""
    mark = np.zeros(len(arcs.before), dtype=np.int64)
    moved = 0
    for start in range(len(arcs.before)):
        node = start
        while node >= 0 and mark[node] == 0:
            mark[node] = start + 1
            node = _back(arcs, node)
        if node >= 0 and mark[node] == start + 1:
            moved += _move_round(space, groups, arcs, node, how)
    return moved


@part
def _move_round(
    space: Space, groups: Groups, arcs: Arcs, start: int, how: tuple[Stage, Queue]
) -> int:
    """Move the stores of the cycle through a node, if it is still worth it; return how many moved."""
    stage, queue = how
    count, many = arcs.near.shape
    moves = np.empty(count + 1, dtype=MOVE)
    total, steps, node, first = 0.0, 0, start, True
    while first or node != start:
        arc, back = arcs.before[node], _back(arcs, node)
        if node < count and arc < count * many:
            total += arcs.cost[back, arc % many]
            _write(moves[steps], (back, node, int(arcs.who[back, arc % many])))
            steps += 1
        arcs.before[node] = -1
        push(queue, node)
        node, first = back, False
    if total > -_LEAST_GAIN or not _is_free(groups, moves[:steps], stage):
        return 0
    move(space, groups, arcs, moves[:steps], how)
    return steps


@bare
def _is_free(groups: Groups, moves: MoveArray, stage: Stage) -> bool:
    """Return whether the groups at the two ends of a chain still have the seats for it."""
    for each in moves:
        is_given = is_taken = False
        for other in moves:
            is_given |= other.there == each.here
            is_taken |= other.here == each.there
        if not is_given and not gives(groups, each.here, stage):
            return False
        if not is_taken and not takes(groups, each.there, stage):
            return False
    return True
