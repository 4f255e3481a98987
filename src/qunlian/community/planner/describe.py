"""The groups of a plan in figures, and which of them a person should look at."""

from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from qunlian.community.planner.blocks import side_by_side
from qunlian.community.planner.figures import Figures, Placed, write_figures, write_numbers
from qunlian.community.planner.measure import SinglesArray, codes_of
from qunlian.community.planner.pools import counted
from qunlian.community.planner.result import Groups, Totals
from qunlian.community.planner.space import Space, spread_of
from qunlian.community.planner.terms import (
    BoolArray,
    FloatArray,
    IntArray,
    Roster,
    ShortArray,
    Terms,
)
from qunlian.community.rules.look import Look

_FULL_FROM = 0.97
_MIXED_UNDER = 1 / 3
#: Stores of the groups whose figures are written at a time.
_STORES = 40_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A plan's groups, in order: by patch, commonest type, attribute, then size, largest first.

    :ivar group: (n,) each store's group, as a position in that order
    :ivar outliers: stores that are far from all the others of their group in size
    """

    group: ShortArray
    groups: Groups
    totals: Totals
    outliers: IntArray


def describe(
    threads: Executor,
    roster: Roster,
    terms: Terms,
    there: tuple[Space, IntArray],
    label: ShortArray,
) -> Described:
    """Put the groups in order and into figures, block by block.

    :param there: the stores in any order, and the position in the roster of each
    :param label: (n,) the group of each store of that space, any numbers 0…g-1, none without stores
    """
    space, rows = there
    count, patches = (int(column.max(initial=-1)) + 1 for column in (label, roster.patch))
    of_patches = threads.submit(lambda: spread_of(space, roster.patch[rows], patches))
    scale = threads.submit(_mean_and_deviation, roster.closeness)
    order, ends = counted(label, count)
    placed = Placed(order, rows, ends, roster.size_fen, scale.result())
    figures = Figures.empty(count, roster.count)
    each = 1 + count * _STORES // max(roster.count, 1)
    side_by_side(threads, count, write_figures, space, placed, figures, each=each)
    spread, whole = of_patches.result()
    groups = _groups(roster, figures, np.diff(ends), whole / max(roster.count, 1))
    whole_patches = spread, np.bincount(roster.patch)
    groups = replace(groups, look=_look(terms, groups, whole_patches, figures.far > 0))
    ranked = np.lexsort((-figures.log_mean, _kinds(groups)))
    number = np.empty(count, dtype=np.int32)
    number[ranked] = np.arange(count, dtype=np.int32)
    group = np.empty(roster.count, dtype=np.int32)
    side_by_side(threads, count, write_numbers, placed, number, group, each=each)
    within = [
        threads.submit(_within, space.plain[:, at], left)
        for at, left in enumerate((figures.size_left, figures.closeness_left))
    ]
    return Described(
        group=group,
        groups=groups.taken(ranked),
        totals=_totals(terms, groups, [one.result() for one in within], float(spread.sum())),
        outliers=np.flatnonzero(figures.is_far),
    )


def _mean_and_deviation(column: SinglesArray) -> tuple[float, float]:
    if not len(column):
        return 0.0, 0.0
    return float(column.mean(dtype=np.float64)), float(column.std(dtype=np.float64))


def _groups(roster: Roster, figures: Figures, stores: IntArray, usual: float) -> Groups:
    """Return the groups as they are numbered, still without the reasons to look at them.

    :param usual: spread of a store of the whole roster
    """
    types, attributes = codes_of(roster.type_code).codes, codes_of(roster.attribute_code).codes
    each = figures.spread / np.maximum(stores, 1)
    return Groups(
        patch=roster.patch[figures.first_row].astype(np.int64),
        stores=stores,
        seats=figures.seats,
        size_mean_fen=figures.size_mean_fen,
        size_spread=figures.size_spread,
        closeness_mean=figures.closeness_mean,
        closeness_spread=figures.closeness_spread,
        type_code=types[figures.type - 2],
        type_share=figures.type_share,
        attribute_code=attributes[figures.attribute - (2 + len(types))],
        attribute_share=figures.attribute_share,
        spread=figures.spread,
        # how much more alike its stores are than stores drawn from the whole roster
        likeness=1 - np.minimum(each / usual, 1) if usual > 0 else np.ones(len(stores)),
        look=np.zeros(len(stores), dtype=np.int64),
    )


def _kinds(groups: Groups) -> IntArray:
    """Return numbers that grow with (patch, type, attribute) of the groups."""
    types, attributes = (
        int(codes.max(initial=0)) + 1 for codes in (groups.type_code, groups.attribute_code)
    )
    kinds: IntArray = (groups.patch * types + groups.type_code) * attributes + groups.attribute_code
    return kinds


def _look(
    terms: Terms, groups: Groups, of_patches: tuple[FloatArray, IntArray], is_far: BoolArray
) -> IntArray:
    """Gather the reasons to look at each group.

    :param of_patches: spread and number of stores of each patch as a whole
    :param is_far: whether a group holds an outlier
    """
    spread, stores = of_patches
    whole = spread / np.maximum(stores, 1)
    each = groups.spread / np.maximum(groups.stores, 1)
    shared = np.bincount(groups.patch)[groups.patch] > 1
    reasons = {
        Look.TOO_SMALL: groups.seats < terms.minimum_seats,
        Look.NEARLY_FULL: groups.seats + terms.reserved_seats > _FULL_FROM * terms.soft_cap,
        Look.MIXED: shared & (groups.type_share < _MIXED_UNDER),
        Look.UNLIKE: shared & (each > whole[groups.patch]),
        Look.OUTLIER: is_far,
    }
    look = np.zeros(groups.count, dtype=np.int64)
    for reason, holds in reasons.items():
        look[holds] |= int(reason)
    return look


def _totals(terms: Terms, groups: Groups, within: list[float], spread_whole: float) -> Totals:
    """Return the plan in a few figures."""
    pure = (groups.type_share == 1) & (groups.attribute_share == 1)
    stores, spread = int(groups.stores.sum()), float(groups.spread.sum())
    whole = max(stores, 1)
    return Totals(
        stores=stores,
        patches=len(np.unique(groups.patch)),
        groups=groups.count,
        seats=int(groups.seats.sum()),
        groups_to_look_at=int((groups.look != 0).sum()),
        purity_type=float((groups.type_share * groups.stores).sum()) / whole,
        purity_attribute=float((groups.attribute_share * groups.stores).sum()) / whole,
        pure_share=float(groups.stores[pure].sum()) / whole,
        spread=spread,
        spread_whole=spread_whole,
        size_within=within[0],
        closeness_within=within[1],
        price=terms.groups_price * groups.count + spread,
    )


def _within(column: FloatArray, left: FloatArray) -> float:
    """Return the share of a standardised column's variance that is left inside groups."""
    total = float((column * column).sum())
    return float(left.sum()) / total if total > 0 else 0.0
