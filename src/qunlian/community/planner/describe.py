"""The groups of a plan in figures, and which of them a person should look at."""

from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from qunlian.community.planner.compiled import compiled
from qunlian.community.planner.result import Groups, Totals
from qunlian.community.planner.space import Space, dense, spread_of
from qunlian.community.planner.terms import (
    FloatArray,
    IntArray,
    Roster,
    ShortArray,
    Terms,
)
from qunlian.community.rules.look import Look

_FULL_FROM = 0.97
_MIXED_UNDER = 1 / 3
_OUTLIER_DEVIATIONS = 4.0
_OUTLIER_STORES = 20


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
    threads: Executor, roster: Roster, terms: Terms, space: Space, label: ShortArray
) -> Described:
    """Put the groups in order and into figures, several figures at a time.

    :param label: (n,) each store's group, any numbers 0…g-1
    """
    count = int(label.max(initial=-1)) + 1
    patches = int(roster.patch.max(initial=-1)) + 1
    log_size = np.log1p(roster.size_fen.astype(np.float64))
    columns = roster.size_fen, log_size, roster.closeness, *space.plain.T
    of_columns = [threads.submit(_measured, label, count, column) for column in columns]
    of_codes = [
        threads.submit(_commonest, label, count, code)
        for code in (roster.type_code, roster.attribute_code)
    ]
    of_patches = threads.submit(spread_of, space, roster.patch, patches)
    spread = spread_of(space, label, count)
    patch = np.zeros(count, dtype=np.int64)
    patch[label] = roster.patch
    stores = np.bincount(label, minlength=count)
    size, log, closeness, *within = [measured.result() for measured in of_columns]
    kind, attribute = [measured.result() for measured in of_codes]
    groups = Groups(
        patch=patch,
        stores=stores,
        seats=np.bincount(label, weights=roster.seats, minlength=count).astype(np.int64),
        size_mean_fen=size[0],
        size_spread=log[1],
        closeness_mean=closeness[0],
        closeness_spread=closeness[1],
        type_code=kind[0],
        type_share=kind[1],
        attribute_code=attribute[0],
        attribute_share=attribute[1],
        spread=spread,
        likeness=_likeness(space, spread, stores),
        look=np.zeros(count, dtype=np.int64),
    )
    outliers = _outliers(label, log_size, log, stores)
    shares = [
        _within(column, deviation, stores)
        for column, (_, deviation) in zip(space.plain.T, within, strict=True)
    ]
    whole = of_patches.result(), np.bincount(roster.patch)
    groups = replace(groups, look=_look(terms, groups, whole, label[outliers]))
    order = np.lexsort((-log[0], attribute[0], kind[0], patch))
    number = np.empty(count, dtype=np.int32)
    number[order] = np.arange(count, dtype=np.int32)
    return Described(
        group=number[label],
        groups=groups.taken(order),
        totals=_totals(terms, groups, shares, float(whole[0].sum())),
        outliers=outliers,
    )


def _likeness(space: Space, spread: FloatArray, stores: IntArray) -> FloatArray:
    """Return how much more alike the stores of a group are than stores drawn from the whole roster."""
    everyone = np.zeros(len(space.stores), dtype=np.int32)
    usual = float(spread_of(space, everyone, 1)[0]) / max(len(everyone), 1)
    if usual <= 0:
        return np.ones(len(stores))
    likeness: FloatArray = 1 - np.minimum(spread / np.maximum(stores, 1) / usual, 1)
    return likeness


def _look(
    terms: Terms, groups: Groups, of_patches: tuple[FloatArray, IntArray], outlying: ShortArray
) -> IntArray:
    """Gather the reasons to look at each group.

    :param of_patches: spread and number of stores of each patch as a whole
    :param outlying: the groups of the outliers
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
        Look.OUTLIER: np.isin(np.arange(groups.count), outlying),
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


def _within(column: FloatArray, deviation: FloatArray, stores: IntArray) -> float:
    """Return the share of a column's variance that is left inside groups."""
    total = float(column.var()) * len(column) if len(column) else 0.0
    return float((deviation**2 * stores).sum()) / total if total > 0 else 0.0


@compiled
def _outliers(
    label: ShortArray, column: FloatArray, usual: tuple[FloatArray, FloatArray], stores: IntArray
) -> IntArray:
    """Return the stores that lie far from the mean of their group, where it has enough to tell."""
    mean, deviation = usual
    found = np.zeros(len(label), dtype=np.bool_)
    for store in range(len(label)):
        group = label[store]
        far = np.abs(column[store] - mean[group])
        found[store] = stores[group] >= _OUTLIER_STORES and (
            far > _OUTLIER_DEVIATIONS * deviation[group]
        )
    return np.flatnonzero(found)


def _measured(group: ShortArray, count: int, column: Any) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of each group, of a column of any kind."""
    return _mean_and_spread(group, count, np.ascontiguousarray(column, dtype=np.float64))


@compiled
def _mean_and_spread(
    group: ShortArray, count: int, column: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of each group."""
    stores = np.zeros(count)
    mean, squares = np.zeros(count), np.zeros(count)
    for store in range(len(group)):
        stores[group[store]] += 1
        mean[group[store]] += column[store]
    for at in range(count):
        mean[at] /= max(stores[at], 1.0)
    for store in range(len(group)):
        squares[group[store]] += (column[store] - mean[group[store]]) ** 2
    for at in range(count):
        squares[at] = np.sqrt(squares[at] / max(stores[at], 1.0))
    return mean, squares


def _commonest(group: ShortArray, count: int, code: ShortArray) -> tuple[IntArray, FloatArray]:
    """Return the commonest code of each group and the share of its stores that have it."""
    codes, column = dense(code)
    best, share = _fullest(group, count, column, max(len(codes), 1))
    return (codes[best] if len(codes) else best), share


@compiled
def _fullest(
    group: ShortArray, count: int, column: ShortArray, width: int
) -> tuple[IntArray, FloatArray]:
    """Return the column that most stores of each group are in, and their share."""
    table = np.zeros((count, width), dtype=np.int32)
    for store in range(len(group)):
        table[group[store], column[store]] += 1
    best, share = np.zeros(count, dtype=np.int64), np.zeros(count)
    for at in range(count):
        total = 0
        for place in range(width):
            total += table[at, place]
            if table[at, place] > table[at, best[at]]:
                best[at] = place
        share[at] = table[at, best[at]] / max(total, 1)
    return best, share
