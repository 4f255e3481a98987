"""The graph on which stores change groups: who would mind least to go where, and moving them.

Arcs name one store each, of one class: those that need as many seats and count the same for the quota, so
that they can take each other's place.
"""

from typing import NamedTuple

import numpy as np

from qunlian.community.planner.compiled import compiled
from qunlian.community.planner.cut import Rules
from qunlian.community.planner.groups import Groups, enter, leave, place_of
from qunlian.community.planner.space import Space, along
from qunlian.community.planner.terms import BoolArray, FloatArray, IntArray, ShortArray

NONE = 1e300
_ROUNDING = 1e-9


class Arcs(NamedTuple):
    """The graph of k groups for one class of stores; node k stands for free seats.

    :ivar near: (k, m) the groups whose means are nearest
    :ivar cost: (k, m) what it costs to move there the store that minds least
    :ivar who: (k, m) that store, -1 if there is none of the class
    :ivar far: (k + 1,) the least cost found by which a node can be reached
    :ivar before: (k + 1,) arc by which it is, as ``from · m + place``; -1 none; of node k the group before
        it; of a group reached from node k it is ``k · m``
    """

    near: ShortArray
    cost: FloatArray
    who: ShortArray
    far: FloatArray
    before: IntArray


class Stage(NamedTuple):
    """What stays the same while stores of one class are reassigned.

    :ivar mean: (k, width) fixed means
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


@compiled
def class_of(space: Space, store: int) -> int:
    return int(2 * space.seats[store] + space.wanted[store])


@compiled
def full_queue(nodes: int) -> Queue:
    """Return a queue in which every node waits."""
    return Queue(np.arange(nodes), np.ones(nodes, dtype=np.bool_), np.array([0, nodes]))


@compiled
def push(queue: Queue, node: int) -> None:
    """Put a node into the queue, unless it waits there already."""
    if not queue.waits[node]:
        queue.waits[node] = True
        queue.nodes[(queue.ends[0] + queue.ends[1]) % len(queue.nodes)] = node
        queue.ends[1] += 1


@compiled
def pulled(queue: Queue) -> int:
    """Take the first node from the queue."""
    node = int(queue.nodes[queue.ends[0]])
    queue.ends[0] = (queue.ends[0] + 1) % len(queue.nodes)
    queue.ends[1] -= 1
    queue.waits[node] = False
    return node


@compiled
def price(space: Space, groups: Groups, arcs: Arcs, group: int, stage: Stage) -> None:
    """Find the store that would mind least for each arc out of a group that names none."""
    missing = np.flatnonzero(arcs.who[group] < 0)
    for arc in missing:
        arcs.cost[group, arc] = NONE
    for at in range(groups.stores[group] if len(missing) else 0):
        store = groups.members[group, at]
        if class_of(space, store) == 2 * stage.seats + stage.counts:
            offer(space, arcs, (group, store), missing, stage)


@compiled
def offer(space: Space, arcs: Arcs, of: tuple[int, int], places: IntArray, stage: Stage) -> None:
    """Let a store of a group stand for those of its arcs for which it minds less than who does."""
    group, store = of
    here = stage.length[group] - 2.0 * along(space, stage.mean[group], store)
    move_price = stage.rules.move_price
    if move_price > 0.0 and space.home[store] >= 0 and space.home[store] != group:
        here += move_price
    for arc in places:
        there = arcs.near[group, arc]
        cost = stage.length[there] - 2.0 * along(space, stage.mean[there], store) - here
        if move_price > 0.0 and space.home[store] >= 0 and space.home[store] != there:
            cost += move_price
        if cost < arcs.cost[group, arc]:
            arcs.cost[group, arc] = cost
            arcs.who[group, arc] = store


@compiled
def takes(groups: Groups, group: int, stage: Stage) -> bool:
    """Return whether a group may have one store of the class more."""
    rules = stage.rules
    lack = rules.quota * (groups.stores[group] + 1) - groups.wanted[group] - stage.counts
    fits = groups.seats[group] + stage.seats <= rules.room
    return bool(fits and (rules.quota == 0.0 or lack <= _ROUNDING))


@compiled
def gives(groups: Groups, group: int, stage: Stage) -> bool:
    """Return whether a group may have one store of the class less."""
    rules = stage.rules
    lack = rules.quota * (groups.stores[group] - 1) - groups.wanted[group] + stage.counts
    stays = groups.seats[group] - stage.seats >= rules.minimum and groups.stores[group] > 1
    return bool(stays and (rules.quota == 0.0 or lack <= _ROUNDING))


@compiled
def move(
    space: Space,
    groups: Groups,
    arcs: Arcs,
    moves: tuple[ShortArray, ShortArray, ShortArray],
    how: tuple[Stage, Queue],
) -> None:
    """Move stores, find anew who minds least on the arcs that this changes, and queue their groups."""
    stage, queue = how
    froms, targets, stores = moves
    many = arcs.near.shape[1]
    for step in range(len(stores)):
        leave(space, groups, froms[step], place_of(groups, froms[step], stores[step]))
    for step in range(len(stores)):
        enter(space, groups, targets[step], stores[step])
        for arc in range(many):
            if arcs.who[froms[step], arc] == stores[step]:
                arcs.who[froms[step], arc] = -1
    everywhere = np.arange(many)
    for step in range(len(stores)):
        price(space, groups, arcs, froms[step], stage)
        offer(space, arcs, (targets[step], stores[step]), everywhere, stage)
        push(queue, froms[step])
        push(queue, targets[step])
