"""From the planner's arrays to what a plan keeps: rows, figures, and the scale of its likeness."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from qunlian.community import planner
from qunlian.community.planner.space import space_of, spread_of
from qunlian.community.queries.roster import RosterRead
from qunlian.community.rules.likeness import Scale, Traits
from qunlian.community.rules.names import NameParts, name_from
from qunlian.community.rules.staffing import STORE_POSTS, Posts, Staffing, Team
from qunlian.community.rules.terms import FILL, PRICE, Mode, PlanTerms

_WINSORISED = (0.005, 0.995)
_AT_LEAST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the arrays don't know: names, tree and staff, and which places a group has."""

    brand: str
    territories: Mapping[int, tuple[tuple[int, ...], str]]
    staffing: Staffing
    posts: Posts = STORE_POSTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some groups of a plan with their stores, as rows for ``proposals.add_rows``."""

    groups: list[tuple[Any, ...]]
    stores: list[tuple[Any, ...]]


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
    usual = spread_of(space, np.zeros(roster.count, dtype=np.int32), 1)[0] / roster.count
    return Scale(
        size_low=float(low),
        size_high=float(high),
        size_deviation=float(np.clip(size, low, high).std()) if space.plain[:, 0].any() else 0.0,
        closeness_deviation=float(roster.closeness.std()) if space.plain[:, 1].any() else 0.0,
        weight_type=terms.weight_type,
        weight_management=terms.weight_attribute,
        usual=float(usual),
    )


def figures(plan: planner.Plan) -> dict[str, Any]:
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
        "median_seats": float(np.median(plan.groups.seats)),
        "mean_likeness": round(
            float(np.average(plan.groups.likeness, weights=plan.groups.stores)), 4
        ),
    }


def bounds_and_curve(plan: planner.Plan) -> dict[str, Any]:
    """Return what no plan can beat, and what each price of a group would buy."""
    curve = plan.curve
    return {
        "bound_soft": plan.bounds.soft,
        "bound_strict": plan.bounds.strict,
        "curve_sampled": round(curve.sampled, 4),
        "curve": [
            [float(price), int(groups), round(float(spread), 1)]
            for price, groups, spread in zip(
                curve.groups_price, curve.groups, curve.spread, strict=True
            )
        ],
    }


def batches(
    read: RosterRead, plan: planner.Plan, terms: PlanTerms, around: Surroundings, *, size: int
) -> Iterator[Batch]:
    """Yield the plan's rows, whole groups at a time, about ``size`` stores each."""
    order = np.argsort(plan.group, kind="stable")
    starts = np.concatenate([[0], np.cumsum(plan.groups.stores)])
    outlier = np.zeros(len(order), dtype=bool)
    outlier[plan.outliers] = True
    teller = _Teller(read, plan, terms, around)
    first = 0
    while first < plan.groups.count:
        last = int(np.searchsorted(starts, starts[first] + size, side="right")) - 1
        last = max(first + 1, min(last, plan.groups.count))
        rows = order[starts[first] : starts[last]]
        yield Batch(
            groups=[teller.row(number) for number in range(first, last)],
            stores=list(
                zip(
                    (plan.group[rows] + 1).tolist(),
                    read.store_ids[rows].tolist(),
                    read.roster.seats[rows].tolist(),
                    outlier[rows].tolist(),
                    strict=True,
                )
            ),
        )
        first = last


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


class _Teller:
    """Names and staffs one group after the other; numbers begin at 1, per plan and per patch."""

    def __init__(
        self, read: RosterRead, plan: planner.Plan, terms: PlanTerms, around: Surroundings
    ) -> None:
        self.read, self.plan, self.terms, self.around = read, plan, terms, around
        self.patch, self.within = -1, 0

    def row(self, index: int) -> tuple[Any, ...]:
        groups, read = self.plan.groups, self.read
        patch = int(groups.patch[index])
        self.within = self.within + 1 if patch == self.patch else 1
        self.patch = patch
        territory_id = int(read.territory_ids[patch])
        path, patch_name = self.around.territories.get(territory_id, ((territory_id,), ""))
        team = self.around.staffing.team_for(path, self.around.posts)
        kind = read.types[int(groups.type_code[index])]
        management = read.managements[int(groups.attribute_code[index])]
        parts = NameParts(
            brand=self.around.brand,
            patch=patch_name,
            type=kind,
            management=management,
            n=self.within,
        )
        return (
            index + 1,
            territory_id,
            name_from(self.terms.template, parts),
            int(groups.stores[index]),
            int(groups.seats[index]),
            *_team(team),
            kind,
            float(groups.type_share[index]),
            management,
            float(groups.attribute_share[index]),
            int(groups.size_mean_fen[index]),
            float(groups.closeness_mean[index]),
            float(groups.likeness[index]),
            int(groups.look[index]),
        )


def _team(team: Team) -> tuple[int | None, ...]:
    return (team.owner, team.steward, team.superior, team.second_superior, team.manager)
