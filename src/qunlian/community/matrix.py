"""From the planner's arrays to what a plan keeps: groups, figures, and the scale of its likeness."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from qunlian.community import planner
from qunlian.community.planner.describe import Described, describe
from qunlian.community.planner.measure import space_of
from qunlian.community.planner.space import spread_of
from qunlian.community.queries.present import PresentGroup
from qunlian.community.queries.roster import RosterRead
from qunlian.community.rules.likeness import Scale, Traits
from qunlian.community.rules.terms import FILL, PRICE, Mode, PlanTerms

_WINSORISED = (0.005, 0.995)
_AT_LEAST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptGroups:
    """
    How proposed groups continue those there are.

    :ivar present: the groups there are
    :ivar of_group: the position in ``present`` that each proposed group continues, -1 for a new one
    :ivar from_group_id: (n,) the group that each store has, 0 for none
    :ivar reason: (n,) why it gets another one, a ``Move``
    :ivar gain: (n,) what unlikeness that saves
    """

    present: tuple[PresentGroup, ...]
    of_group: npt.NDArray[np.int64]
    from_group_id: npt.NDArray[np.int64]
    reason: npt.NDArray[np.int32]
    gain: npt.NDArray[np.float64]

    def emptied(self) -> list[PresentGroup]:
        """Return the groups that have no store any more."""
        alive = set(self.of_group.tolist())
        return [group for at, group in enumerate(self.present) if at not in alive]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """
    Proposed groups in order.

    :ivar group: (n,) each store's group as a position in ``groups``
    :ivar outliers: positions in the roster of stores that are far from their group
    :ivar kept: what they continue; None for a plan from scratch
    """

    group: npt.NDArray[np.int32]
    groups: planner.Groups
    outliers: npt.NDArray[np.int64]
    kept: KeptGroups | None = None

    @property
    def proposed(self) -> int:
        """Return how many groups are written, with those that are emptied."""
        return self.groups.count + (len(self.kept.emptied()) if self.kept else 0)

    @classmethod
    def of(cls, plan: planner.Plan) -> "Made":
        """Take what rows need of a plan from scratch."""
        return cls(group=plan.group, groups=plan.groups, outliers=plan.outliers)


def some_of(roster: planner.Roster, places: npt.NDArray[np.int64]) -> planner.Roster:
    """Return a roster of these stores only."""
    return replace(
        roster,
        patch=roster.patch[places],
        type_code=roster.type_code[places],
        attribute_code=roster.attribute_code[places],
        size_fen=roster.size_fen[places],
        closeness=roster.closeness[places],
        seats=roster.seats[places],
        wanted=None if roster.wanted is None else roster.wanted[places],
    )


def measured(
    roster: planner.Roster, terms: planner.Terms, group: npt.NDArray[np.int32]
) -> Described:
    """
    Put any division of a roster into order and figures.

    :param group: (n,) each store's group, any numbers ≥ 0; those without a store are left out
    """
    _, label = np.unique(group, return_inverse=True)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        there = space_of(roster, terms), np.arange(roster.count)
        return describe(threads, roster, terms, there, label.astype(np.int32))


def planner_terms(terms: PlanTerms, mode: Mode | None = None) -> planner.Terms:
    """Return the planner's terms for the chosen mode, or for another one to compare with."""
    mode = mode or terms.mode
    return planner.Terms.of(
        mode,
        soft_cap=terms.soft,
        hard_cap=terms.hard,
        reserved_seats=terms.reserved,
        minimum_seats=terms.minimum,
        groups_price=terms.price if mode == terms.mode else PRICE[mode],
        fill=FILL[mode],
    )


def scale_of(read: RosterRead, terms: planner.Terms) -> Scale:
    """Return the measure by which this roster's likeness is told."""
    roster = read.roster
    size = np.log1p(roster.size_fen.astype(np.float64))
    low, high = np.quantile(size, _WINSORISED)
    space = space_of(roster, terms)
    usual = spread_of(space, np.zeros(roster.count, dtype=np.int32), 1)[1] / roster.count
    return Scale(
        size_low=float(low),
        size_high=float(high),
        size_deviation=float(np.clip(size, low, high).std()) if space.plain[:, 0].any() else 0.0,
        closeness_deviation=float(roster.closeness.std()) if space.plain[:, 1].any() else 0.0,
        weight_type=terms.weight_type,
        weight_management=terms.weight_attribute,
        usual=float(usual),
    )


def figures(plan: planner.Plan | Described) -> dict[str, Any]:
    """Return a plan in the figures that modes are compared by."""
    totals = plan.totals
    return {
        "groups": totals.groups,
        "stores": totals.stores,
        "patches": totals.patches,
        "to_look_at": totals.groups_to_look_at,
        "purity_type": round(totals.purity_type, 4),
        "purity_management": round(totals.purity_attribute, 4),
        "spread_share": round(totals.spread / totals.spread_whole, 4) if totals.spread_whole else 0,
        "size_within": round(totals.size_within, 4),
        "closeness_within": round(totals.closeness_within, 4),
        "median_seats": float(np.median(plan.groups.seats)) if totals.groups else 0.0,
        "mean_likeness": round(
            float(np.average(plan.groups.likeness, weights=plan.groups.stores)), 4
        )
        if totals.groups
        else 0.0,
    }


def bounds(found: planner.Bounds) -> dict[str, int]:
    """Return what no plan can beat."""
    return {"bound_soft": found.soft, "bound_strict": found.strict}


def curve_of(plan: planner.Plan) -> dict[str, Any]:
    """Return what each price of a group would buy."""
    curve = plan.curve
    return {
        "curve_sampled": round(curve.sampled, 4),
        "curve": [
            [float(price), int(groups), round(float(spread), 1)]
            for price, groups, spread in zip(
                curve.groups_price, curve.groups, curve.spread, strict=True
            )
        ],
    }


def less_alike_half(stores: Mapping[int, Traits]) -> set[int]:
    """Return the stores on the far side when a group is halved along what sets its stores apart."""
    ids, traits = list(stores), list(stores.values())
    if len(ids) < _AT_LEAST:
        return set()
    roster = planner.Roster.of(
        patch=np.zeros(len(ids)),
        type_code=_codes([each.type for each in traits]),
        attribute_code=_codes([each.management for each in traits]),
        size_fen=[each.size_fen for each in traits],
        closeness=[each.closeness for each in traits],
        seats=[each.seats for each in traits],
    )
    far = planner.halve(roster, planner.Terms())
    return {store_id for store_id, is_far in zip(ids, far, strict=True) if is_far}


def _codes(values: list[str]) -> list[int]:
    known = {value: code for code, value in enumerate(sorted(set(values)))}
    return [known[value] for value in values]
