"""The graph on which stores change groups: who would mind least to go where, and moving them.

Arcs name one store each, of one class: those that need as many seats and count the same for the quota, so
that they can take each other's place.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from qunlian.community.planner.compiled import bare, part
from qunlian.community.planner.cut import Rules
from qunlian.community.planner.groups import Groups, enter, leave, place_of
from qunlian.community.planner.space import ENDLESS, Space, placed
from qunlian.community.planner.terms import BoolArray, FloatArray, IntArray

_ROUNDING = 1e-9
#: A store that changes groups; ``MoveArray`` holds several that happen together.
MOVE = np.dtype([("here", np.int64), ("there", np.int64), ("store", np.int64)])
MoveArray = npt.NDArray[np.void]


class Arcs(NamedTuple):
    """The graph of k groups for one class of stores; node k stands for free seats.

    :ivar near: (k, m) the groups whose means are nearest
    :ivar cost: (k, m) what it costs to move there the store that minds least
    :ivar who: (k, m) that store, -1 if there is none of the class
    :ivar far: (k + 1,) the least cost found by which a node can be reached
    :ivar before: (k + 1,) arc by which it is, as ``from · m + place``; -1 none; of node k the group before
        it; of a group reached from node k it is ``k · m``
    :ivar asked: (m,) places of the arcs, out of the group that is looked at, for which a store is looked for
    """

    near: IntArray
    cost: FloatArray
    who: IntArray
    far: FloatArray
    before: IntArray
    asked: IntArray


class Stage(NamedTuple):
    """What stays the same while stores of one class are reassigned.

    :ivar mean: (k, width) fixed means, weighed: what a filled column adds to a store's product with them
    :ivar length: (k,) their squared lengths
    :ivar seats: seats that a store of the class needs
    :ivar counts: 1 if it counts for the quota
    :ivar rules: what every group keeps to
    """

    mean: FloatArray
    length: FloatArray
    seats: int
    counts: int
    rules: Rules


class Queue(NamedTuple):
    """The nodes to reach on from, in a ring.

    :ivar nodes: (k + 1,) the ring
    :ivar waits: (k + 1,) whether a node is in it
    :ivar ends: where the first one is, and how many there are
    """

    nodes: IntArray
    waits: BoolArray
    ends: IntArray


@bare
def class_of(space: Space, store: int) -> int:
    return int(2 * space.stores[store].seats + space.stores[store].wanted)


@part
def full_queue(nodes: int) -> Queue:
    """Return a queue in which every node waits."""
    queue = Queue(
        np.empty(nodes, dtype=np.int64),
        np.zeros(nodes, dtype=np.bool_),
        np.zeros(2, dtype=np.int64),
    )
    for node in range(nodes):
        push(queue, node)
    return queue


@bare
def push(queue: Queue, node: int) -> None:
    """Put a node into the queue, unless it waits there already."""
    if not queue.waits[node]:
        queue.waits[node] = True
        queue.nodes[(queue.ends[0] + queue.ends[1]) % len(queue.nodes)] = node
        queue.ends[1] += 1


@bare
def pulled(queue: Queue) -> int:
    """Take the first node from the queue."""
    node = int(queue.nodes[queue.ends[0]])
    queue.ends[0] = (queue.ends[0] + 1) % len(queue.nodes)
    queue.ends[1] -= 1
    queue.waits[node] = False
    return node


@bare
def weigh(space: Space, mean: FloatArray) -> None:
    """Turn means into what each filled column adds to a store's product with them."""
    for group in range(mean.shape[0]):
        for column in range(2, mean.shape[1]):
            mean[group, column] *= space.heights[column]


@bare
def price(space: Space, groups: Groups, arcs: Arcs, group: int, stage: Stage) -> None:
    """Find the store that would mind least for each arc out of a group that names none."""
    many = 0
    for arc in range(arcs.near.shape[1]):
        if arcs.who[group, arc] < 0:
            arcs.cost[group, arc] = ENDLESS
            arcs.asked[many] = arc
            many += 1
    for at in range(groups.stores[group] if many else 0):
        store = int(groups.members[group, at])
        if class_of(space, store) == 2 * stage.seats + stage.counts:
            _offer(space, arcs, (group, store), many, stage)


@bare
def _offer(space: Space, arcs: Arcs, of: tuple[int, int], asked: int, stage: Stage) -> None:
    """Let a store of a group stand for those of so many asked arcs for which it minds less than who does."""
    group, store = of
    here = stage.length[group] - 2.0 * placed(space, stage.mean[group], store)
    move_price = stage.rules.move_price
    if move_price > 0.0 and space.stores[store].home >= 0 and space.stores[store].home != group:
        here += move_price
    for at in range(asked):
        arc = arcs.asked[at]
        there = arcs.near[group, arc]
        cost = stage.length[there] - 2.0 * placed(space, stage.mean[there], store) - here
        if move_price > 0.0 and space.stores[store].home >= 0 and space.stores[store].home != there:
            cost += move_price
        if cost < arcs.cost[group, arc]:
            arcs.cost[group, arc] = cost
            arcs.who[group, arc] = store


@bare
def takes(groups: Groups, group: int, stage: Stage) -> bool:
    """Return whether a group may have one store of the class more; an empty one stays empty."""
    rules = stage.rules
    lack = rules.quota * (groups.stores[group] + 1) - groups.wanted[group] - stage.counts
    fits = 0 < groups.seats[group] <= rules.room - stage.seats
    return bool(fits and (rules.quota == 0.0 or lack <= _ROUNDING))


@bare
def gives(groups: Groups, group: int, stage: Stage) -> bool:
    """Return whether a group may have one store of the class less."""
    rules = stage.rules
    lack = rules.quota * (groups.stores[group] - 1) - groups.wanted[group] + stage.counts
    stays = groups.seats[group] - stage.seats >= rules.minimum and groups.stores[group] > 1
    return bool(stays and (rules.quota == 0.0 or lack <= _ROUNDING))


@bare
def move(
    space: Space,
    groups: Groups,
    arcs: Arcs,
    moves: MoveArray,
    how: tuple[Stage, Queue],
) -> None:
    """Move stores, find anew who minds least on the arcs that this changes, and queue their groups."""
    stage, queue = how
    every = arcs.near.shape[1]
    for each in moves:
        leave(space, groups, each.here, place_of(groups, each.here, each.store))
    for each in moves:
        enter(space, groups, each.there, each.store)
        for arc in range(every):
            if arcs.who[each.here, arc] == each.store:
                arcs.who[each.here, arc] = -1
    for each in moves:
        price(space, groups, arcs, each.here, stage)
        for arc in range(every):
            arcs.asked[arc] = arc
        _offer(space, arcs, (each.there, each.store), every, stage)
        push(queue, each.here)
        push(queue, each.there)
