"""The owner of a group on his own WeChat tells how many sit there, and shows its new code."""

from datetime import timedelta

import pytest

from qunlian.community.actions.ask_room_owners import ask_room_owners
from qunlian.community.actions.register_room import PeopleUnfit
from qunlian.community.actions.tell_room import Telling, tell_room
from qunlian.community.models import Task
from qunlian.community.queries.personal import told_card
from qunlian.community.queries.tasks import TaskFilter, list_tasks
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community.test_register_room import register
from tests.community.words import East

WEEK = timedelta(days=7)


def _asked(cast: Cast) -> list[str]:
    rows = list_tasks(cast.rong, TaskFilter(), now=NOON).rows
    return sorted(row.kind for row in rows)


def test_after_a_week_he_is_asked_and_his_word_ends_the_task(cast: Cast) -> None:
    machinery = system_actor(cast.ids["brand"])
    group_id = register(cast.rong, code_token="old")
    assert ask_room_owners(actor=machinery, now=NOON) == 0
    assert ask_room_owners(actor=machinery, now=NOON + WEEK) == 2
    ask_room_owners(actor=machinery, now=NOON + WEEK + timedelta(hours=1))
    assert _asked(cast) == ["code", "count"]
    tell_room(actor=cast.rong, telling=Telling(group_id=group_id, people=35), now=NOON + WEEK)
    assert _asked(cast) == ["code"]
    told = Telling(group_id=group_id, code_token="new")
    tell_room(actor=cast.rong, telling=told, now=NOON + WEEK)
    assert _asked(cast) == []
    card = told_card(cast.rong, group_id, now=NOON + WEEK)
    assert card is not None
    assert (card.people, card.code_token) == (35, "new")
    with scope.reading(cast.hua):
        assert set(Task.objects.values_list("state", flat=True)) == {"done"}


def test_a_code_that_ran_out_is_not_shown(cast: Cast) -> None:
    group_id = register(cast.rong, code_token="old")
    card = told_card(cast.rong, group_id, now=NOON + WEEK)
    assert card is not None
    assert card.code_token == ""


def test_refusals(cast: Cast, two_groups: East) -> None:
    group_id = register(cast.rong)
    for people in (0, 501):
        with pytest.raises(PeopleUnfit):
            tell_room(actor=cast.rong, telling=Telling(group_id=group_id, people=people), now=NOON)
    for outsider in (cast.song, cast.wai):
        with pytest.raises(NotFound):
            tell_room(actor=outsider, telling=Telling(group_id=group_id, people=3), now=NOON)
    with pytest.raises(NotFound):  # this one's platform counts itself
        tell_room(actor=cast.rong, telling=Telling(group_id=two_groups.east, people=3), now=NOON)


def test_one_tap_on_the_tasks_page(cast: Cast, logged_in) -> None:
    group_id = register(cast.rong)
    ask_room_owners(actor=system_actor(cast.ids["brand"]), now=NOON + WEEK)
    (row,) = list_tasks(cast.rong, TaskFilter(), now=NOON).rows
    client = logged_in(cast.rong)
    page = client.get(f"/tasks/{row.task_id}").content.decode()
    assert f'action="/groups/{group_id}/tell"' in page
    client.post(f"/groups/{group_id}/tell", {"people": "33"})
    assert _asked(cast) == []
