"""Two versions of the matrix over one roster, in figures, and the rows that a comparison keeps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from qunlian.community.models import Comparison
from qunlian.community.planner import Terms
from qunlian.community.planner.measure import space_of
from qunlian.community.queries.plans import LIKENESS_STEPS, SIZE_STEP
from qunlian.community.queries.roster import RosterRead
from qunlian.community.queries.versions import VersionRead
from qunlian.community.rules.versions import Sights, far_from_middle, same_groups

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_STORE_COLUMNS = "store_id, territory_id, one_place, other_place, one_far, other_far, saved"
_ONE_SIDE = "number, group_id, name, stores, people, likeness"
_GROUP_COLUMNS = ", ".join(
    (
        "place, territory_id, shared",
        *(f"{side}_{name}" for side in ("one", "other") for name in _ONE_SIDE.split(", ")),
    )
)
_WRITE = """
CREATE TEMP TABLE found ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA;
"""
_TAKE = """
INSERT INTO {table} (enterprise_id, comparison_id, {columns}) SELECT %s, %s, {columns} FROM found
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """
    One version in figures.

    :ivar far: (n,) each store's squared distance from the middle of its group, nan without one
    :ivar stores: (g,) stores of each group, ``people`` they bring, ``likeness`` of each
    """

    version: VersionRead
    far: FloatArray
    stores: IntArray
    people: IntArray
    likeness: FloatArray
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """
    Both sides, and what became of what.

    :ivar place: the place in the list of groups of each group of one side and of the other
    :ivar shared: (g,) stores that each group of the one side still has in its partner
    :ivar moves: positions in the roster of the stores whose group is not the same
    """

    read: RosterRead
    one: Side
    other: Side
    place: tuple[IntArray, IntArray]
    shared: IntArray
    moves: IntArray
    summary: dict[str, Any]


def compare(read: RosterRead, one: VersionRead, other: VersionRead, minimum: int) -> Compared:
    """
    Put two versions side by side, both measured on the same stores as they are now.

    :param minimum: people below which a group is called too small
    """
    space = space_of(read.roster, Terms())
    whole = np.zeros(read.roster.count, dtype=np.int64)
    sights = Sights(
        plain=space.plain,
        coded=(
            (space.stores["type"].astype(np.int64), Terms().weight_type),
            (space.stores["attribute"].astype(np.int64), Terms().weight_attribute),
        ),
    )
    usual = float(far_from_middle(sights, whole).mean()) if read.roster.count else 0.0
    sides = [_side(read, each, sights, (usual, minimum)) for each in (one, other)]
    partner, shared = same_groups(one.group, other.group, (one.chats, other.chats))
    place = _places(one, other, partner)
    at = [
        np.where(version.group >= 0, np.append(places, -1)[version.group], -1)
        for version, places in zip((one, other), place, strict=True)
    ]
    moves = np.flatnonzero(at[0] != at[1])
    found = Compared(
        read=read,
        one=sides[0],
        other=sides[1],
        place=place,
        shared=shared,
        moves=moves,
        summary={"one": sides[0].figures, "other": sides[1].figures, "usual": usual},
    )
    found.summary["moves"] = _moves(found, usual) | _changes(found, partner)
    return found


