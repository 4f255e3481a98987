"""The groups of a plan in figures, and which of them a person should look at."""

from dataclasses import replace

import numpy as np

from qunlian.community.planner.compiled import compiled
from qunlian.community.planner.result import Groups, Totals
from qunlian.community.planner.space import Space, dense, spread_of
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
_OUTLIER_DEVIATIONS = 4.0
_OUTLIER_STORES = 20


def in_order(roster: Roster, group: ShortArray) -> ShortArray:
    """Give groups new numbers by patch, commonest type, attribute, then size, largest first."""
    count = int(group.max(initial=-1)) + 1
    patch = np.zeros(count, dtype=np.int64)
    patch[group] = roster.patch
    kind, _ = _commonest(group, count, roster.type_code)
    attribute, _ = _commonest(group, count, roster.attribute_code)
    size, _ = _mean_and_spread(group, count, np.log1p(roster.size_fen.astype(np.float64)))
    number = np.empty(count, dtype=np.int32)
    number[np.lexsort((-size, attribute, kind, patch))] = np.arange(count)
    return number[group]


def describe(
    roster: Roster, terms: Terms, space: Space, group: ShortArray
) -> tuple[Groups, IntArray]:
    """Return the groups in figures, and the stores that are outliers in theirs."""
    count = int(group.max(initial=-1)) + 1
    patch = np.zeros(count, dtype=np.int64)
    patch[group] = roster.patch
    stores = np.bincount(group, minlength=count)
    log_size = np.log1p(roster.size_fen.astype(np.float64))
    size_mean, _ = _mean_and_spread(group, count, roster.size_fen.astype(np.float64))
    log_mean, size_spread = _mean_and_spread(group, count, log_size)
    closeness_mean, closeness_spread = _mean_and_spread(
        group, count, roster.closeness.astype(np.float64)
    )
    kind, kind_share = _commonest(group, count, roster.type_code)
    attribute, attribute_share = _commonest(group, count, roster.attribute_code)
    spread = spread_of(space, group, count)
    usual = float(spread_of(space, np.zeros_like(group), 1)[0]) / max(roster.count, 1)
    likeness = (
        1 - np.minimum(spread / np.maximum(stores, 1) / usual, 1) if usual > 0 else spread + 1
    )
    far = np.abs(log_size - log_mean[group]) > _OUTLIER_DEVIATIONS * size_spread[group]
    outliers = np.flatnonzero(far & (stores[group] >= _OUTLIER_STORES))
    seats = np.bincount(group, weights=roster.seats, minlength=count).astype(np.int64)
    groups = Groups(
        patch=patch,
        stores=stores,
        seats=seats,
        size_mean_fen=size_mean,
        size_spread=size_spread,
        closeness_mean=closeness_mean,
        closeness_spread=closeness_spread,
        type_code=kind,
        type_share=kind_share,
        attribute_code=attribute,
        attribute_share=attribute_share,
        spread=spread,
        likeness=likeness,
        look=np.zeros(count, dtype=np.int64),
    )
    whole = spread_of(space, roster.patch, int(patch.max(initial=-1)) + 1)
    whole /= np.maximum(np.bincount(roster.patch), 1)
    shared = np.bincount(patch)[patch] > 1
    reasons = {
        Look.TOO_SMALL: seats < terms.minimum_seats,
        Look.NEARLY_FULL: seats + terms.reserved_seats > _FULL_FROM * terms.soft_cap,
        Look.MIXED: shared & (kind_share < _MIXED_UNDER),
        Look.UNLIKE: shared & (spread / np.maximum(stores, 1) > whole[patch]),
        Look.OUTLIER: np.isin(np.arange(count), group[outliers]),
    }
    return replace(groups, look=_gathered(reasons)), outliers


def _gathered(reasons: dict[Look, BoolArray]) -> IntArray:
    """Gather the reasons to look at each group."""
    look = np.zeros(len(reasons[Look.MIXED]), dtype=np.int64)
    for reason, holds in reasons.items():
        look[holds] |= int(reason)
    return look


def totals(roster: Roster, terms: Terms, space: Space, found: tuple[ShortArray, Groups]) -> Totals:
    """Return the plan in a few figures."""
    group, groups = found
    spread = float(groups.spread.sum())
    patches = int(roster.patch.max(initial=-1)) + 1
    of_type = groups.type_share * groups.stores
    of_attribute = groups.attribute_share * groups.stores
    pure = (groups.type_share == 1) & (groups.attribute_share == 1)
    whole = max(roster.count, 1)
    return Totals(
        stores=roster.count,
        patches=len(np.unique(roster.patch)),
        groups=groups.count,
        seats=int(groups.seats.sum()),
        groups_to_look_at=int((groups.look != 0).sum()),
        purity_type=float(of_type.sum()) / whole,
        purity_attribute=float(of_attribute.sum()) / whole,
        pure_share=float(groups.stores[pure].sum()) / whole,
        spread=spread,
        spread_whole=float(spread_of(space, roster.patch, patches).sum()),
        size_within=_within(group, groups.count, space.plain[:, 0]),
        closeness_within=_within(group, groups.count, space.plain[:, 1]),
        price=terms.groups_price * groups.count + spread,
    )


def _within(group: ShortArray, count: int, column: FloatArray) -> float:
    """Return the share of a column's variance that is left inside groups."""
    total = float(((column - column.mean()) ** 2).sum()) if len(column) else 0.0
    if total <= 0:
        return 0.0
    _, spread = _mean_and_spread(group, count, column)
    return float((spread**2 * np.bincount(group, minlength=count)).sum()) / total


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
