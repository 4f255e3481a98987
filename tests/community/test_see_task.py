"""Whether somebody has seen what he is asked."""

import pytest

from qunlian.community.actions.see_task import see_task
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community.hands import hand_group, renamed, task


def test_the_first_look_of_the_one_who_is_asked_counts(cast: Cast, by_hand: object) -> None:
    task_id = renamed(cast, hand_group(cast))
    assert not see_task(actor=cast.ma, task_id=task_id, now=NOON)
    assert task(cast, task_id).seen_at is None
    assert see_task(actor=cast.rong, task_id=task_id, now=NOON)
    assert not see_task(actor=cast.rong, task_id=task_id, now=NOON)
    assert task(cast, task_id).seen_at == NOON
    with pytest.raises(NotFound):
        see_task(actor=cast.song, task_id=task_id, now=NOON)
