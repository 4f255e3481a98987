"""Letting a held broadcast go on."""

import pytest

from qunlian.messaging.actions.pause_broadcast import pause_broadcast
from qunlian.messaging.actions.resume_broadcast import NotPaused, resume_broadcast
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.actions.start_broadcast import start_broadcast
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import compose, deliver, scene, texts_of


def test_it_goes_on_where_it_was_held(cast: Cast) -> None:
    here = scene(cast)
    broadcast_id = compose(cast)
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    start_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    with pytest.raises(NotPaused):
        resume_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    pause_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    resume_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    deliver(cast, broadcast_id)
    assert len(texts_of(cast, here.a)) == 1
