"""Calling a broadcast off."""

import pytest

from qunlian.kernel.errors import NotFound
from qunlian.messaging.actions.cancel_broadcast import Over, cancel_broadcast
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.actions.start_broadcast import start_broadcast
from qunlian.messaging.queries.broadcasts import broadcast_progress, groups_not_sent
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import compose, deliver, scene, texts_of


def test_groups_not_reached_stay_without_it(cast: Cast) -> None:
    here = scene(cast)
    broadcast_id = compose(cast)
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    start_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    for stranger in (cast.ma, cast.wai):
        with pytest.raises(NotFound):
            cancel_broadcast(actor=stranger, broadcast_id=broadcast_id, now=NOON)
    assert cancel_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON) == 2
    deliver(cast, broadcast_id)
    assert texts_of(cast, here.a) == []
    assert broadcast_progress(cast.hua, broadcast_id).cancelled == 2
    assert {row.problem for row in groups_not_sent(cast.hua, broadcast_id)} == {"called_off"}
    with pytest.raises(Over):
        cancel_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
