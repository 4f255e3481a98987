"""A plan from the groups there are: few moves, each with its reason, applied to groups that keep their chat."""

import threading
from contextlib import suppress

import pytest
from django.db import connection

from qunlian.channel.models import Enterprise, Store, Territory
from qunlian.community import founding
from qunlian.community.actions import carry_out_plan as module
from qunlian.community.actions.apply_plan import apply_plan
from qunlian.community.actions.approve_plan import approve_plan
from qunlian.community.actions.carry_out_plan import carry_out_plan
from qunlian.community.actions.change_steward import StewardChange, change_steward
from qunlian.community.actions.retire_group import retire_group
from qunlian.community.actions.staff_plan_group import PlanStaffing, staff_plan_group
from qunlian.community.edits import MatrixMoved
from qunlian.community.models import Group, GroupStore, Member, PlanGroup
from qunlian.community.planner.homes import Reason
from qunlian.community.queries.moves import all_moves, list_moves, moves_shape
from qunlian.community.queries.plans import plan_card, plan_shape
from qunlian.community.rules.moves import CHOICES, Move
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import Conflict, NotFound
from tests import make as made
from tests.cast_words import NOON, Cast
from tests.community import make, plans


@pytest.fixture
def placed(cast: Cast) -> Cast:
    """Two groups of at most two stores in each patch, applied."""
    plans.applied(cast.hua, plans.small_groups(cast.hua))
    return cast


def _again(cast: Cast, choice: str = "must") -> int:
    return plans.again(cast.hua, choice, reserved=2, minimum=0, mode="fewest")


def _new_store(cast: Cast, code: str) -> int:
    with scope.reading(cast.hua):
        patch = Territory.objects.get(pk=cast.ids["PA"])
    return made.store(cast.hua, code, "新店", patch).pk


def _groups(cast: Cast) -> dict[int, tuple[str, str, set[int]]]:
    """Group id → name, life, stores."""
    with scope.reading(cast.hua):
        return {
            group.pk: (
                group.name,
                group.life,
                set(GroupStore.objects.filter(group=group).values_list("store_id", flat=True)),
            )
            for group in Group.objects.all()
        }


def _group_of(cast: Cast, store_id: int) -> int:
    with scope.reading(cast.hua):
        return GroupStore.objects.get(layer="store", store_id=store_id).group_id


def test_the_reasons_are_the_planners() -> None:
    for reason in Reason:
        assert Move[reason.name] == reason


def test_nothing_changed_nothing_moves(placed: Cast) -> None:
    before = _groups(placed)
    plan_id = _again(placed, "usual")
    assert plans.moves(placed.ids["brand"], plan_id) == {}
    card = plan_card(placed.hua, plan_id)
    assert set(card.summary["choices"]) == set(CHOICES)
    assert card.summary["choices"]["must"]["forced"] == 0
    assert card.summary["present"]["groups"] == 4
    plans.applied(placed.hua, plan_id)
    assert _groups(placed) == before


def test_a_new_store_a_moved_store_and_why(placed: Cast) -> None:
    ids = placed.ids
    before = _groups(placed)
    west = {ids["B1"], ids["B2"], ids["B3"]}
    left, pair = next((g, s) for g, (_, _, s) in before.items() if len(s) == 2 and s <= west)
    gone = min(pair)
    with scope.writing(placed.hua):
        Store.objects.filter(pk=gone).update(territory_id=ids["PA"])
    new = _new_store(placed, "A9")
    plan_id = _again(placed)
    assert plans.moves(ids["brand"], plan_id) == {new: Move.NEW, gone: Move.ELSEWHERE}
    shape = moves_shape(placed.hua, plan_id)
    assert (shape.forced, shape.voluntary) == (2, 0)
    first, second = all_moves(placed.hua, plan_id)
    assert (first.store_id, first.reason, first.from_group_id) == (new, "new", None)
    assert (second.from_group_id, second.from_name) == (left, before[left][0])
    plans.applied(placed.hua, plan_id)
    after = _groups(placed)
    for group_id, (name, _, stores) in before.items():
        assert after[group_id][0] == name
        assert after[group_id][2] >= stores - {gone}
    assert _group_of(placed, gone) != left


