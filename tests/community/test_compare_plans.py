"""Two versions of the matrix side by side: plans, and the groups as they stand."""

import math

import pytest

from qunlian.channel.models import Store
from qunlian.community.actions import compare_plans as module
from qunlian.community.actions.compare_plans import (
    NothingInCommon,
    NothingToCompare,
    SameVersion,
    compare_plans,
)
from qunlian.community.actions.move_stores import StoreMove, move_stores
from qunlian.community.queries.compared_stores import (
    MoveFilter,
    every_compared_store,
    list_compared_stores,
)
from qunlian.community.queries.comparisons import (
    comparison_card,
    list_compared_groups,
    list_compared_loads,
    list_comparisons,
    list_versions,
)
from qunlian.kernel import scope
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.community import plans


@pytest.fixture
def two(cast: Cast) -> tuple[int, int]:
    """Small groups of at most two stores each, and the same with a store moved by hand."""
    one = plans.small_groups(cast.hua)
    other = plans.planned(cast.hua, reserved=2, minimum=0, mode="fewest")
    stores = plans.stores_by_group(cast.ids["brand"], other)
    lone = min(stores[2])
    moved = StoreMove(plan_id=other, version=0, from_number=2, to_number=1, store_ids=(lone,))
    move_stores(actor=cast.hua, move=moved, now=NOON)
    return one, other


def test_who_moves_between_two_plans(cast: Cast, two: tuple[int, int]) -> None:
    brand = cast.ids["brand"]
    before, after = (plans.stores_by_group(brand, plan) for plan in two)
    found = plans.compared(cast.hua, *two)
    card = comparison_card(cast.hua, found)
    assert card.is_counted
    assert not card.is_of_old_versions
    assert card.summary["one"]["groups"] == len(before)
    assert card.summary["other"]["groups"] == len(after)
    assert card.summary["one"]["stores"] == card.summary["other"]["stores"] == 7
    moved = before[2] & after[1]
    moves = list_compared_stores(cast.hua, found).rows
    assert {move.store_id for move in moves} == moved
    assert card.summary["moves"]["between"] == len(moved) == 1
    (move,) = moves
    assert move.one is not None
    assert move.other is not None
    assert (move.one.number, move.other.number) == (2, 1)
    assert math.isclose(move.saved, (move.one_far or 0) - (move.other_far or 0))


def test_moves_and_those_who_stay_add_up_to_the_whole_difference(
    cast: Cast, two: tuple[int, int]
) -> None:
    summary = comparison_card(cast.hua, plans.compared(cast.hua, *two)).summary
    whole = summary["other"]["likeness"] - summary["one"]["likeness"]
    assert math.isclose(
        summary["moves"]["by_moves"] + summary["moves"]["by_rest"], whole, abs_tol=1e-9
    )


def test_groups_are_matched_and_keep_their_numbers(cast: Cast, two: tuple[int, int]) -> None:
    found = plans.compared(cast.hua, *two)
    pairs = list_compared_groups(cast.hua, found).rows
    both = {(pair.one.number, pair.other.number) for pair in pairs if pair.one and pair.other}
    assert both == {(number, number) for number in (1, 2, 3, 4)}
    changed = list_compared_groups(cast.hua, found, which="changed").rows
    assert [(pair.leave, pair.come) for pair in changed] == [(0, 1), (1, 0)]
    assert not list_compared_groups(cast.hua, found, which="ended").rows
    assert not list_compared_groups(cast.hua, found, which="new").rows
    first = list_compared_groups(cast.hua, found, limit=1)
    assert first.next_key == "1"
    assert list_compared_groups(cast.hua, found, after="1").rows[0].place == 2


def test_with_the_groups_as_they_stand(cast: Cast) -> None:
    """A plan that was applied is what stands; a new store has a group on one side only."""
    from tests import make

    plan = plans.applied(cast.hua, plans.small_groups(cast.hua))
    with scope.reading(cast.hua):
        patch = Store.objects.get(code="A1").territory
    new = make.store(cast.hua, "A9", "新店", patch).pk
    again = plans.again(cast.hua, "must", reserved=2, minimum=0, mode="fewest")
    same = comparison_card(cast.hua, plans.compared(cast.hua, plan, None)).summary
    assert same["moves"]["all"] == 0
    assert same["moves"]["groups_same"] == same["one"]["groups"]
    found = plans.compared(cast.hua, None, again)
    moves = comparison_card(cast.hua, found).summary["moves"]
    assert (moves["gets"], moves["between"], moves["loses"]) == (1, 0, 0)
    (move,) = list_compared_stores(cast.hua, found).rows
    assert (move.store_id, move.one, move.saved) == (new, None, 0)
    back = plans.compared(cast.hua, again, None)
    assert comparison_card(cast.hua, back).summary["moves"]["loses"] == 1


