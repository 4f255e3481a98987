"""A cascade closes at its time: what nobody passed on has stopped there."""

from datetime import timedelta

from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.messaging.actions.close_broadcast import close_broadcast
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.models import Broadcast, Delivery, Relay
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import compose, deliver, scene


def test_waiting_hops_are_stopped_and_what_they_held_is_cancelled(cast: Cast) -> None:
    scene(cast)
    broadcast_id = compose(cast, mode="cascade")
    closes_at = NOON + timedelta(days=9999)
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, closes_at=closes_at, now=NOON)
    deliver(cast, broadcast_id)
    machinery = system_actor(cast.ids["brand"])
    assert not close_broadcast(actor=machinery, broadcast_id=broadcast_id, now=NOON)
    assert close_broadcast(actor=machinery, broadcast_id=broadcast_id, now=closes_at)
    assert not close_broadcast(actor=machinery, broadcast_id=broadcast_id, now=closes_at)
    with scope.reading(cast.hua):
        assert Broadcast.objects.get(pk=broadcast_id).state == "sent"
        assert set(Relay.objects.values_list("hop", "state")) == {(1, "stopped"), (2, "upstream")}
        assert set(Delivery.objects.values_list("state", "problem")) == {
            ("cancelled", "stopped_upstream")
        }
