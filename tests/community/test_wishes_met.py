"""Who asked for a task is told on it; a new name counts when a reading shows it, not when somebody says so."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from qunlian.community.actions.ask_request_again import ask_request_again
from qunlian.community.actions.finish_task import TaskAnswer, finish_task
from qunlian.community.actions.rename_group import GroupRename, rename_group
from qunlian.community.actions.take_in_room import take_in_room
from qunlian.community.models import FoundRoom, Group, Request
from qunlian.community.queries.asked import open_requests
from qunlian.community.queries.tasks import TaskFilter, list_tasks, task_card, task_counts
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.platforms.port import Occupant, Room
from tests.cast_words import NOON, Cast
from tests.community.hands import hand_group, renamed, request_state, task
from tests.platforms.by_hand import ByHand

HOUR = timedelta(hours=1)
ROOM = "R-1"


@pytest.fixture
def group_id(cast: Cast, by_hand: ByHand) -> int:
    """A group whose room is on a platform that is read, and where names are changed by hand."""
    by_hand.has_own_accounts = True
    made = hand_group(cast, room=ROOM)
    brand = cast.ids["brand"]
    with scope.writing(system_actor(brand)):
        FoundRoom.objects.create(
            enterprise_id=brand,
            platform="by_hand",
            room_key=ROOM,
            decision="adopted",
            group_id=made,
            seen_at=NOON,
            decided_at=NOON,
        )
    return made


def _read(cast: Cast, name: str, at: datetime) -> None:
    staff = Occupant(person_key="HQ1", role="owner", is_staff=True)
    room = Room(key=ROOM, name=name, owner_key="HQ1", occupants=(staff,))
    brand = system_actor(cast.ids["brand"])
    take_in_room(actor=brand, platform="by_hand", room=room, read_at=at, now=at)


def _say_done(cast: Cast, task_id: int, at: datetime) -> None:
    answer = TaskAnswer(task_id=task_id, state="done")
    finish_task(actor=cast.rong, answer=answer, now=at)


def test_a_new_name_counts_when_it_is_seen(cast: Cast, group_id: int) -> None:
    task_id = renamed(cast, group_id)
    _say_done(cast, task_id, NOON)
    (asked,) = open_requests(cast.hua, [group_id])
    assert (asked.state, asked.room_is_unseen) == ("with_person", True)
    _read(cast, "新名字", NOON + HOUR)
    assert request_state(cast, "rename") == ("done", "")
    assert task(cast, task_id).state == "done"
    assert open_requests(cast.hua, [group_id]) == ()


def test_another_name_is_asked_about_once_and_then_told(
    cast: Cast, group_id: int, logged_in: Callable[[Actor], Client]
) -> None:
    task_id = renamed(cast, group_id)
    _say_done(cast, task_id, NOON)
    _read(cast, "手工群", NOON)  # within the minute in which he may take it back: says nothing
    assert task(cast, task_id).state == "done"
    _read(cast, "手工群", NOON + HOUR)
    assert (task(cast, task_id).state, task(cast, task_id).ended_at) == ("with_person", None)
    assert "改后的群名" in logged_in(cast.rong).get(f"/tasks/{task_id}").content.decode()
    assert task_counts(cast.hua, now=NOON).unmet == 0
    _say_done(cast, task_id, NOON + 2 * HOUR)
    _read(cast, "手工群", NOON + 3 * HOUR)
    assert (task(cast, task_id).state, task(cast, task_id).reason) == ("refused", "not_seen")
    assert request_state(cast, "rename") == ("refused", "not_seen")
    with scope.reading(cast.hua):
        assert Group.objects.get(pk=group_id).name == "新名字"
    assert (task_counts(cast.hua, now=NOON).unmet, task_counts(cast.ma, now=NOON).unmet) == (1, 0)
    hua = logged_in(cast.hua)
    assert "/tasks?of=asked&amp;state=unmet" in hua.get("/").content.decode()
    assert f"/tasks/{task_id}" in hua.get("/tasks?of=asked&state=unmet").content.decode()


def test_what_is_asked_again_or_withdrawn_is_no_longer_unmet(cast: Cast, group_id: int) -> None:
    answer = TaskAnswer(task_id=renamed(cast, group_id), state="refused", reason="no_right")
    finish_task(actor=cast.rong, answer=answer, now=NOON)
    assert task_counts(cast.hua, now=NOON).unmet == 1
    with scope.reading(cast.hua):
        request_id = Request.objects.get(kind="rename").pk
    ask_request_again(actor=cast.ma, request_id=request_id, now=NOON)
    assert task_counts(cast.hua, now=NOON).unmet == 0
    assert task_card(cast.ma, answer.task_id, now=NOON).asker == "马经理"
    finish_task(actor=cast.rong, answer=answer, now=NOON)
    assert task_counts(cast.ma, now=NOON).unmet == 1
    rename_group(actor=cast.hua, rename=GroupRename(group_id=group_id, name="第三个"), now=NOON)
    assert task_counts(cast.ma, now=NOON).unmet == 0


def test_a_task_says_who_asked(
    cast: Cast, group_id: int, logged_in: Callable[[Actor], Client]
) -> None:
    task_id = renamed(cast, group_id)
    assert task_card(cast.rong, task_id, now=NOON).asker == "华总"
    assert "华总" in logged_in(cast.rong).get(f"/tasks/{task_id}").content.decode()
    mine = list_tasks(cast.hua, TaskFilter(is_asked=True), now=NOON).rows
    assert [row.task_id for row in mine] == [task_id]
    assert list_tasks(cast.wai, TaskFilter(is_asked=True), now=NOON).rows == ()
