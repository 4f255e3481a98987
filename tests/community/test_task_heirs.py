"""What a leaver was to do by hand is done by those who follow him (the story is in test_hand_over_staff)."""

import pytest

from qunlian.community.actions.change_steward import StewardChange, change_steward
from qunlian.community.actions.hand_over_staff import SuccessorMissing
from qunlian.community.actions.reassign_task import reassign_task
from qunlian.community.queries.handover import review_handover
from tests.cast_words import NOON, Cast
from tests.community import make
from tests.community.hands import hand_group, mine, renamed, room_asked
from tests.community.test_hand_over_staff import _go, _wish


def test_the_leavers_tasks_pass_with_his_groups(cast: Cast, by_hand: object) -> None:
    group_id = hand_group(cast)
    task_id = renamed(cast, group_id)
    owned = room_asked(cast)
    assert review_handover(cast.hua, _wish(cast)).tasks == 1
    assert _go(cast, _wish(cast)).tasks == 1
    assert [row.task_id for row in mine(cast.song)] == [task_id]
    colleague = make.colleague_of(cast.hua)
    wish = _wish(cast, "HQ1", "M1", owner_id=cast.ids["G1"])
    assert _go(cast, wish, actor=colleague).tasks == 1  # to open a room is the new owner's
    assert [row.group_id for row in mine(cast.guan)] == [owned]


def test_tasks_alone_need_a_successor_too(cast: Cast, by_hand: object) -> None:
    task_id = renamed(cast, hand_group(cast))
    reassign_task(actor=cast.hua, task_id=task_id, staff_id=cast.ids["G1"], now=NOON)
    wish = _wish(cast, "G1", successor_id=None, territories=((cast.ids["N"], cast.ids["M1"]),))
    with pytest.raises(SuccessorMissing):
        _go(cast, wish)


def test_a_new_steward_has_the_old_ones_tasks(cast: Cast, by_hand: object) -> None:
    group_id, ids = hand_group(cast), cast.ids
    task_id = renamed(cast, group_id)
    other = renamed(cast, hand_group(cast, "另一群", room="R-2"))
    change = StewardChange(group_id=group_id, staff_id=ids["R2"])
    change_steward(actor=cast.ma, change=change, now=NOON)
    assert [row.task_id for row in mine(cast.song)] == [task_id]
    assert [row.task_id for row in mine(cast.rong)] == [other]
