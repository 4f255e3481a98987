"""The one-tap question under a broadcast: the first answer counts."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.errors import NotFound
from qunlian.messaging.access import NotInGroup
from qunlian.messaging.actions.answer_question import (
    AlreadyAnswered,
    NoSuchOption,
    answer_question,
)
from qunlian.messaging.models import Receipt
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import ASKED, scene, sent


def test_the_first_answer_counts_and_shows_whether_it_was_understood(cast: Cast) -> None:
    here = scene(cast)
    asked = sent(cast, **ASKED)
    told = answer_question(
        actor=cast.oyang, broadcast_id=asked, group_id=here.a, option=1, now=NOON
    )
    assert (told.is_understood, told.right_option) == (False, 0)
    again = answer_question(
        actor=cast.oyang, broadcast_id=asked, group_id=here.a, option=1, now=NOON
    )
    assert again == told
    with pytest.raises(AlreadyAnswered):
        answer_question(actor=cast.oyang, broadcast_id=asked, group_id=here.a, option=0, now=NOON)
    with scope.reading(cast.hua):
        row = Receipt.objects.get(broadcast_id=asked)
    assert (row.answer, row.is_understood, row.read_at, row.delivered_at) == (1, False, NOON, NOON)


def test_two_thumbs_at_once_give_one_answer(cast: Cast) -> None:
    here = scene(cast)
    asked = sent(cast, **ASKED)

    def answer(option: int) -> bool:
        try:
            answer_question(
                actor=cast.oyang, broadcast_id=asked, group_id=here.a, option=option, now=NOON
            )
        except AlreadyAnswered:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(answer, [0, 1])) == [False, True]


def test_an_option_that_is_not_there_and_a_question_never_asked(cast: Cast) -> None:
    here = scene(cast)
    asked, plain = sent(cast, **ASKED), sent(cast)
    with pytest.raises(NoSuchOption):
        answer_question(actor=cast.oyang, broadcast_id=asked, group_id=here.a, option=2, now=NOON)
    with pytest.raises(NotFound):
        answer_question(actor=cast.oyang, broadcast_id=plain, group_id=here.a, option=0, now=NOON)


def test_who_does_not_sit_there_cannot_answer(cast: Cast) -> None:
    here = scene(cast)
    asked = sent(cast, **ASKED)
    with pytest.raises(NotInGroup):
        answer_question(actor=cast.hua, broadcast_id=asked, group_id=here.a, option=0, now=NOON)
    for stranger in (cast.wei, cast.song):
        with pytest.raises(NotFound):
            answer_question(actor=stranger, broadcast_id=asked, group_id=here.a, option=0, now=NOON)