def test_people_go_with_their_store_and_an_emptied_group_retires(placed: Cast) -> None:
    ids = placed.ids
    left = _group_of(placed, ids["B3"])
    alone = list(_groups(placed)[left][2])
    make.member(placed.song, left, store_id=ids["B3"])
    with scope.writing(placed.hua):
        Store.objects.filter(pk__in=alone).update(territory_id=ids["PA"])
    plan_id = _again(placed)
    with scope.reading(placed.hua):
        follows = PlanGroup.objects.get(plan_id=plan_id, present_id=left)
    assert follows.territory_id == ids["PA"]  # most of its stores went there, so it goes with them
    assert plans.moves(ids["brand"], plan_id) == {}
    plans.applied(placed.hua, plan_id)
    with scope.reading(placed.hua):
        group = Group.objects.get(pk=left)
        stewards = Member.objects.filter(group=group, role="steward", left_at=None)
        assert [row.person_id for row in stewards] == [placed.rong.person_id]
        assert (group.territory_id, group.steward_staff_id) == (ids["PA"], ids["R1"])
    assert make.seats_taken(ids["brand"], left)[0] == make.seats_taken(ids["brand"], left)[1]


def test_a_standing_team_is_what_the_plan_shows_and_its_edit_is_applied(placed: Cast) -> None:
    ids, (first, second, *_) = placed.ids, sorted(_groups(placed))
    with scope.writing(placed.hua):  # the first group's team was changed by hand meanwhile
        Member.objects.filter(group=first, role="manager").update(role="member")
    plan_id = _again(placed)
    shown = {group.present_id: group for group in plans.groups(ids["brand"], plan_id)}
    assert (shown[first].manager_staff_id, shown[second].manager_staff_id) == (None, ids["G1"])
    assert (shown[first].steward_staff_id, shown[first].superior_staff_id) == (ids["R1"], ids["M1"])
    staffing = PlanStaffing(
        plan_id=plan_id,
        version=plans.version(ids["brand"], plan_id),
        number=shown[first].number,
        owner_staff_id=shown[first].owner_staff_id,
        steward_staff_id=ids["M1"],
        superior_staff_id=ids["HQ1"],
        second_superior_staff_id=None,
        manager_staff_id=ids["G1"],
    )
    staff_plan_group(actor=placed.hua, staffing=staffing, now=NOON)
    change = StewardChange(group_id=second, staff_id=ids["M1"])  # after the plan was made
    change_steward(actor=placed.hua, change=change, now=NOON)
    plans.applied(placed.hua, plan_id)
    with scope.reading(placed.hua):
        stewards = dict(Group.objects.values_list("pk", "steward_staff_id"))
        assert (stewards[first], stewards[second]) == (ids["M1"], ids["M1"])
        roles = dict(Member.objects.filter(group=first).values_list("person_id", "role"))
    assert roles[placed.ma.person_id] == "steward"
    assert roles[placed.guan.person_id] == "manager"
    assert roles[placed.rong.person_id] == "member"
    assert make.seats_taken(ids["brand"], first)[0] == make.seats_taken(ids["brand"], first)[1]


def test_the_best_groups_keep_numbers_and_emptied_ones_retire(placed: Cast) -> None:
    ids = placed.ids
    with scope.writing(placed.hua):
        Enterprise.objects.update(seats_soft=200)
    people_of = _group_of(placed, ids["A1"])
    make.member(placed.oyang, people_of, store_id=ids["A1"])
    plan_id = plans.again(placed.hua, "best", minimum=0)
    shape = plan_shape(placed.hua, plan_id)
    assert (shape.groups, shape.stores) == (2, 7)
    reasons = set(plans.moves(ids["brand"], plan_id).values())
    assert reasons == {Move.DISSOLVED}
    choices = plan_card(placed.hua, plan_id).summary["choices"]
    assert choices["best"]["emptied"] == 2
    assert choices["best"]["voluntary"] == len(plans.moves(ids["brand"], plan_id))
    plans.applied(placed.hua, plan_id)
    lives = sorted(life for _, life, _ in _groups(placed).values())
    assert lives == ["merged", "merged", "planned", "planned"]
    assert all(not stores for _, life, stores in _groups(placed).values() if life == "merged")
    with scope.reading(placed.hua):
        for group in Group.objects.filter(life="planned"):
            assert (
                make.seats_taken(ids["brand"], group.pk)[0]
                == (make.seats_taken(ids["brand"], group.pk)[1])
            )
            stores = GroupStore.objects.filter(group=group).count()
            assert group.seats_expected == stores + 2
        stay = Member.objects.get(person_id=placed.oyang.person_id, left_at=None)
        assert stay.group_id == _group_of(placed, ids["A1"])


