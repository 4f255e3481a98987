"""The same message by cascade: down the line, with own words, and seen where it stops."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound
from qunlian.messaging.actions.answer_question import answer_question
from qunlian.messaging.actions.answer_relay import answer_relay
from qunlian.messaging.actions.close_broadcast import close_broadcast
from qunlian.messaging.actions.pass_on import AnswerFirst, BadWording, NotWaiting, pass_on
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.queries.messages import messages_before
from qunlian.messaging.queries.proofs import broadcast_result
from qunlian.messaging.queries.relays import (
    RelayTask,
    my_relays,
    relay_task,
    relays_waiting,
)
from qunlian.messaging.queries.reminders import own_tasks
from qunlian.messaging.queries.results import broadcast_decay
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import ASKED, compose, deliver, scene, texts_of


def _cascade(cast: Cast, **words: object) -> int:
    broadcast_id = compose(cast, mode="cascade", **words)
    send_broadcast(
        actor=cast.hua, broadcast_id=broadcast_id, closes_at=NOON + timedelta(days=9999), now=NOON
    )
    deliver(cast, broadcast_id)
    return broadcast_id


def _task(actor: Actor) -> RelayTask:
    (task,) = my_relays(actor)
    return task


def test_it_goes_down_the_line_level_by_level(cast: Cast) -> None:
    here = scene(cast)
    broadcast_id = _cascade(cast, **ASKED)
    assert my_relays(cast.rong) == ()
    assert own_tasks(cast.ma).to_pass_on == 1
    first = _task(cast.ma)
    assert (first.from_name, first.people_below, first.groups) == ("华总", 2, 0)
    assert list(relays_waiting(cast.hua, broadcast_id).values()) == [first.relay_id]
    with pytest.raises(NotFound):
        relays_waiting(cast.wai, broadcast_id)
    answer_relay(actor=cast.ma, relay_id=first.relay_id, option=0, now=NOON)
    assert pass_on(actor=cast.ma, relay_id=first.relay_id, now=NOON).people == 2
    second = _task(cast.rong)
    assert (second.from_name, second.groups) == ("马经理", 1)
    answer_relay(actor=cast.rong, relay_id=second.relay_id, option=0, now=NOON)
    pass_on(actor=cast.rong, relay_id=second.relay_id, wording="东街的老板们看这里", now=NOON)
    deliver(cast, broadcast_id)
    (line,) = messages_before(cast.oyang, here.a)
    assert line.body["wording"] == "东街的老板们看这里"
    assert line.sender_name == "荣业务"
    assert texts_of(cast, here.b) == []  # Song sits on it
    answer_question(
        actor=cast.oyang, broadcast_id=broadcast_id, group_id=here.a, option=0, now=NOON
    )
    result = broadcast_result(cast.hua, broadcast_id)
    assert [(h.hop, h.people, h.understood, h.passed) for h in result.hops] == [
        (1, 1, 1, 1),
        (2, 2, 1, 1),
    ]
    assert (result.total.people, result.total.understood) == (1, 1)
    close_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON + timedelta(days=10000))
    with pytest.raises(NotWaiting):
        pass_on(actor=cast.song, relay_id=_all(cast.song).relay_id, now=NOON)


def _all(actor: Actor) -> RelayTask:
    (task,) = my_relays(actor, is_waiting=False)
    return task


def test_who_stopped_it_is_named_with_what_was_lost(cast: Cast) -> None:
    scene(cast)
    broadcast_id = _cascade(cast)
    pass_on(actor=cast.ma, relay_id=_task(cast.ma).relay_id, now=NOON)
    found = broadcast_decay(cast.hua, broadcast_id)
    assert [(s.name, s.people_lost) for s in found.stoppers] == [("荣业务", 1)]
    assert found.basis == "read"
    assert [hop.exposed for hop in found.decay.hops] == [1, 2, 1]
    assert [s.name for s in broadcast_decay(cast.song, broadcast_id).stoppers] == []


def test_the_question_comes_before_passing_on(cast: Cast) -> None:
    scene(cast)
    _cascade(cast, **ASKED)
    task = _task(cast.ma)
    with pytest.raises(AnswerFirst):
        pass_on(actor=cast.ma, relay_id=task.relay_id, now=NOON)


def test_own_words_keep_to_their_limits(cast: Cast) -> None:
    scene(cast)
    _cascade(cast, is_wording_allowed=False)
    task = _task(cast.ma)
    for wording in ("自己的话", "长" * 121):
        with pytest.raises(BadWording):
            pass_on(actor=cast.ma, relay_id=task.relay_id, wording=wording, now=NOON)


def test_two_taps_pass_it_on_once(cast: Cast) -> None:
    scene(cast)
    _cascade(cast)
    relay_id = _task(cast.ma).relay_id

    def tap(_: int) -> int:
        try:
            return pass_on(actor=cast.ma, relay_id=relay_id, now=NOON).people
        except NotWaiting:
            return -1
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(tap, range(3))) == [-1, -1, 2]


def test_anothers_hop_is_not_there(cast: Cast) -> None:
    scene(cast)
    _cascade(cast)
    relay_id = _task(cast.ma).relay_id
    for stranger in (cast.hua, cast.rong, cast.oyang, cast.wai):
        with pytest.raises(NotFound):
            pass_on(actor=stranger, relay_id=relay_id, now=NOON)
        with pytest.raises(NotFound):
            relay_task(stranger, relay_id)
