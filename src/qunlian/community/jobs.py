"""Background work of the community: plan, apply, and talk to the groups' platforms."""

from procrastinate.contrib.django import app

from qunlian.community.actions.plan_matrix import plan_matrix as plan_matrix_action
from qunlian.kernel import clock
from qunlian.kernel.actor import system_actor


@app.task(name="community.plan_matrix")
def plan_matrix(*, enterprise_id: int, plan_id: int) -> None:
    """Plan a matrix that somebody drafted."""
    plan_matrix_action(actor=system_actor(enterprise_id), plan_id=plan_id, now=clock.now())
