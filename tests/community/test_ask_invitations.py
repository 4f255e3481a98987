"""Stores whose room nobody can move them into are invited, and who is in by then vanishes from the task."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from qunlian.channel.steps import public_codes
from qunlian.community.actions.ask_invitations import ask_invitations
from qunlian.community.actions.finish_task import TaskAnswer, finish_task
from qunlian.community.models import Group, GroupStore, Task
from qunlian.community.queries.groups import group_card
from qunlian.community.queries.join import stores_to_invite
from qunlian.community.rules import life
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from tests.cast_words import NOON, Cast
from tests.community import make, ways


def _group(cast: Cast, *stores: str, **facts: object) -> int:
    """A group of Rong's whose room stands on the platform with codes; its stores have their own."""
    brand = system_actor(cast.ids["brand"])
    usual: dict[str, object] = {"platform": "coded", "steward_staff_id": cast.ids["R1"]}
    ids = tuple(cast.ids[code] for code in stores)
    group_id = make.group(
        brand.enterprise_id,
        "东片老板群",
        territory_id=cast.ids["PA"],
        store_ids=ids,
        **usual | facts,
    )
    with scope.writing(brand):
        public_codes(actor=brand, kind="store", target_ids=ids)
    return group_id


def _ask(cast: Cast) -> int:
    return ask_invitations(actor=system_actor(cast.ids["brand"]), now=NOON).tasks


def _tasks(cast: Cast) -> list[tuple[str, str, int | None]]:
    with scope.reading(cast.hua):
        rows = Task.objects.filter(kind="invite").order_by("pk")
        return list(rows.values_list("state", "source_key", "assignee_staff_id"))


def test_the_steward_is_asked_once_and_again_for_later_stores(cast: Cast) -> None:
    with ways.coded():
        group_id = _group(cast, "A1", "A2")
        _group(cast, "A3", life="planned")  # its room is not open yet
        make.group(cast.ids["brand"], "自建群", territory_id=cast.ids["PA"], store_ids=())
        assert _ask(cast) == 1
        assert _ask(cast) == 0
        ((state, _key, staff),) = _tasks(cast)
        assert (state, staff) == ("with_person", cast.ids["R1"])
        with scope.writing(system_actor(cast.ids["brand"])):
            GroupStore.objects.create(
                enterprise_id=cast.ids["brand"],
                layer="store",
                store_id=cast.ids["A4"],
                group_id=group_id,
                since_at=NOON + timedelta(days=1),
            )
        assert _ask(cast) == 1
        assert [state for state, *_ in _tasks(cast)] == ["withdrawn", "with_person"]


def test_whoever_cannot_is_not_asked_for_the_same_again(cast: Cast) -> None:
    with ways.coded():
        _group(cast, "A1")
        _ask(cast)
        with scope.reading(cast.hua):
            task_id = Task.objects.get(kind="invite").pk
        answer = TaskAnswer(task_id=task_id, state="refused", reason="not_mine")
        finish_task(actor=cast.rong, answer=answer, now=NOON)
        assert _ask(cast) == 0
        assert [state for state, *_ in _tasks(cast)] == ["refused"]


def test_done_when_the_readings_show_all_of_them_in(
    cast: Cast, logged_in: Callable[[Actor], Client]
) -> None:
    from qunlian.community import inviting

    with ways.coded():
        group_id = _group(cast, "A1", "A2")
        _ask(cast)
        assert [one.name for one in stores_to_invite(cast.rong, group_id)] == [
            "东街1号便利店",
            "东街2号便利店",
        ]
        with scope.reading(cast.hua):
            task = Task.objects.get(kind="invite")
        page = logged_in(cast.rong).get(f"/tasks/{task.pk}").content.decode()
        assert f"/m/j/{task.payload['code']}" in page
        assert "东街2号便利店" in page
        assert "<svg" in page
        make.member(cast.oyang, group_id, store_id=cast.ids["A1"])
        brand = system_actor(cast.ids["brand"])
        with scope.writing(brand):
            inviting.settle(brand, [group_id], NOON)
        assert [state for state, *_ in _tasks(cast)] == ["with_person"]
        assert len(stores_to_invite(cast.rong, group_id)) == 1
        make.member(cast.ding, group_id, store_id=cast.ids["A2"])
        with scope.writing(brand):
            inviting.settle(brand, [group_id], NOON)
        assert [state for state, *_ in _tasks(cast)] == ["done"]
        card = group_card(cast.hua, group_id)
        assert (card.life, card.stores_joined, card.next_step) == ("live", 2, "")


def test_a_group_says_what_it_needs_next(cast: Cast) -> None:
    group_id = make.group(
        cast.ids["brand"],
        "东片群",
        territory_id=cast.ids["PA"],
        store_ids=tuple(cast.ids[code] for code in ("A1", "A2", "A3")),
    )
    card = group_card(cast.hua, group_id)
    assert (card.next_step, card.stores_needed) == ("invite", 1)
    with scope.writing(system_actor(cast.ids["brand"])):
        Group.objects.filter(pk=group_id).update(platform_key="", life="planned")
    assert group_card(cast.hua, group_id).next_step == "open_room"


@pytest.mark.parametrize(
    ("state", "is_there", "stores", "joined", "step"),
    [
        ("planned", False, 5, 0, "open_room"),
        ("inviting", True, 5, 0, "invite"),
        ("live", True, 5, 4, "invite"),
        ("live", True, 5, 5, ""),
        ("fading", True, 5, 5, "wake"),
        ("merged", True, 5, 0, ""),
    ],
)
def test_next_steps(state: str, is_there: bool, stores: int, joined: int, step: str) -> None:
    assert life.next_step(state, is_there=is_there, stores=stores, stores_joined=joined) == step
