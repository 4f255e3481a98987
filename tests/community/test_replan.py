"""A changed roster moves whom it must, and others only where that pays."""

from dataclasses import replace
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunlian.community.planner import Plan, Roster, RosterMalformed, Terms, lower_bounds, plan
from qunlian.community.planner.homes import Reason
from qunlian.community.planner.replan import Present, Wish, grown, plan_afresh, replan
from tests.community.test_planner import believable, rosters, tight_terms


def present_of(made: Plan) -> Present:
    return Present(group=made.group, patch=made.groups.patch)


def changed(
    roster: Roster, present: Present, seed: int, share: float = 0.1
) -> tuple[Roster, Present]:
    """Let stores close, open, change hands, type and size."""
    dice = np.random.default_rng(seed)
    rows = np.flatnonzero(dice.random(roster.count) >= share)
    rows = np.append(rows, dice.integers(0, roster.count, int(share * roster.count)))
    group = present.group[rows].copy()
    group[len(rows) - int(share * roster.count) :] = -1
    columns: dict[str, Any] = {
        name: getattr(roster, name)[rows].copy()
        for name in ("patch", "type_code", "attribute_code", "size_fen", "closeness", "seats")
    }
    if len(rows):
        away = dice.random(len(rows)) < share
        columns["patch"][away] = dice.permutation(columns["patch"])[away]
        other = dice.random(len(rows)) < share
        columns["type_code"][other] = dice.permutation(columns["type_code"])[other]
        columns["seats"] = np.minimum(columns["seats"] + (dice.random(len(rows)) < share), 10)
    return Roster.of(**columns), Present(group=group, patch=present.patch)


@settings(deadline=None, max_examples=60)
@given(
    rosters(most_seats=9),
    tight_terms(),
    st.sampled_from([inf, 4.0, 0.5]),
    st.integers(0, 99),
    st.booleans(),
)
def test_every_hard_rule_holds_after_a_change(
    roster: Roster, terms: Terms, price: float, seed: int, is_afresh: bool
) -> None:
    roster, present = changed(roster, present_of(plan(roster, terms)), seed)
    wish = Wish(move_price=price, low_seats=4)
    again = (
        plan_afresh(roster, terms, present) if is_afresh else replan(roster, terms, present, wish)
    )
    assert again.group.shape == (roster.count,)
    assert len(again.patch) == len(present.patch) + again.added
    assert len(np.unique(again.group)) >= lower_bounds(roster, grown(terms, wish)).soft
    for group in np.unique(again.group):
        members = again.group == group
        assert np.unique(roster.patch[members]).tolist() == [again.patch[group]]
        assert roster.seats[members].sum() <= max(terms.room, int(1.1 * terms.soft_cap) - 2)
        if terms.is_strict:
            assert len(np.unique(roster.type_code[members])) == 1
    stays = again.reason == Reason.STAYS
    assert (stays == (again.group == present.group)).all()
    assert again.forced + again.voluntary == int((~stays).sum())
    assert (again.reason[present.group < 0] == Reason.NEW).all()
    old = np.arange(len(present.patch))
    assert (again.patch[old] == present.patch)[np.isin(old, again.group)].all()
    if price == inf and not is_afresh:
        assert again.voluntary == 0


def test_nothing_moves_while_nothing_changes() -> None:
    roster, terms = believable(3_000, 5), Terms()
    present = present_of(plan(roster, terms))
    again = replan(roster, terms, present, Wish(move_price=inf))
    assert again.group.tolist() == present.group.tolist()
    assert (again.forced, again.voluntary, again.added, again.emptied) == (0, 0, 0, 0)


def test_cheaper_moves_buy_more_likeness() -> None:
    roster, terms = believable(3_000, 5), Terms(groups_price=20.0)
    roster, present = changed(roster, present_of(plan(roster, terms)), seed=3)
    dear, cheap, afresh = (
        replan(roster, terms, present, Wish(move_price=inf)),
        replan(roster, terms, present, Wish(move_price=0.5)),
        plan_afresh(roster, terms, present),
    )
    assert dear.voluntary == 0 < cheap.voluntary < afresh.voluntary
    assert dear.forced <= cheap.forced
    assert cheap.spread < dear.spread - 0.5 * cheap.voluntary
    assert cheap.gain[cheap.reason == Reason.ALIKE].mean() > 0.5
    assert (cheap.gain[cheap.reason <= Reason.FULL] == 0).all()


