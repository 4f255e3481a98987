"""A plan from the groups there are: every choice between few moves and best groups, and the chosen one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from qunlian.community import matrix, planner
from qunlian.community.planner.replan import Present, Wish, grown, plan_afresh, replan
from qunlian.community.queries.present import PresentRead
from qunlian.community.queries.roster import RosterRead
from qunlian.community.rules.moves import CHOICES, FORCED, WISHED, Move
from qunlian.community.rules.terms import PlanTerms

IntArray = npt.NDArray[np.int64]
ShortArray = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refit:
    """
    Groups fitted to the roster.

    :ivar group: (n,) each store's group: those there were keep their number, new ones follow
    :ivar reason: (n,) why it moves, a ``Move``
    :ivar gain: (n,) unlikeness that a voluntary move saves
    """

    group: ShortArray
    reason: ShortArray
    gain: npt.NDArray[np.float64]


def propose(
    read: RosterRead,
    present: PresentRead,
    terms: PlanTerms,
    choice: str,
    step: Callable[[int, int], None],
) -> tuple[matrix.Made, dict[str, Any]]:
    """
    Fit the present groups to the roster under every choice; return the chosen one's groups and all figures.

    :param step: told before each step of the arithmetic: steps done, steps in all
    """
    wanted = matrix.planner_terms(terms)
    now = Present(group=present.group, patch=present.patch)
    step(0, len(CHOICES))
    fresh = planner.plan(read.roster, wanted)
    told: dict[str, Any] = {}
    chosen: matrix.Made | None = None
    must: Refit | None = None
    for done, (key, price) in enumerate(CHOICES.items()):
        step(done, len(CHOICES))
        refit = _fitted(read, wanted, now, price, must)
        must = must or refit
        figures = matrix.measured(read.roster, wanted, refit.group)
        told[key] = matrix.figures(figures) | _moves(refit, present)
        if key == choice:
            chosen = matrix.Made(
                group=figures.group,
                groups=figures.groups,
                outliers=figures.outliers,
                kept=_kept(read, present, refit, figures.group),
            )
    assert chosen is not None  # noqa: S101  (the choice was checked when the plan was drafted)
    return chosen, {
        "modes": {},
        "choices": told,
        "present": _as_it_is(read, wanted, present),
        **matrix.bounds(planner.lower_bounds(read.roster, grown(wanted, Wish()))),
        **matrix.curve_of(fresh),
    }


def _fitted(
    read: RosterRead, terms: planner.Terms, present: Present, price: float, must: Refit | None
) -> Refit:
    """Fit the groups for a price of a voluntary move; at no price at all they are those of a fresh plan."""
    if price > 0:
        made = replan(read.roster, terms, present, Wish(move_price=price))
        return Refit(group=made.group, reason=made.reason, gain=made.gain)
    fresh = plan_afresh(read.roster, terms, present)
    is_bound = np.isin(fresh.reason, (Move.NEW, Move.ELSEWHERE))
    if must is not None:
        is_bound |= (must.reason == Move.FULL) & (fresh.group != present.group)
    # a new group of a fresh plan is a wish: nobody's group had outgrown its seats
    is_wish = ~is_bound & (fresh.reason == Move.FULL)
    reason = np.where(is_wish, np.int32(Move.ALIKE), fresh.reason)
    return Refit(group=fresh.group, reason=reason.astype(np.int32), gain=fresh.gain)


def _moves(refit: Refit, present: PresentRead) -> dict[str, int]:
    """Count who moves."""
    alive = np.unique(refit.group)
    there = len(present.groups)
    changes = (present.group >= 0) & (refit.group != present.group)
    return {
        "forced": int(np.isin(refit.reason, FORCED).sum()),
        "voluntary": int(np.isin(refit.reason, WISHED).sum()),
        "emptied": there - int((alive < there).sum()),
        "added": int((alive >= there).sum()),
        "people": int(present.people[changes].sum()),
    }


def _kept(
    read: RosterRead, present: PresentRead, refit: Refit, order: ShortArray
) -> matrix.KeptGroups:
    """Say which proposed groups continue which of those there are."""
    number = np.full(int(order.max(initial=-1)) + 1, -1, dtype=np.int64)
    number[order] = refit.group
    number[number >= len(present.groups)] = -1
    ids = np.array([group.group_id for group in present.groups] + [0], dtype=np.int64)
    return matrix.KeptGroups(
        present=present.groups,
        of_group=number,
        from_group_id=ids[present.group],
        reason=refit.reason,
        gain=refit.gain,
    )


def _as_it_is(read: RosterRead, terms: planner.Terms, present: PresentRead) -> dict[str, Any]:
    """Return the present groups in the same figures; stores without a group are left out of them."""
    placed = np.flatnonzero(present.group >= 0)
    whole = matrix.measured(matrix.some_of(read.roster, placed), terms, present.group[placed])
    return matrix.figures(whole) | {
        "without_group": int(read.roster.count - len(placed)),
        "people": int(present.people.sum()),
    }
