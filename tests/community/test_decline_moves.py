"""Declining voluntary moves: the store stays where it is; what must be, must be."""

import pytest

from qunlian.channel.models import Enterprise
from qunlian.community.actions.decline_moves import MoveMustBe, MovesDeclined, decline_moves
from qunlian.community.actions.move_stores import StoreMove, move_stores
from qunlian.community.edits import NoSeats, PlanChanged, PlanNotOpen
from qunlian.community.models import PlanGroup, PlanStore
from qunlian.community.rules.moves import Move
from qunlian.kernel import scope
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community import plans


@pytest.fixture
def merging(cast: Cast) -> tuple[Cast, int]:
    """Four small groups; a plan that puts each patch into one."""
    plans.applied(cast.hua, plans.small_groups(cast.hua))
    with scope.writing(cast.hua):
        Enterprise.objects.update(seats_soft=200)
    return cast, plans.again(cast.hua, "best", minimum=0)


def _decline(cast: Cast, plan_id: int, *store_ids: int, version: int = 0, who: str = "hua"):
    declined = MovesDeclined(plan_id=plan_id, version=version, store_ids=store_ids)
    return decline_moves(actor=getattr(cast, who), declined=declined, now=NOON)


def test_a_declined_store_stays_and_its_group_lives_on(merging: tuple[Cast, int]) -> None:
    cast, plan_id = merging
    moving = plans.moves(cast.ids["brand"], plan_id)
    store_id = min(moving)
    edited = _decline(cast, plan_id, store_id)
    assert edited.version == 1
    assert store_id not in plans.moves(cast.ids["brand"], plan_id)
    with scope.reading(cast.hua):
        place = PlanStore.objects.get(plan_id=plan_id, store_id=store_id)
        home = PlanGroup.objects.get(pk=place.plan_group_id)
        assert home.present_id == place.from_group_id
        assert home.stores == 1
    before = plans.placements(cast.ids["brand"])[store_id]
    plans.applied(cast.hua, plan_id)
    assert plans.placements(cast.ids["brand"])[store_id] == before


def test_moved_by_hand_it_says_so_and_home_again_it_stays(merging: tuple[Cast, int]) -> None:
    cast, plan_id = merging
    with scope.reading(cast.hua):
        stays = PlanStore.objects.filter(plan_id=plan_id, reason=0).order_by("store_id")[0]
        away = PlanGroup.objects.get(
            plan_id=plan_id, stores=0, territory_id=stays.plan_group.territory_id
        )
        home = stays.plan_group
    for number, (source, target, reason) in enumerate(
        [(home, away, Move.BY_HAND), (away, home, None)]
    ):
        move = StoreMove(
            plan_id=plan_id,
            version=number,
            from_number=source.number,
            to_number=target.number,
            store_ids=(stays.store_id,),
        )
        move_stores(actor=cast.hua, move=move, now=NOON)
        assert plans.moves(cast.ids["brand"], plan_id).get(stays.store_id) == reason


def test_what_must_be_and_what_does_not_move_cannot_be_declined(
    merging: tuple[Cast, int],
) -> None:
    cast, plan_id = merging
    ids = cast.ids
    moving = plans.moves(ids["brand"], plan_id)
    staying = next(s for s in (ids["A1"], ids["A2"], ids["A3"], ids["A4"]) if s not in moving)
    for store_ids in [(), (staying,), (min(moving), staying)]:
        with pytest.raises(MoveMustBe):
            _decline(cast, plan_id, *store_ids)
    with scope.writing(cast.hua):
        PlanStore.objects.filter(plan_id=plan_id, store_id=min(moving)).update(reason=Move.FULL)
    with pytest.raises(MoveMustBe):
        _decline(cast, plan_id, min(moving))


def test_an_older_version_a_full_group_an_approved_plan_an_outsider(
    merging: tuple[Cast, int],
) -> None:
    cast, plan_id = merging
    store_id = min(plans.moves(cast.ids["brand"], plan_id))
    with pytest.raises(PlanChanged):
        _decline(cast, plan_id, store_id, version=7)
    with pytest.raises(NotFound):
        _decline(cast, plan_id, store_id, who="wai")
    with scope.writing(cast.hua):
        PlanGroup.objects.filter(plan_id=plan_id, stores=0).update(seats_cap=5)
    with pytest.raises(NoSeats):
        _decline(cast, plan_id, store_id)
    plans.approved(cast.hua, plan_id)
    with pytest.raises(PlanNotOpen):
        _decline(cast, plan_id, store_id)
