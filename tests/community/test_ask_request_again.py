"""What was refused is asked again: the platform, its people, or somebody else by hand."""

import pytest

from qunlian.community.actions.ask_request_again import StillWaits, ask_request_again
from qunlian.community.actions.finish_task import TaskAnswer, finish_task
from qunlian.community.actions.reassign_task import NoSuchColleague
from qunlian.community.actions.rename_group import GroupRename, rename_group
from qunlian.community.models import Request, Task
from qunlian.community.queries.asked import open_requests
from qunlian.kernel import scope
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.community.hands import hand_group, mine, renamed, request_state, settle
from tests.community.words import East


def _refused(cast: Cast, task_id: int) -> None:
    answer = TaskAnswer(task_id=task_id, state="refused", reason="no_right")
    finish_task(actor=cast.rong, answer=answer, now=NOON)


def test_the_same_task_again_for_somebody_else(cast: Cast, by_hand: object) -> None:
    group_id = hand_group(cast)
    task_id, ids = renamed(cast, group_id), cast.ids
    (waiting,) = open_requests(cast.rong, [group_id])
    with pytest.raises(StillWaits):
        ask_request_again(actor=cast.ma, request_id=waiting.request_id, now=NOON)
    _refused(cast, task_id)
    with pytest.raises(Forbidden):
        ask_request_again(
            actor=cast.rong, request_id=waiting.request_id, staff_id=ids["R2"], now=NOON
        )
    with pytest.raises(NoSuchColleague):
        ask_request_again(actor=cast.ma, request_id=waiting.request_id, staff_id=10**9, now=NOON)
    for outsider in (cast.wai, cast.song):
        with pytest.raises(NotFound):
            ask_request_again(actor=outsider, request_id=waiting.request_id, now=NOON)
    again = ask_request_again(
        actor=cast.ma, request_id=waiting.request_id, staff_id=ids["G1"], now=NOON
    )
    assert (again.group_id, again.is_with_person) == (group_id, True)
    assert [row.task_id for row in mine(cast.guan)] == [task_id]
    assert request_state(cast, "rename") == ("with_person", "")
    with scope.reading(cast.hua):
        assert Task.objects.count() == 1


def test_asked_again_the_rules_find_who_does_it(cast: Cast, by_hand: object) -> None:
    group_id = hand_group(cast)
    _refused(cast, renamed(cast, group_id))
    (refused,) = open_requests(cast.rong, [group_id])
    ask_request_again(actor=cast.rong, request_id=refused.request_id, now=NOON)
    assert len(mine(cast.rong)) == 1


def test_what_a_platform_refused_it_may_do_later_or_a_person(
    cast: Cast, two_groups: East, by_hand: object
) -> None:
    rename = GroupRename(group_id=two_groups.east, name="x")
    rename_group(actor=cast.hua, rename=rename, now=NOON)
    settle(cast)
    (refused,) = open_requests(cast.hua, [two_groups.east])
    assert (refused.state, refused.task_id) == ("refused", None)
    assert not ask_request_again(
        actor=cast.hua, request_id=refused.request_id, now=NOON
    ).is_with_person
    with scope.reading(cast.hua):
        assert Request.objects.get(pk=refused.request_id).state == "asked"
    settle(cast)
    by_song = {"staff_id": cast.ids["R2"], "request_id": refused.request_id}
    assert ask_request_again(actor=cast.hua, now=NOON, **by_song).is_with_person
    assert len(mine(cast.song)) == 1
