"""Asking for a roll-out."""

import pytest

from qunlian.activation.actions.draft_rollout import (
    BoundsUnsound,
    RolloutPartMissing,
    RolloutUnsound,
    RolloutWish,
    draft_rollout,
)
from qunlian.activation.queries.rollouts import list_rollouts, rollout_card
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast


def test_a_manager_drafts_one_for_his_part(cast: Cast) -> None:
    wish = RolloutWish(territory_id=cast.ids["PB"])
    made = draft_rollout(actor=cast.ma, wish=wish, now=NOON).rollout_id
    card = rollout_card(cast.ma, made)
    assert (card.name, card.state, card.bounds) == ("石原西片", "ranking", (10, 20, 30, 50, 100))
    assert [one.rollout_id for one in list_rollouts(cast.song).rows] == [made]
    for outsider in (cast.rong, cast.du, cast.wai):
        assert list_rollouts(outsider).rows == ()
        with pytest.raises(NotFound):
            rollout_card(outsider, made)


def test_what_is_refused(cast: Cast) -> None:
    part = cast.ids["PB"]
    refusals = [
        (cast.ma, RolloutWish(), RolloutPartMissing),
        (cast.hua, RolloutWish(territory_id=10**9), NotFound),
        (cast.hua, RolloutWish(territory_id=part, bounds=(50, 10)), BoundsUnsound),
        (cast.hua, RolloutWish(territory_id=part, unit="street"), RolloutUnsound),
        (cast.hua, RolloutWish(territory_id=part, wait_days=91), RolloutUnsound),
        (cast.song, RolloutWish(territory_id=part), Forbidden),
        (cast.wai, RolloutWish(territory_id=part), NotFound),
    ]
    for actor, wish, refusal in refusals:
        with pytest.raises(refusal):
            draft_rollout(actor=actor, wish=wish, now=NOON)
