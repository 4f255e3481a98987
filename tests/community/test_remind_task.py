"""A manager reminds somebody, and leaves him in peace for a while then."""

from datetime import timedelta

import pytest

from qunlian.community.actions.finish_task import TaskAnswer, TaskOver, finish_task
from qunlian.community.actions.remind_task import RemindedJustNow, remind_task
from qunlian.community.queries.tasks import task_counts
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.community.hands import hand_group, renamed, task


def test_reminded_once_in_four_hours(cast: Cast, by_hand: object) -> None:
    task_id = renamed(cast, hand_group(cast))
    assert remind_task(actor=cast.ma, task_id=task_id, now=NOON) == 1
    assert task_counts(cast.rong, now=NOON).mine_reminded == 1
    assert task(cast, task_id).remind_at == NOON + timedelta(hours=4)
    with pytest.raises(RemindedJustNow):
        remind_task(actor=cast.hua, task_id=task_id, now=NOON + timedelta(hours=3))
    assert remind_task(actor=cast.hua, task_id=task_id, now=NOON + timedelta(hours=4)) == 2
    with pytest.raises(Forbidden):
        remind_task(actor=cast.rong, task_id=task_id, now=NOON)
    for outsider in (cast.wai, cast.song, cast.du):
        with pytest.raises(NotFound):
            remind_task(actor=outsider, task_id=task_id, now=NOON)
    finish_task(actor=cast.rong, answer=TaskAnswer(task_id=task_id, state="done"), now=NOON)
    with pytest.raises(TaskOver):
        remind_task(actor=cast.ma, task_id=task_id, now=NOON + timedelta(days=1))
