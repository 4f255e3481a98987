"""Letting a broadcast go: now or later."""

from datetime import timedelta

import pytest

from qunlian.kernel.errors import NotFound
from qunlian.messaging.actions.send_broadcast import (
    InThePast,
    NobodyThere,
    NotADraft,
    send_broadcast,
)
from qunlian.messaging.queries.broadcasts import broadcast_card, broadcast_progress
from qunlian.messaging.rules.slices import Slice
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import compose, deliver, scene, sent, texts_of


def test_now_means_now_and_the_progress_says_so(cast: Cast) -> None:
    scene(cast)
    broadcast_id = sent(cast)
    done = broadcast_progress(cast.hua, broadcast_id)
    assert (done.sent, done.groups, done.percent, done.people_reached) == (2, 2, 100, 1)
    assert broadcast_card(cast.hua, broadcast_id).state == "sent"


def test_a_scheduled_one_waits_for_its_time(cast: Cast) -> None:
    here = scene(cast)
    broadcast_id = compose(cast)
    send_broadcast(
        actor=cast.hua,
        broadcast_id=broadcast_id,
        at=NOON + timedelta(days=3650),
        now=NOON,
    )
    deliver(cast, broadcast_id)
    assert texts_of(cast, here.a) == []
    assert broadcast_card(cast.hua, broadcast_id).state == "scheduled"


def test_a_time_that_is_over_nobody_there_and_twice(cast: Cast) -> None:
    scene(cast)
    broadcast_id = compose(cast)
    with pytest.raises(InThePast):
        send_broadcast(
            actor=cast.hua, broadcast_id=broadcast_id, at=NOON - timedelta(hours=1), now=NOON
        )
    with pytest.raises(InThePast):
        send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, closes_at=NOON, now=NOON)
    nobody = compose(cast, slice=Slice(layers=("vip",)))
    with pytest.raises(NobodyThere):
        send_broadcast(actor=cast.hua, broadcast_id=nobody, now=NOON)
    done = sent(cast)
    with pytest.raises(NotADraft):
        send_broadcast(actor=cast.hua, broadcast_id=done, now=NOON)


def test_nobody_sends_anothers_draft(cast: Cast) -> None:
    scene(cast)
    broadcast_id = compose(cast)
    for stranger in (cast.ma, cast.rong, cast.wai):
        with pytest.raises(NotFound):
            send_broadcast(actor=stranger, broadcast_id=broadcast_id, now=NOON)
