"""The finger slipped: an answer is taken back within a minute."""

from datetime import timedelta

import pytest

from qunlian.community.actions.finish_task import TaskAnswer, finish_task
from qunlian.community.actions.take_back_answer import TooLate, take_back_answer
from qunlian.community.queries.tasks import task_card
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community.hands import hand_group, mine, renamed, request_state

SOON = NOON + timedelta(seconds=40)


@pytest.mark.parametrize("state", ["done", "refused", "unknown"])
def test_it_waits_again(cast: Cast, by_hand: object, state: str) -> None:
    task_id = renamed(cast, hand_group(cast))
    answer = TaskAnswer(task_id=task_id, state=state, reason="not_mine")
    finish_task(actor=cast.rong, answer=answer, now=NOON)
    assert task_card(cast.rong, task_id, now=SOON).may_take_back
    assert not task_card(cast.ma, task_id, now=SOON).may_take_back
    for stranger, refusal in ((cast.ma, TooLate), (cast.wai, NotFound), (cast.song, NotFound)):
        with pytest.raises(refusal):
            take_back_answer(actor=stranger, task_id=task_id, now=SOON)
    take_back_answer(actor=cast.rong, task_id=task_id, now=SOON)
    assert [row.task_id for row in mine(cast.rong)] == [task_id]
    assert request_state(cast, "rename") == ("with_person", "")
    with pytest.raises(TooLate):
        take_back_answer(actor=cast.rong, task_id=task_id, now=SOON)


def test_after_a_minute_it_stands(cast: Cast, by_hand: object) -> None:
    task_id = renamed(cast, hand_group(cast))
    finish_task(actor=cast.rong, answer=TaskAnswer(task_id=task_id, state="done"), now=NOON)
    with pytest.raises(TooLate):
        take_back_answer(actor=cast.rong, task_id=task_id, now=NOON + timedelta(seconds=61))
