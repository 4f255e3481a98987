"""judge_lives: a group fades when its members fall silent, and wakes when one speaks or orders."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from qunlian.channel.queries.audit import history
from qunlian.commerce.actions.place_order import NewOrder, place_order
from qunlian.community.models import Group
from qunlian.insight import jobs
from qunlian.insight.actions.judge_lives import JudgedLives, judge_lives
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.messaging.steps import Incoming, take_in
from tests.cast_words import NOON, Cast
from tests.commerce.shop import open_shop
from tests.community import make
from tests.settled import wait_for_journal

SOON = NOON + timedelta(days=20)
LATE = NOON + timedelta(days=22)


@pytest.fixture
def room(cast: Cast) -> int:
    ids = cast.ids
    made = make.group(
        ids["brand"], "东片一群", territory_id=ids["PA"], store_ids=(ids["A1"],), life="live"
    )
    make.member(cast.rong, made, role="steward")
    make.member(cast.oyang, made, store_id=ids["A1"])
    return made


def _judge(cast: Cast, now: datetime) -> JudgedLives:
    return judge_lives(actor=system_actor(cast.ids["brand"]), days=21, now=now)


def _life(cast: Cast, group_id: int) -> str:
    with scope.reading(cast.hua):
        return Group.objects.get(pk=group_id).life


def _say(cast: Cast, group_id: int, who: Actor, at: datetime) -> None:
    brand = system_actor(cast.ids["brand"])
    line = Incoming(
        key=f"{at}", kind="text", body={"text": "在"}, posted_at=at, sender_person_id=who.person_id
    )
    with scope.writing(brand):
        take_in(brand, group_id, [line])


def test_silence_lets_it_fade_and_a_word_wakes_it(cast: Cast, room: int) -> None:
    assert _judge(cast, SOON) == JudgedLives(faded=0, woken=0)
    assert _judge(cast, LATE) == JudgedLives(faded=1, woken=0)
    assert _life(cast, room) == "fading"
    assert _judge(cast, LATE + timedelta(days=1)) == JudgedLives(faded=0, woken=0)
    _say(cast, room, cast.oyang, LATE + timedelta(days=2))
    assert _judge(cast, LATE + timedelta(days=3)) == JudgedLives(faded=0, woken=1)
    assert _life(cast, room) == "live"
    wait_for_journal()
    with scope.reading(cast.hua):
        names = [line.name for line in history(cast.hua, "group", room).rows]
    assert names[:2] == ["insight.groups_woken", "insight.groups_faded"]


def test_a_members_word_keeps_it_alive_a_colleagues_does_not(cast: Cast, room: int) -> None:
    _say(cast, room, cast.rong, LATE - timedelta(days=1))
    assert _judge(cast, LATE).faded == 1
    _say(cast, room, cast.rong, LATE + timedelta(days=1))
    assert _judge(cast, LATE + timedelta(days=2)).woken == 0


def test_an_order_of_a_store_of_the_group_counts(cast: Cast, room: int) -> None:
    shop = open_shop(cast)
    wish = NewOrder(
        store_id=cast.ids["A1"],
        quantities=((shop.biscuits, 1),),
        pay_mode="account",
        request_key="one",
    )
    place_order(actor=cast.oyang, order=wish, now=LATE - timedelta(days=1))
    assert _judge(cast, LATE).faded == 0


@pytest.mark.parametrize("platform", ["personal", "wecom"])
def test_silence_says_nothing_where_nobody_can_hear(
    cast: Cast, room: int, platform: str, logged_in: Callable[[Actor], Client]
) -> None:
    with scope.writing(cast.hua):
        Group.objects.filter(pk=room).update(platform=platform)
    assert _judge(cast, LATE) == JudgedLives(faded=0, woken=0)
    page = logged_in(cast.hua).get(f"/groups/{room}?tab=messages").content.decode()
    assert "不知道" in page
    _say(cast, room, cast.oyang, LATE)  # it is heard after all: by an archive, or somebody's hand
    assert _judge(cast, LATE + timedelta(days=20)).faded == 0
    assert _judge(cast, LATE + timedelta(days=22)).faded == 1


def test_a_word_from_before_it_was_called_fading_does_not_wake_it(cast: Cast, room: int) -> None:
    from qunlian.community.actions.fade_group import fade_group

    _say(cast, room, cast.oyang, NOON)
    fade_group(actor=cast.hua, group_id=room, now=NOON + timedelta(days=1))
    assert _judge(cast, NOON + timedelta(days=2)) == JudgedLives(faded=0, woken=0)


def test_other_enterprises_and_lives_are_left_alone(cast: Cast, room: int) -> None:
    inviting = make.group(cast.ids["brand"], "新群", territory_id=cast.ids["PA"])
    other = system_actor(cast.ids["other"])
    assert judge_lives(actor=other, days=21, now=LATE) == JudgedLives(faded=0, woken=0)
    _judge(cast, LATE)
    assert _life(cast, inviting) == "inviting"


def test_the_nightly_job(cast: Cast, room: int) -> None:
    from django.test import override_settings

    with override_settings(FADING_DAYS=-3650):
        jobs.judge_lives(0)
    assert _life(cast, room) in {"live", "fading"}
