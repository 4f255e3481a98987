"""A manager gives a task to somebody else."""

from datetime import timedelta

import pytest

from qunlian.community.actions.finish_task import TaskAnswer, TaskOver, finish_task
from qunlian.community.actions.reassign_task import NoSuchColleague, reassign_task
from qunlian.community.queries.tasks import task_loads
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.community.hands import hand_group, mine, renamed, task


def test_another_has_it_and_his_time_begins(cast: Cast, by_hand: object) -> None:
    task_id, ids = renamed(cast, hand_group(cast)), cast.ids
    later = NOON + timedelta(days=3)
    (load,) = task_loads(cast.ma, now=later)
    assert (load.name, load.waiting, load.overdue) == ("荣业务", 1, 1)
    reassign_task(actor=cast.ma, task_id=task_id, staff_id=ids["R2"], now=later)
    assert mine(cast.rong) == ()
    assert [row.task_id for row in mine(cast.song)] == [task_id]
    assert task(cast, task_id).due_at > later
    with pytest.raises(Forbidden):
        reassign_task(actor=cast.song, task_id=task_id, staff_id=ids["R1"], now=later)
    for outsider in (cast.wai, cast.rong, cast.du):
        with pytest.raises(NotFound):
            reassign_task(actor=outsider, task_id=task_id, staff_id=ids["R1"], now=later)
    with pytest.raises(NoSuchColleague):
        reassign_task(actor=cast.ma, task_id=task_id, staff_id=10**9, now=later)
    finish_task(actor=cast.song, answer=TaskAnswer(task_id=task_id, state="done"), now=later)
    with pytest.raises(TaskOver):
        reassign_task(actor=cast.ma, task_id=task_id, staff_id=ids["R1"], now=later)
