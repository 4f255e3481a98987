"""Owners of groups on their own WeChat are asked once for each count and code that grows old."""

from datetime import timedelta

from qunlian.community.actions.ask_room_owners import ask_room_owners
from qunlian.community.actions.retire_group import retire_group
from qunlian.community.actions.tell_room import Telling, tell_room
from qunlian.community.models import Task
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from tests.cast_words import NOON, Cast
from tests.community.test_register_room import register

WEEK = timedelta(days=7)


def _tasks(cast: Cast) -> int:
    with scope.reading(cast.hua):
        return Task.objects.count()


def test_each_is_asked_for_once_and_anew_after_the_next_week(cast: Cast) -> None:
    machinery = system_actor(cast.ids["brand"])
    group_id = register(cast.rong)
    for _ in "12":
        ask_room_owners(actor=machinery, now=NOON + WEEK)
    assert _tasks(cast) == 1
    tell_room(actor=cast.rong, telling=Telling(group_id=group_id, people=9), now=NOON + WEEK)
    assert ask_room_owners(actor=machinery, now=NOON + WEEK) == 0
    assert ask_room_owners(actor=machinery, now=NOON + 2 * WEEK) == 1
    assert _tasks(cast) == 2


def test_nobody_is_asked_about_a_group_that_has_ended(cast: Cast) -> None:
    group_id = register(cast.rong)
    retire_group(actor=cast.hua, group_id=group_id, now=NOON)
    assert ask_room_owners(actor=system_actor(cast.ids["brand"]), now=NOON + WEEK) == 0
