"""Plan a matrix: the one door to the planner."""

from dataclasses import dataclass

import numpy as np

from qunlian.community.planner.bounds import lower_bounds
from qunlian.community.planner.consolidate import cells_of, proposals
from qunlian.community.planner.describe import describe, in_order, totals
from qunlian.community.planner.mixture import Mixture, mixture_of
from qunlian.community.planner.result import Curve, Plan
from qunlian.community.planner.split import Sizing, split
from qunlian.community.planner.terms import (
    BoolArray,
    FloatArray,
    IntArray,
    Roster,
    StoreTooLarge,
    Terms,
)

_CURVE_PRICES = (0.0, 10.0, 20.0, 50.0, 100.0, 200.0, 300.0, 500.0, 1000.0)


def plan(roster: Roster, terms: Terms) -> Plan:
    """Put every store into exactly one group of its own patch, within the seats.

    :returns: the plan with its bounds and the trade-off between the number of groups and likeness;
        the same for the same roster, terms and seed
    :raises RosterMalformed: the arrays are no roster
    :raises StoreTooLarge: a store alone needs more seats than a group has
    """
    roster.check()
    too_large = np.flatnonzero(roster.seats > terms.room)
    if len(too_large):
        raise StoreTooLarge(too_large, terms.room)
    mixture = mixture_of(roster, terms)
    group, curve = (
        _strict(roster, mixture, terms) if terms.is_strict else _priced(roster, mixture, terms)
    )
    group = in_order(roster, group)
    groups, outliers = describe(roster, terms, mixture, group)
    return Plan(
        group=group,
        groups=groups,
        totals=totals(roster, terms, mixture, (group, groups)),
        bounds=lower_bounds(roster, terms),
        curve=curve,
        outliers=outliers,
    )


def _strict(roster: Roster, mixture: Mixture, terms: Terms) -> tuple[IntArray, Curve]:
    """Cut every cell by itself."""
    group = split(mixture, cells_of(roster, mixture).label, Sizing.of(terms), terms.seed)
    count = int(group.max(initial=-1)) + 1
    curve = Curve(
        groups_price=np.array([terms.groups_price]),
        groups=np.array([count]),
        spread=np.array([mixture.spread(group, count).sum()]),
    )
    return group, curve


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """One proposal, cut and measured, for those patches where it says something new.

    :ivar rows: the stores of those patches
    :ivar group: their groups as 0…g-1, groups of a patch adjacent
    :ivar groups: groups of each patch (0 where the proposal is not new)
    :ivar spread: spread of each patch (infinite where the proposal is not new)
    """

    rows: IntArray
    group: IntArray
    groups: IntArray
    spread: FloatArray


def _priced(roster: Roster, mixture: Mixture, terms: Terms) -> tuple[IntArray, Curve]:
    """Take for each patch the proposal that is best at the price of a group."""
    if not roster.count:
        return roster.patch, Curve(
            groups_price=np.zeros(0), groups=roster.patch, spread=np.zeros(0)
        )
    measured = _measure_all(roster, mixture, terms)
    groups = np.stack([each.groups for each in measured])
    spread = np.stack([each.spread for each in measured])
    chosen = _best(groups, spread, terms.groups_price)
    group = np.zeros(roster.count, dtype=np.int64)
    for step, each in enumerate(measured):
        taken = chosen[roster.patch[each.rows]] == step
        # distinct numbers for distinct proposals; in_order makes them dense
        group[each.rows[taken]] = each.group[taken] * len(measured) + step
    _, dense = np.unique(group, return_inverse=True)
    prices = np.unique([*_CURVE_PRICES, terms.groups_price])
    picks = [_best(groups, spread, price) for price in prices]
    here = np.flatnonzero(np.bincount(roster.patch))
    curve = Curve(
        groups_price=prices,
        groups=np.array([groups[pick[here], here].sum() for pick in picks]),
        spread=np.array([spread[pick[here], here].sum() for pick in picks]),
    )
    return dense.astype(np.int64), curve


def _best(groups: IntArray, spread: FloatArray, price: float) -> IntArray:
    """Return the best proposal of each patch; among equals the one of fewest groups."""
    cost = price * groups + spread
    tied = cost <= cost.min(axis=0)
    best: IntArray = np.where(tied, groups, np.iinfo(np.int64).max).argmin(axis=0)
    return best


def _measure_all(roster: Roster, mixture: Mixture, terms: Terms) -> list[_Measured]:
    """Cut and measure every proposal, for the patches where it differs from all before."""
    sizing = Sizing.of(terms)
    found = cells_of(roster, mixture)
    patches = int(roster.patch.max()) + 1
    kept: list[IntArray] = []
    measured = []
    for pool in proposals(found, sizing):
        new = np.ones(patches, dtype=np.bool_)
        for earlier in kept:
            new &= np.bincount(found.patch, weights=pool != earlier, minlength=patches) > 0
        kept.append(pool)
        measured.append(_measure(roster, mixture, (pool[found.label], new), (sizing, terms)))
    return measured


def _measure(
    roster: Roster,
    mixture: Mixture,
    proposal: tuple[IntArray, BoolArray],
    how: tuple[Sizing, Terms],
) -> _Measured:
    """Cut the pools of a proposal into groups and add up their spread by patch."""
    pool, new = proposal
    sizing, terms = how
    patches = len(new)
    rows = np.flatnonzero(new[roster.patch])
    part = mixture.take(rows)
    _, dense = np.unique(pool[rows], return_inverse=True)
    group = split(part, dense.astype(np.int64), sizing, terms.seed)
    count = int(group.max(initial=-1)) + 1
    home = np.zeros(count, dtype=np.int64)
    home[group] = roster.patch[rows]
    spread = np.bincount(home, weights=part.spread(group, count), minlength=patches)
    return _Measured(
        rows=rows,
        group=group,
        groups=np.bincount(home, minlength=patches),
        spread=np.where(new, spread, np.inf),
    )