def test_loads_of_both_sides(cast: Cast) -> None:
    plan = plans.applied(cast.hua, plans.small_groups(cast.hua))
    found = plans.compared(cast.hua, plan, None)
    people = list_compared_loads(cast.hua, found).rows
    assert people
    for one in people:
        assert one.name
        assert one.one == one.other
    assert sum(one.one["owned"] for one in people) == 4
    assert comparison_card(cast.hua, found).summary["loads"]["one"]["most_owned"] == 4
    first = list_compared_loads(cast.hua, found, limit=1)
    rest = list_compared_loads(cast.hua, found, after=first.next_key or "").rows
    assert [each.staff_id for each in (*first.rows, *rest)] == [each.staff_id for each in people]


def test_moves_page_by_key_in_each_order_and_narrow(cast: Cast) -> None:
    one = plans.small_groups(cast.hua)
    wide = plans.planned(cast.hua, seats_soft=200, mode="fewest")
    found = plans.compared(cast.hua, one, wide)
    whole = list_compared_stores(cast.hua, found).rows
    assert len(whole) > 2
    for order in ("", "better", "worse"):
        narrow = MoveFilter(order=order)
        seen, after = [], ""
        while True:
            page = list_compared_stores(cast.hua, found, narrow=narrow, after=after, limit=2)
            seen += page.rows
            if page.next_key is None:
                break
            after = page.next_key
        assert {move.store_id for move in seen} == {move.store_id for move in whole}
        assert len(seen) == len(whole)
        if order:
            saved = [move.saved for move in seen]
            assert saved == sorted(saved, reverse=order == "better")
    east = MoveFilter(territory_id=cast.ids["PA"])
    here = list_compared_stores(cast.hua, found, narrow=east).rows
    assert {move.territory_name for move in here} == {whole[0].territory_name}
    rep = MoveFilter(text="荣", on=NOON.date())
    assert list_compared_stores(cast.hua, found, narrow=rep).rows == here
    assert not list_compared_stores(cast.hua, found, narrow=MoveFilter(text="没有")).rows
    place = MoveFilter(place=1)
    assert list_compared_stores(cast.hua, found, narrow=place).rows
    assert list(every_compared_store(cast.hua, found, narrow=east)) == list(here)
    with pytest.raises(NotFound):
        list_compared_stores(cast.hua, found, narrow=MoveFilter(territory_id=10**9))


def test_what_was_counted_is_not_counted_again_until_somebody_edits(
    cast: Cast, two: tuple[int, int]
) -> None:
    found = plans.compared(cast.hua, *two)
    assert plans.compared(cast.hua, *two) == found
    stores = plans.stores_by_group(cast.ids["brand"], two[1])
    moved = StoreMove(
        plan_id=two[1], version=1, from_number=1, to_number=2, store_ids=(min(stores[1]),)
    )
    move_stores(actor=cast.hua, move=moved, now=NOON)
    assert comparison_card(cast.hua, found).is_of_old_versions
    assert plans.compared(cast.hua, *two) != found


def test_a_dead_worker_s_comparison_is_asked_for_again(cast: Cast, two: tuple[int, int]) -> None:
    one, other = two
    first = compare_plans(actor=cast.hua, one_id=one, other_id=other, now=NOON)
    soon = compare_plans(actor=cast.hua, one_id=one, other_id=other, now=NOON)
    assert soon == first
    later = NOON + module.PATIENCE
    assert compare_plans(actor=cast.hua, one_id=one, other_id=other, now=later) != first


def test_what_cannot_be_compared(cast: Cast) -> None:
    east = plans.planned(cast.hua, territory_id=cast.ids["PA"])
    west = plans.planned(cast.hua, territory_id=cast.ids["PB"])
    whole = plans.planned(cast.hua)
    partners = plans.planned(cast.hua, layers=("distributor",))

    def ask(one: int | None, other: int | None, actor=cast.hua) -> int:
        return compare_plans(actor=actor, one_id=one, other_id=other, now=NOON).comparison_id

    with pytest.raises(SameVersion):
        ask(east, east)
    with pytest.raises(SameVersion):
        ask(None, None)
    with pytest.raises(NothingInCommon):
        ask(east, west)
    with pytest.raises(NothingToCompare):
        ask(whole, partners)
    with pytest.raises(Forbidden):
        ask(east, None, cast.rong)
    with pytest.raises(NotFound):
        ask(whole, east, cast.ma)
    with pytest.raises(NotFound):
        ask(east, None, cast.wai)
    part = plans.compared(cast.hua, whole, east)
    assert comparison_card(cast.hua, part).territory_id == cast.ids["PA"]
    assert comparison_card(cast.hua, part).summary["one"]["stores"] == 4
    assert {version.plan_id for version in list_versions(cast.hua)} == {east, west, whole}


def test_it_opens_for_those_only_who_see_both_plans(cast: Cast) -> None:
    east = plans.planned(cast.hua, territory_id=cast.ids["PA"])
    whole = plans.planned(cast.hua)
    found = plans.compared(cast.hua, whole, east)
    for who in (cast.ma, cast.rong, cast.du, cast.wai):
        for read in (
            comparison_card,
            list_compared_stores,
            list_compared_groups,
            list_compared_loads,
        ):
            with pytest.raises(NotFound):
                read(who, found)
        assert not list_comparisons(who)