def test_a_budget_of_moves_is_spent_on_those_that_save_most() -> None:
    roster, terms = believable(6_000, 5), Terms(groups_price=20.0)
    roster, present = changed(roster, present_of(plan(roster, terms)), seed=3)
    must, usual, spent, more = (
        replan(roster, terms, present, wish)
        for wish in (Wish(move_price=inf), Wish(), Wish(budget=0.02), Wish(budget=0.05))
    )
    assert must.voluntary <= usual.voluntary < spent.voluntary < more.voluntary
    assert spent.voluntary <= 0.02 * roster.count
    assert more.voluntary <= 0.05 * roster.count
    assert must.spread >= usual.spread > spent.spread > more.spread
    saved, afterwards = usual.spread - spent.spread, spent.spread - more.spread
    assert saved / (spent.voluntary - usual.voluntary) > (
        afterwards / (more.voluntary - spent.voluntary)
    )


@pytest.mark.parametrize("budget", [-0.1, 1.5])
def test_a_budget_is_a_share(budget: float) -> None:
    with pytest.raises(ValueError, match="contradicts"):
        Wish(budget=budget)


def test_a_group_too_full_is_cut_and_its_larger_part_stays() -> None:
    terms = Terms(soft_cap=12, hard_cap=20, reserved_seats=2, minimum_seats=3, fill=1.0)
    roster = believable(20, 1)
    roster = replace(roster, seats=np.ones(20, dtype=np.int32))
    present = Present(group=np.zeros(20, dtype=np.int32), patch=np.zeros(1, dtype=np.int64))
    again = replan(roster, terms, present, Wish(move_price=inf))
    assert again.added == 1
    assert set(again.reason.tolist()) == {Reason.STAYS, Reason.FULL}
    assert np.bincount(again.group).tolist() == [10, 10]


def test_a_group_grown_beyond_its_plan_is_no_fewer_than_can_be() -> None:
    terms = Terms(soft_cap=20, hard_cap=30, reserved_seats=4, minimum_seats=3)
    roster = replace(believable(18, 1), seats=np.ones(18, dtype=np.int32))
    present = Present(group=np.zeros(18, dtype=np.int32), patch=np.zeros(1, dtype=np.int64))
    again = replan(roster, terms, present, Wish(move_price=inf))
    assert again.added == 0
    assert lower_bounds(roster, terms).soft == 2
    assert lower_bounds(roster, grown(terms, Wish())).soft == 1


def test_a_group_too_small_goes_up_in_the_others() -> None:
    terms = Terms(soft_cap=30, hard_cap=40, reserved_seats=0, minimum_seats=5)
    roster = replace(believable(25, 1), seats=np.ones(25, dtype=np.int32))
    present = Present(
        group=np.array([0] * 22 + [1] * 3, dtype=np.int32), patch=np.zeros(2, dtype=np.int64)
    )
    small = replan(roster, terms, present, Wish(low_seats=4))
    assert small.emptied == 1
    assert (small.reason[22:] == Reason.DISSOLVED).all()
    assert replan(roster, terms, present, Wish(low_seats=4, move_price=inf)).voluntary == 0


def test_a_fresh_plan_keeps_the_numbers_of_the_groups_it_resembles() -> None:
    roster, terms = believable(2_000, 3), Terms(groups_price=20.0)
    made = plan(roster, terms)
    shuffled = np.random.default_rng(1).permutation(made.groups.count).astype(np.int32)
    patch = np.empty(made.groups.count, dtype=np.int64)
    patch[shuffled] = made.groups.patch
    again = plan_afresh(roster, terms, Present(group=shuffled[made.group], patch=patch))
    assert again.group.tolist() == shuffled[made.group].tolist()
    assert again.voluntary == again.forced == again.added == 0


@pytest.mark.parametrize("group", [[0, 0], [0, 0, 2], [0, 0, -2]])
def test_groups_that_do_not_exist_are_refused(group: list[int]) -> None:
    roster = believable(3, 1)
    present = Present(group=np.array(group, dtype=np.int32), patch=np.zeros(1, dtype=np.int64))
    with pytest.raises(RosterMalformed):
        replan(roster, Terms(), present, Wish())