def test_a_group_that_ended_meanwhile_is_made_anew(placed: Cast) -> None:
    ids = placed.ids
    _new_store(placed, "A9")
    plan_id = plans.approved(placed.hua, _again(placed))
    gone = _group_of(placed, ids["A1"])
    retire_group(actor=placed.hua, group_id=gone, now=NOON)
    apply_plan(actor=placed.hua, plan_id=plan_id, now=NOON)
    carry_out_plan(actor=system_actor(ids["brand"]), plan_id=plan_id, now=NOON)
    assert _groups(placed)[gone][1] == "retired"
    assert _group_of(placed, ids["A1"]) != gone
    with scope.reading(placed.hua):
        assert GroupStore.objects.count() == 8


def test_another_plan_in_between_is_told(placed: Cast) -> None:
    first, second = _again(placed), _again(placed)
    plans.approved(placed.hua, first)
    plans.approved(placed.hua, second)
    apply_plan(actor=placed.hua, plan_id=first, now=NOON)
    with pytest.raises(MatrixMoved):
        apply_plan(actor=placed.hua, plan_id=second, now=NOON)
    third = _again(placed)
    with pytest.raises(MatrixMoved):
        approve_plan(actor=placed.hua, plan_id=third, version=0, now=NOON)


def test_two_who_apply_two_plans_at_once_apply_one(placed: Cast) -> None:
    both = [plans.approved(placed.hua, _again(placed)) for _ in range(2)]
    start, told = threading.Barrier(2), []

    def run(plan_id: int) -> None:
        try:
            start.wait(timeout=10)
            apply_plan(actor=placed.hua, plan_id=plan_id, now=NOON)
        except MatrixMoved:
            told.append(plan_id)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(plan_id,)) for plan_id in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1


@pytest.mark.parametrize("dies_at", [1, 2])
def test_killed_in_the_middle_it_ends_with_the_plan(
    placed: Cast, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    ids = placed.ids
    with scope.writing(placed.hua):
        Store.objects.filter(pk=ids["B1"]).update(territory_id=ids["PA"])
    monkeypatch.setattr(module, "GROUPS_PER_BATCH", 1)
    plan_id = plans.applying(placed.hua, _again(placed))
    real, calls = founding._record, []

    def die(*args):
        real(*args)
        calls.append(1)
        if len(calls) == dies_at:
            raise KeyboardInterrupt

    monkeypatch.setattr(founding, "_record", die)
    machinery = system_actor(ids["brand"])
    with pytest.raises(KeyboardInterrupt):
        carry_out_plan(actor=machinery, plan_id=plan_id, now=NOON)
    assert carry_out_plan(actor=machinery, plan_id=plan_id, now=NOON).state == "applied"
    wanted = plans.stores_by_group(ids["brand"], plan_id)
    with scope.reading(placed.hua):
        for group in PlanGroup.objects.filter(plan_id=plan_id):
            rows = GroupStore.objects.filter(group_id=group.group_id)
            assert set(rows.values_list("store_id", flat=True)) == wanted[group.number]


def test_two_workers_at_once(placed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = placed.ids
    with scope.writing(placed.hua):
        Store.objects.filter(pk=ids["B1"]).update(territory_id=ids["PA"])
    monkeypatch.setattr(module, "GROUPS_PER_BATCH", 1)
    plan_id = plans.applying(placed.hua, _again(placed))
    start = threading.Barrier(2)

    def run() -> None:
        try:
            start.wait(timeout=10)
            with suppress(Conflict):
                carry_out_plan(actor=system_actor(ids["brand"]), plan_id=plan_id, now=NOON)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert plans.row(ids["brand"], plan_id).state == "applied"
    placed_in = {group for group, (_, _, stores) in _groups(placed).items() if ids["B1"] in stores}
    assert len(placed_in) == 1


def test_pages_of_moves_and_a_stranger(placed: Cast) -> None:
    for number in range(3):
        _new_store(placed, f"A9{number}")
    plan_id = _again(placed)
    first = list_moves(placed.hua, plan_id, limit=2)
    rest = list_moves(placed.hua, plan_id, after=first.next_key or "", limit=2)
    assert [len(first.rows), len(rest.rows), rest.next_key] == [2, 1, None]
    assert list_moves(placed.hua, plan_id, reason="alike").rows == ()
    with pytest.raises(NotFound):
        list_moves(placed.wai, plan_id)
