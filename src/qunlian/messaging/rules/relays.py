"""
Who stopped a message on its way down the hierarchy.

A relay tree: each node is a person who was to pass the message on to the nodes and people below. To blame
is only who received it and did not pass it; whoever sits below a stopper never had it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stoppers:
    """Those who received a message and did not pass it, worst first.

    :ivar node: positions in the tree
    :ivar lost: people who did not hear because of each
    :ivar share: of all people lost
    :ivar received: for every node of the tree, whether the message came to it
    :ivar lost_total: people who did not hear
    """

    node: IntArray
    lost: IntArray
    share: FloatArray
    received: BoolArray
    lost_total: int


def stoppers(parent: IntArray, has_passed: BoolArray, people_below: IntArray) -> Stoppers:
    """Rank the nodes that stopped a message by the people lost through them; ties by position.

    :param parent: position of each node's parent, -1 at the top
    :param people_below: people in each node's whole subtree, see ``subtree_people``
    :raises ValueError: a parent that is not there, or a circle
    """
    received = np.zeros(len(parent), dtype=np.bool_)
    for nodes in _levels(parent):
        above = parent[nodes]
        received[nodes] = (above < 0) | (received[above] & has_passed[above])
    at_fault = np.flatnonzero(received & ~has_passed & (people_below > 0))
    order = at_fault[np.argsort(-people_below[at_fault], kind="stable")]
    lost = people_below[order]
    total = int(lost.sum())
    return Stoppers(
        node=order, lost=lost, share=lost / max(total, 1), received=received, lost_total=total
    )


def subtree_people(parent: IntArray, people: IntArray) -> IntArray:
    """Add up the people of each node (those it speaks to itself) over its whole subtree.

    :raises ValueError: a parent that is not there, or a circle
    """
    below = people.astype(np.int64).copy()
    for nodes in reversed(_levels(parent)):
        inner = nodes[parent[nodes] >= 0]
        np.add.at(below, parent[inner], below[inner])
    return below


def _levels(parent: IntArray) -> list[IntArray]:
    """Return the nodes level by level from the top."""
    if len(parent) and (parent.min() < -1 or parent.max() >= len(parent)):
        raise ValueError("a parent that is not in the tree")
    depth = np.where(parent < 0, 0, -1)
    levels = [np.flatnonzero(depth == 0)]
    while len(levels[-1]):
        waiting = np.flatnonzero(depth < 0)
        reached = waiting[depth[parent[waiting]] >= 0]
        depth[reached] = len(levels)
        levels.append(reached)
    if (depth < 0).any():
        raise ValueError("nodes in a circle")
    return levels[:-1]
