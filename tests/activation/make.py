"""A roll-out to work with: patch B's three stores in two groups held back until their wave."""

from datetime import timedelta

from qunlian.activation.actions.draft_rollout import RolloutWish, draft_rollout
from qunlian.activation.actions.open_wave import Look, open_wave
from qunlian.activation.actions.rank_rollout import rank_rollout
from qunlian.activation.actions.set_weights import set_weights
from qunlian.activation.rules import Weights
from qunlian.community.models import Group, Request
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from tests.cast_words import NOON, Cast
from tests.community import make

WEEK = timedelta(days=8)


def held_groups(cast: Cast) -> tuple[int, int]:
    """Two planned groups of patch B, held back: B1 and B2 in the first, B3 in the second."""
    ids = cast.ids
    made = []
    for name, codes in (("西片一群", ("B1", "B2")), ("西片二群", ("B3",))):
        group = make.group(
            ids["brand"],
            name,
            territory_id=ids["PB"],
            store_ids=tuple(ids[code] for code in codes),
            life="planned",
        )
        with scope.writing(system_actor(ids["brand"])):
            Group.objects.filter(pk=group).update(platform_key="")
            Request.objects.create(
                enterprise_id=ids["brand"],
                group_id=group,
                kind="create",
                state="held",
                payload={"name": name},
                asked_at=NOON,
            )
        made.append(group)
    return made[0], made[1]


def only(cast: Cast, **weights: int) -> None:
    """Let the score follow these parts alone."""
    nothing = {"activity": 0, "influence": 0, "closeness": 0, "nomination": 0}
    set_weights(actor=cast.hua, weights=Weights(**nothing | weights), now=NOON)


def rolled_out(cast: Cast, *, unit: str = "store", bounds: tuple[int, ...] = (10, 50, 100)) -> int:
    """A ranked roll-out of patch B; its id."""
    wish = RolloutWish(
        name="西片分批", territory_id=cast.ids["PB"], unit=unit, bounds=bounds, wait_days=7
    )
    made = draft_rollout(actor=cast.ma, wish=wish, now=NOON).rollout_id
    rank_rollout(actor=system_actor(cast.ids["brand"]), rollout_id=made, now=NOON)
    return made


def opened(cast: Cast, rollout_id: int, number: int = 1) -> None:
    """Open waves up to this one, each eight days after the one before."""
    for each in range(1, number + 1):
        at = NOON + (each - 1) * WEEK
        look = Look(seen_at=at, decision="看过结果,继续")
        open_wave(actor=cast.ma, rollout_id=rollout_id, number=each, look=look, now=at)
