"""Taking back what one has just said."""

from datetime import timedelta

import pytest

from qunlian.kernel.errors import NotFound
from qunlian.messaging.actions.recall_message import TooLate, recall_message
from qunlian.messaging.queries.chats import my_chats
from qunlian.messaging.queries.messages import changes_after, messages_before
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import say, scene


def test_the_words_go_and_the_place_stays(cast: Cast) -> None:
    here = scene(cast)
    say(cast, here.a, "说错了", "没错", by=cast.oyang)
    recall_message(actor=cast.oyang, group_id=here.a, seq=1, now=NOON + timedelta(seconds=119))
    first, second = messages_before(cast.rong, here.a)
    assert (first.is_recalled, first.body, second.is_recalled) == (True, {}, False)
    (change,) = changes_after(cast.rong, here.a, 2).lines
    assert (change.seq, change.is_recalled, change.change_no) == (1, True, 3)


def test_recalling_the_newest_shows_in_the_list_and_twice_is_once(cast: Cast) -> None:
    here = scene(cast)
    say(cast, here.a, "说错了", by=cast.oyang)
    first = recall_message(actor=cast.oyang, group_id=here.a, seq=1, now=NOON)
    assert recall_message(actor=cast.oyang, group_id=here.a, seq=1, now=NOON) == first
    (chat,) = my_chats(cast.rong)
    assert chat.last_line["kind"] == "recalled"


def test_after_two_minutes_it_stands(cast: Cast) -> None:
    here = scene(cast)
    say(cast, here.a, "说错了", by=cast.oyang)
    with pytest.raises(TooLate):
        recall_message(actor=cast.oyang, group_id=here.a, seq=1, now=NOON + timedelta(seconds=121))


def test_nobody_takes_back_what_another_said(cast: Cast) -> None:
    here = scene(cast)
    say(cast, here.a, "是我说的", by=cast.oyang)
    for other in (cast.rong, cast.song, cast.wei):
        with pytest.raises(NotFound):
            recall_message(actor=other, group_id=here.a, seq=1, now=NOON)
