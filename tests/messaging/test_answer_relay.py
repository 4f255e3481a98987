"""Reading and answering what came down the line."""

import pytest

from qunlian.kernel.errors import NotFound
from qunlian.messaging.actions.answer_relay import NoSuchAnswer, answer_relay
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.queries.relays import my_relays
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import ASKED, compose, deliver, scene


def test_the_first_answer_counts(cast: Cast) -> None:
    scene(cast)
    broadcast_id = compose(cast, mode="cascade", **ASKED)
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    deliver(cast, broadcast_id)
    (task,) = my_relays(cast.ma)
    assert task.right_option is None  # not told before he answers
    assert answer_relay(actor=cast.ma, relay_id=task.relay_id, option=None, now=NOON) is None
    assert answer_relay(actor=cast.ma, relay_id=task.relay_id, option=1, now=NOON) is False
    assert answer_relay(actor=cast.ma, relay_id=task.relay_id, option=0, now=NOON) is False
    (after,) = my_relays(cast.ma)
    assert (after.answer, after.right_option) == (1, 0)
    with pytest.raises(NoSuchAnswer):
        answer_relay(actor=cast.ma, relay_id=task.relay_id, option=5, now=NOON)
    for stranger in (cast.rong, cast.wai):
        with pytest.raises(NotFound):
            answer_relay(actor=stranger, relay_id=task.relay_id, option=0, now=NOON)
