"""Putting the members of a tree into groups branch by branch, from the top down."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Path = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Twig:
    """One to be placed: where it hangs in the tree (ids from the root) and the people it sends."""

    key: int
    path: Path
    seats: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A group: the node that holds all its members (() = above all roots), and a number from 1 there."""

    path: Path
    number: int
    keys: tuple[int, ...]
    seats: int


def branches(twigs: Iterable[Twig], room: int, *, root: Path = ()) -> tuple[Branch, ...]:
    """
    Return the groups: one for a branch whose people fit into ``room``, else one for each branch below it.

    Small branches beside each other share a group while they fit, so that nobody sits alone because his
    branch is small. The same twigs always give the same groups.

    :param twigs: none sends more people than the room
    :param root: the node that all of them hang below
    """
    wanted = sorted(twigs, key=lambda twig: (twig.path, twig.key))
    found: list[Branch] = []
    if wanted:
        _part(wanted, root, room, found)
    return tuple(found)


def _part(twigs: list[Twig], path: Path, room: int, found: list[Branch]) -> None:
    """Make one group of a branch, or part it among the branches below."""
    if sum(twig.seats for twig in twigs) <= room:
        found.append(_branch(path, 1, twigs))
        return
    bundles: list[list[Twig]] = []
    for below, part in _below(twigs, path).items():
        seats = sum(twig.seats for twig in part)
        if seats > room and below is not None:
            _part(part, (*path, below), room, found)
        elif seats > room:
            for twig in part:  # all hang at this very node: it cannot be parted along the tree
                _add(bundles, [twig], room)
        else:
            _add(bundles, part, room)
    found.extend(_branch(path, number, bundle) for number, bundle in enumerate(bundles, start=1))


def _add(bundles: list[list[Twig]], part: list[Twig], room: int) -> None:
    seats = sum(twig.seats for twig in part)
    if bundles and sum(twig.seats for twig in bundles[-1]) + seats <= room:
        bundles[-1].extend(part)
    else:
        bundles.append(list(part))


def _below(twigs: Sequence[Twig], path: Path) -> Mapping[int | None, list[Twig]]:
    """Return the members by the child that they hang below; None: at this very node."""
    parts: defaultdict[int | None, list[Twig]] = defaultdict(list)
    for twig in twigs:
        parts[twig.path[len(path)] if len(twig.path) > len(path) else None].append(twig)
    return parts


def _branch(path: Path, number: int, twigs: Sequence[Twig]) -> Branch:
    return Branch(path, number, tuple(twig.key for twig in twigs), sum(t.seats for t in twigs))
