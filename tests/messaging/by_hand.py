"""A message to groups on a platform where people confirm it on their phones."""

from datetime import datetime, timedelta

from qunlian.community.actions.finish_task import TaskAnswer, finish_task
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.messaging.actions.claim_deliveries import claim_deliveries
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.actions.settle_confirmations import settle_confirmations
from qunlian.messaging.actions.settle_deliveries import settle_deliveries
from qunlian.messaging.actions.start_broadcast import start_broadcast
from qunlian.messaging.models import Broadcast, Delivery
from qunlian.messaging.queries.confirmations import with_people
from qunlian.platforms.registry import platform
from tests.cast_words import NOON, Cast
from tests.community.hands import hand_group
from tests.messaging.scenes import compose

LATER = NOON + timedelta(minutes=5)


def told(cast: Cast, groups: int = 3) -> tuple[int, list[int]]:
    """A broadcast to so many groups, all of whose rooms Hua owns; its id and theirs."""
    ids = [hand_group(cast, f"群{n}", room=f"R-{n}") for n in range(groups)]
    broadcast_id = compose(cast)
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    start_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    post(cast, broadcast_id)
    return broadcast_id, ids


def post(cast: Cast, broadcast_id: int, *, at: datetime = NOON) -> None:
    """Do what the worker does: claim, post, settle."""
    brand = system_actor(cast.ids["brand"])
    adapter = platform("by_hand")
    claimed = claim_deliveries(
        actor=brand, broadcast_id=broadcast_id, platform="by_hand", limit=50, now=at
    )
    results = adapter.post(brand.enterprise_id, claimed.posts, now=at)
    settle_deliveries(actor=brand, broadcast_id=broadcast_id, results=results, now=at)


def look(cast: Cast, at: datetime = LATER, *, is_seen: bool = True) -> int:
    """Ask the platform about all that waits and settle it, as the job does; how many were asked about."""
    brand = system_actor(cast.ids["brand"])
    waiting = with_people(brand, at)
    for one in waiting:
        results = platform("by_hand").look_up(brand.enterprise_id, one.items) if is_seen else None
        settle_confirmations(
            actor=brand,
            broadcast_id=one.broadcast_id,
            platform=one.platform,
            results=results,
            now=at,
        )
    return sum(len(one.items) for one in waiting)


def answer(actor: Actor, task_id: int, state: str, *, at: datetime = NOON) -> None:
    said = TaskAnswer(task_id=task_id, state=state, reason="no_right")
    finish_task(actor=actor, answer=said, now=at)


def states(cast: Cast, broadcast_id: int) -> list[tuple[str, str]]:
    with scope.reading(cast.hua):
        rows = Delivery.objects.filter(broadcast_id=broadcast_id).order_by("group_id")
        return list(rows.values_list("state", "problem"))


def broadcast_state(cast: Cast, broadcast_id: int) -> str:
    with scope.reading(cast.hua):
        return Broadcast.objects.get(pk=broadcast_id).state