def _side(
    read: RosterRead, version: VersionRead, sights: Sights, measure: tuple[float, int]
) -> Side:
    usual, minimum = measure
    group, count = version.group, len(version.groups)
    far = far_from_middle(sights, group)
    inside = np.flatnonzero(group >= 0)
    own = group[inside]
    stores = np.bincount(own, minlength=count)
    people = np.bincount(own, weights=read.roster.seats[inside], minlength=count).astype(np.int64)
    spread = np.bincount(own, weights=far[inside], minlength=count)
    likeness = np.ones(count)
    if usual > 0:
        likeness = 1 - np.minimum(spread / np.maximum(stores, 1) / usual, 1)
    figures = {
        "groups": count,
        "stores": len(inside),
        "without_group": int(read.roster.count - len(inside)),
        "people": int(people.sum()),
        "people_median": float(np.median(people)) if count else 0.0,
        "people_least": int(people.min()) if count else 0,
        "people_most": int(people.max()) if count else 0,
        "too_small": int((people < minimum).sum()),
        "likeness": float(np.average(likeness, weights=stores)) if count else 0.0,
        "purity_type": _purity(own, read.roster.type_code[inside]),
        "purity_management": _purity(own, read.roster.attribute_code[inside]),
        "sizes": _bars(people // SIZE_STEP),
        "alike": _bars(np.minimum(likeness * LIKENESS_STEPS, LIKENESS_STEPS - 1).astype(np.int64)),
    }
    return Side(
        version=version, far=far, stores=stores, people=people, likeness=likeness, figures=figures
    )


def _purity(own: IntArray, code: npt.NDArray[Any]) -> float:
    """Return the share of stores that are of their group's commonest code."""
    if not len(own):
        return 0.0
    width = int(code.max(initial=0)) + 1
    cells, many = np.unique(own * width + code, return_counts=True)
    most = np.zeros(int(own.max()) + 1)
    np.maximum.at(most, cells // width, many)
    return float(most.sum()) / len(own)


def _bars(numbers: IntArray) -> list[list[int]]:
    values, many = np.unique(numbers, return_counts=True)
    return [[int(value), int(count)] for value, count in zip(values, many, strict=True)]


def _places(one: VersionRead, other: VersionRead, partner: IntArray) -> tuple[IntArray, IntArray]:
    """Number groups from 1, partners alike: those of one patch follow each other, by name."""
    alone = np.setdiff1d(np.arange(len(other.groups)), partner[partner >= 0])
    keys = [
        ((other.groups[to] if to >= 0 else group).territory_id or 0, group.name, 0, at)
        for at, (group, to) in enumerate(zip(one.groups, partner.tolist(), strict=True))
    ]
    keys += [(other.groups[at].territory_id or 0, other.groups[at].name, 1, at) for at in alone]
    of_one = np.zeros(len(one.groups), dtype=np.int64)
    of_other = np.zeros(len(other.groups), dtype=np.int64)
    for place, (_territory, _name, side, at) in enumerate(sorted(keys), 1):
        (of_other if side else of_one)[at] = place
    matched = np.flatnonzero(partner >= 0)
    of_other[partner[matched]] = of_one[matched]
    return of_one, of_other


def _moves(found: Compared, usual: float) -> dict[str, Any]:
    """Count who moves and what that does; the rest is what those who stay feel of it."""
    one, other, moves = found.one, found.other, found.moves
    gets = one.version.group[moves] < 0
    loses = other.version.group[moves] < 0
    between = moves[~gets & ~loses]
    stay = np.flatnonzero((one.version.group >= 0) & (other.version.group >= 0))
    saved = one.far[stay] - other.far[stay]
    by_moves = float((one.far[between] - other.far[between]).sum())
    most = max(len(stay), 1) * usual if usual > 0 else 1.0
    return {
        "all": len(moves),
        "between": len(between),
        "gets": int(gets.sum()),
        "loses": int(loses.sum()),
        "people": int(found.read.roster.seats[between].sum()),
        "better": int((one.far[between] > other.far[between]).sum()),
        "by_moves": by_moves / most,
        "by_rest": (float(saved.sum()) - by_moves) / most,
        "patches": len(np.unique(found.read.roster.patch[moves])),
    }


def _changes(found: Compared, partner: IntArray) -> dict[str, int]:
    """Count what becomes of groups."""
    same = partner >= 0
    stores = found.one.stores[same], found.other.stores[partner[same]]
    untouched = (found.shared[same] == stores[0]) & (stores[0] == stores[1])
    return {
        "groups_same": int(untouched.sum()),
        "groups_changed": int(same.sum() - untouched.sum()),
        "groups_ended": int((~same).sum()),
        "groups_new": int(len(found.other.stores) - same.sum()),
    }


def write_rows(comparison: Comparison, found: Compared) -> None:
    """Write the groups and the moves of a comparison."""
    scale = [comparison.enterprise_id, comparison.pk]
    _copied("community_compared_group", _GROUP_COLUMNS, scale, _group_rows(found))
    _copied("community_compared_store", _STORE_COLUMNS, scale, _store_rows(found))


def _copied(
    table: str, columns: str, scale: Sequence[int], rows: Iterator[tuple[Any, ...]]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WRITE.format(columns=columns, table=table))
        with cursor.copy("COPY found FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(_TAKE.format(columns=columns, table=table), scale)
        cursor.execute("DROP TABLE found")


def _group_rows(found: Compared) -> Iterator[tuple[Any, ...]]:
    """Yield each place with both its sides."""
    nothing = (None, None, "", 0, 0, None)
    sides: tuple[dict[int, tuple[Any, ...]], ...] = ({}, {})
    patch: dict[int, int | None] = {}
    for rows, side, places in zip(sides, (found.one, found.other), found.place, strict=True):
        for at, place in enumerate(places.tolist()):
            group = side.version.groups[at]
            patch[place] = group.territory_id
            rows[place] = (
                *(group.number, group.chat, group.name),
                *(int(side.stores[at]), int(side.people[at]), float(side.likeness[at])),
            )
    shared = dict(zip(found.place[0].tolist(), found.shared.tolist(), strict=True))
    for place in sorted(patch):
        both = (side.get(place, nothing) for side in sides)
        yield (place, patch[place], shared.get(place, 0), *(v for side in both for v in side))


def _store_rows(found: Compared) -> Iterator[tuple[Any, ...]]:
    """Yield each store whose group is not the same, with how far it is from the middle on either side."""
    read, moves = found.read, found.moves
    sides = [
        (side.version.group[moves], np.append(places, 0), side.far[moves])
        for side, places in zip((found.one, found.other), found.place, strict=True)
    ]
    places = [np.where(group >= 0, places[group], 0).tolist() for group, places, _ in sides]
    far = [each.tolist() for _, _, each in sides]
    territories = read.territory_ids[read.roster.patch[moves]].tolist()
    stores = read.store_ids[moves].tolist()
    for at, store in enumerate(stores):
        before, after = far[0][at], far[1][at]
        is_between = places[0][at] and places[1][at]
        yield (
            *(store, territories[at], places[0][at] or None, places[1][at] or None),
            before if places[0][at] else None,
            after if places[1][at] else None,
            before - after if is_between else 0.0,
        )
