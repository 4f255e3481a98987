"""Background entry points of activation."""

from procrastinate.contrib.django import app

from qunlian.activation.actions import rank_rollout as ranking
from qunlian.kernel import clock
from qunlian.kernel.actor import system_actor


@app.task(name="activation.rank_rollout")
def rank_rollout(*, enterprise_id: int, rollout_id: int) -> None:
    """Rank the stores of a roll-out that somebody drafted."""
    ranking.rank_rollout(actor=system_actor(enterprise_id), rollout_id=rollout_id, now=clock.now())
