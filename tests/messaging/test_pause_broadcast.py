"""Holding a broadcast."""

import pytest

from qunlian.kernel.errors import NotFound
from qunlian.messaging.actions.pause_broadcast import NotSending, pause_broadcast
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.actions.start_broadcast import start_broadcast
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import compose, deliver, scene, texts_of


def test_a_held_broadcast_goes_nowhere(cast: Cast) -> None:
    here = scene(cast)
    broadcast_id = compose(cast)
    with pytest.raises(NotSending):
        pause_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    start_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    for stranger in (cast.ma, cast.wai):
        with pytest.raises(NotFound):
            pause_broadcast(actor=stranger, broadcast_id=broadcast_id, now=NOON)
    pause_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    deliver(cast, broadcast_id)
    assert texts_of(cast, here.a) == []
