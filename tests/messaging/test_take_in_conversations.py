"""Bringing in what a group said elsewhere."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qunlian.kernel import scope
from qunlian.kernel.errors import NotFound
from qunlian.messaging.actions.take_in_conversations import (
    ConversationUnreadable,
    Line,
    NotTheGroupsStaff,
    take_in_conversations,
)
from qunlian.messaging.models import Message
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import scene, staff_person, texts_of

EARLIER = NOON - timedelta(days=3)


def _lines(cast: Cast) -> list[Line]:
    owner, rep = staff_person(cast.oyang), staff_person(cast.rong)
    return [
        Line(
            key="2",
            person_id=rep,
            posted_at=EARLIER + timedelta(minutes=1),
            text="到了",
            answers="1",
        ),
        Line(key="1", person_id=owner, posted_at=EARLIER, text="货到了吗"),
        Line(key="3", person_id=rep, posted_at=NOON, card={"kind": "product", "product_id": 1}),
    ]


def test_it_stands_in_order_each_line_once(cast: Cast) -> None:
    group = scene(cast).a
    done = take_in_conversations(actor=cast.rong, conversations={group: _lines(cast)}, now=NOON)
    assert (done.messages, done.last_seqs) == (3, {group: 3})
    again = take_in_conversations(actor=cast.hua, conversations={group: _lines(cast)}, now=NOON)
    assert (again.messages, again.last_seqs) == (0, {group: 3})
    assert texts_of(cast, group) == ["货到了吗", "到了", "card"]
    with scope.reading(cast.hua):
        reply = Message.objects.get(group_id=group, seq=2)
    assert (reply.reply_to_seq, reply.posted_at) == (1, EARLIER + timedelta(minutes=1))


def test_several_groups_come_in_with_one_groups_number_of_queries(cast: Cast) -> None:
    both = scene(cast)
    words = [Line(key="1", person_id=staff_person(cast.song), posted_at=EARLIER, text="早")]
    with CaptureQueriesContext(connection) as first:
        take_in_conversations(actor=cast.hua, conversations={both.a: _lines(cast)}, now=NOON)
    said = {both.a: _lines(cast), both.b: words}
    with CaptureQueriesContext(connection) as second:
        done = take_in_conversations(actor=cast.hua, conversations=said, now=NOON)
    assert (done.messages, done.last_seqs) == (1, {both.a: 3, both.b: 1})
    assert texts_of(cast, both.b) == ["早"]
    assert len(second) == len(first)
    with pytest.raises(NotFound):
        take_in_conversations(actor=cast.rong, conversations=said, now=NOON)


def test_one_bad_line_and_nothing_comes_in(cast: Cast) -> None:
    group = scene(cast).a
    stranger = Line(key="x", person_id=staff_person(cast.song), posted_at=EARLIER, text="你好")
    to_come = Line(
        key="y",
        person_id=staff_person(cast.rong),
        posted_at=NOON + timedelta(minutes=1),
        text="明天",
    )
    empty = Line(key="z", person_id=staff_person(cast.rong), posted_at=NOON, text=" ")
    for bad in (stranger, to_come, empty):
        with pytest.raises(ConversationUnreadable):
            take_in_conversations(
                actor=cast.hua, conversations={group: [*_lines(cast), bad]}, now=NOON
            )
    assert texts_of(cast, group) == []


def test_others_bring_nothing(cast: Cast) -> None:
    group = scene(cast).a
    with pytest.raises(NotTheGroupsStaff):
        take_in_conversations(actor=cast.oyang, conversations={group: _lines(cast)}, now=NOON)
    with pytest.raises(NotFound):
        take_in_conversations(actor=cast.wai, conversations={group: _lines(cast)}, now=NOON)
