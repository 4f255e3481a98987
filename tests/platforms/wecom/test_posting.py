"""Mass messages: asked once whatever is lost, found again, counted, worded within what WeCom takes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from qunlian.kernel import clock, scope
from qunlian.kernel.actor import system_actor
from qunlian.platforms.port import Outcome, Post
from qunlian.platforms.registry import platform
from qunlian.platforms.wecom.errors import WeComTrouble
from qunlian.platforms.wecom.models import MassPost, MassTask
from qunlian.platforms.wecom.wording import cut, wording
from tests.cast_words import Cast
from tests.platforms.wecom.scripted import Scripted
from tests.platforms.worlds import WeComWorld, a_post, connect, world

ADD = "externalcontact/add_msg_template"


@pytest.fixture
def there(cast: Cast) -> Iterator[WeComWorld]:
    with world("wecom", cast) as opened:
        assert isinstance(opened, WeComWorld)
        connect(opened.sandbox, opened.brand, unknown_settle_seconds=0.2, timeout_seconds=2)
        yield opened


def _messages(there: WeComWorld) -> list[dict]:
    return there.sandbox.get("truth")["mass_messages"]


def test_one_owners_rooms_are_one_task_each_owner_has_his_own(there: WeComWorld) -> None:
    there.sandbox.post("people/hire", userid="p2", name="李强")
    other = there.sandbox.post("people/make_group", userid="p2", name="二群")["chat_id"]
    rooms = [there.room(f"g{n}") for n in range(3)]
    posts = [a_post(room, f"m{n}") for n, room in enumerate([*rooms, other])]
    told = there.adapter.post(there.brand, posts, now=clock.now())
    assert {one.outcome for one in told} == {Outcome.WITH_PERSON}
    assert len(_messages(there)) == 2
    assert len({one.key for one in told[:3]}) == 1
    there.sandbox.post("people/confirm_mass", userid="p2", msgid=told[3].key)
    seen = there.adapter.look_up(there.brand, [f"m{n}" for n in range(4)])
    assert [one.outcome for one in seen] == [Outcome.WITH_PERSON] * 3 + [Outcome.SENT]


@pytest.mark.parametrize("seed", range(4))
def test_a_lost_answer_is_found_and_nothing_is_asked_twice(there: WeComWorld, seed: int) -> None:
    room = there.room()
    there.adapter.read_rooms(there.brand, [room])
    there.sandbox.world.seed = seed
    there.sandbox.post("weather", answers_lost=1.0)
    (told,) = there.adapter.post(there.brand, [a_post(room, "m1")], now=clock.now())
    assert told.outcome is Outcome.UNKNOWN
    assert len(_messages(there)) == 1
    there.sandbox.post("weather", preset="calm")
    (again,) = there.adapter.post(there.brand, [a_post(room, "m1")], now=clock.now())
    assert (again.outcome, again.key) == (Outcome.WITH_PERSON, _messages(there)[0]["msgid"])
    assert len(_messages(there)) == 1


def test_what_never_arrived_is_asked_again_once_that_is_sure(there: WeComWorld) -> None:
    room, began = there.room(), clock.now()
    there.adapter.read_rooms(there.brand, [room])
    there.sandbox.post("weather", calls_busy=1.0)
    (told,) = there.adapter.post(there.brand, [a_post(room, "m1")], now=began)
    assert told.outcome is Outcome.UNKNOWN
    there.sandbox.post("weather", preset="calm")
    connect(there.sandbox, there.brand, unknown_settle_seconds=3600)
    (early,) = there.adapter.look_up(there.brand, ["m1"])
    assert early.outcome is Outcome.UNKNOWN
    connect(there.sandbox, there.brand, unknown_settle_seconds=0)
    (late,) = there.adapter.look_up(there.brand, ["m1"])
    assert (late.outcome, late.problem) == (Outcome.REFUSED, "never_seen")
    (again,) = there.adapter.post(there.brand, [a_post(room, "m1")], now=clock.now())
    assert again.outcome is Outcome.WITH_PERSON
    assert len(_messages(there)) == 1


def test_the_same_words_to_other_rooms_are_not_taken_for_the_lost_ones(there: WeComWorld) -> None:
    one, two = there.room("g1"), there.room("g2")
    there.adapter.read_rooms(there.brand, [one, two])
    there.adapter.post(there.brand, [a_post(two, "m2")], now=clock.now())
    there.sandbox.post("weather", calls_busy=1.0)
    there.adapter.post(there.brand, [a_post(one, "m1")], now=clock.now())
    there.sandbox.post("weather", preset="calm")
    (told,) = there.adapter.look_up(there.brand, ["m1"])
    assert told.outcome in {Outcome.UNKNOWN, Outcome.REFUSED}


def test_a_room_gets_no_more_than_its_month(there: WeComWorld) -> None:
    connect(there.sandbox, there.brand, masses_per_month=2)
    room, now = there.room(), clock.now()
    told = [
        there.adapter.post(
            there.brand, [a_post(room, f"m{n}", f"第{n}次")], now=now + timedelta(0, n)
        )
        for n in range(3)
    ]
    assert [one.outcome for (one,) in told] == [Outcome.WITH_PERSON] * 2 + [Outcome.REFUSED]
    assert (told[2][0].problem, told[2][0].is_permanent) == ("month_used_up", False)


def test_what_the_platform_refuses_is_not_counted(there: WeComWorld) -> None:
    connect(there.sandbox, there.brand, masses_per_month=1)
    room, now = there.room(), clock.now()
    there.adapter.read_rooms(there.brand, [room])
    there.sandbox.post("app", is_callable_for_customers=False)
    (refused,) = there.adapter.post(there.brand, [a_post(room, "m1")], now=now)
    assert (refused.outcome, refused.is_permanent) == (Outcome.REFUSED, True)
    there.sandbox.post("app", is_callable_for_customers=True)
    (told,) = there.adapter.post(there.brand, [a_post(room, "m1")], now=now + timedelta(0, 1))
    assert told.outcome is Outcome.WITH_PERSON


def test_what_wecom_itself_keeps_from_a_room_is_told(there: WeComWorld) -> None:
    there.sandbox.post("settings", mass_per_month=1)
    room = there.room()
    there.adapter.post(
        there.brand, [a_post(room, "m1", "一"), a_post(room, "m2", "二")], now=clock.now()
    )
    there.confirm()
    first, second = there.adapter.look_up(there.brand, ["m1", "m2"])
    outcomes = {first.outcome, second.outcome}
    assert outcomes == {Outcome.SENT, Outcome.REFUSED}


def test_an_owner_is_reminded_three_times_a_day(there: WeComWorld) -> None:
    posts = [a_post(there.room(f"g{n}"), f"m{n}") for n in range(2)]
    there.adapter.post(there.brand, posts, now=clock.now())
    told = [there.adapter.remind(there.brand, ["m0", "m1", "m7"]) for _ in range(4)]
    assert [one[0].outcome for one in told] == [Outcome.SENT] * 3 + [Outcome.REFUSED]
    assert told[3][1].problem == "reminded_often"
    assert told[0][2].problem == "never_seen"


def test_a_worker_that_died_before_the_answer_asks_nothing_twice(there: WeComWorld) -> None:
    room = there.room()
    there.adapter.post(there.brand, [a_post(room, "m1")], now=clock.now())
    with scope.writing(system_actor(there.brand)):
        MassTask.objects.update(state="asking", msgid="")
        MassPost.objects.update(state="asking")
    (told,) = there.adapter.post(there.brand, [a_post(room, "m1")], now=clock.now())
    assert told.outcome is Outcome.WITH_PERSON
    assert len(_messages(there)) == 1


def test_an_odd_list_of_tasks_does_not_hide_the_one_that_was_lost(
    server: Scripted, connect, cast: Cast
) -> None:
    brand = connect(server)
    answer = {"errcode": 0}
    room = {"chat_id": "wr1", "name": "n", "owner": "w", "member_list": [], "member_version": "1"}
    server.says["externalcontact/groupchat/get"] = [answer | {"group_chat": room}]
    server.says[ADD] = [None]
    (told,) = platform("wecom").post(brand, [a_post("wr1", "m1")], now=clock.now())
    assert told.outcome is Outcome.UNKNOWN
    other = {"msgid": "other", "create_time": "1763793600", "text": {"content": "早上好"}}
    server.says["externalcontact/get_groupmsg_list_v2"] = [
        answer | {"group_msg_list": [], "next_cursor": "c1"},
        answer | {"group_msg_list": [other, {"msgid": "x", "text": None}], "next_cursor": "c2"},
        answer | {"group_msg_list": [other | {"msgid": "ours"}], "next_cursor": "c2"},
    ]
    server.says["externalcontact/get_groupmsg_task"] = [answer | {"task_list": [{"userid": "w"}]}]
    server.says["externalcontact/get_groupmsg_send_result"] = [
        lambda body: (
            answer
            | {"send_list": [{"chat_id": "wr1" if body["msgid"] == "ours" else "wr2", "status": 1}]}
        )
    ]
    (found,) = platform("wecom").look_up(brand, ["m1"])
    assert (found.outcome, found.key) == (Outcome.SENT, "ours")


@given(text=st.text(max_size=3000), limit=st.integers(3, 4000))
def test_a_text_is_cut_within_its_bytes_between_characters(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short.encode()) <= limit
    assert short == text or text.startswith(short[:-1])


def test_every_kind_is_worded() -> None:
    question = {"text": "新品到店", "question": "何时开始？", "options": ["今天", "明天"]}
    assert wording("question", question).content == "新品到店\n何时开始？\nA. 今天\nB. 明天"
    card = {"kind": "product", "product_id": 7, "title": "清茶", "price_fen": 4550, "text": "看"}
    assert wording("card", card).content == "看\n清茶 ¥45.50"
    (link,) = wording("card", card, public_url="https://q.example/").attachments
    assert link["link"]["url"] == "https://q.example/m/products/7"
    picture = {"media": "token", "text": "陈列"}
    (image,) = wording("image", picture, media_id="MEDIA").attachments
    assert image == {"msgtype": "image", "image": {"media_id": "MEDIA"}}
    (video,) = wording("question", {"media": "t", "media_kind": "video"}, media_id="M").attachments
    assert video["msgtype"] == "video"
    passed = {"text": "原话", "wording": "请转", "wording_by": "王芳"}
    assert wording("text", passed).content == "王芳：请转\n原话"
    long = wording("text", {"text": "长" * 2000}).content
    assert len(long.encode()) <= 4000


def test_a_picture_goes_along_once_or_the_words_alone_when_it_is_gone(
    server: Scripted, connect
) -> None:
    brand = connect(server)
    room = {"chat_id": "wr1", "name": "n", "owner": "w", "member_list": [], "member_version": "1"}
    server.says["externalcontact/groupchat/get"] = [{"errcode": 0, "group_chat": room}]
    server.says["media/upload"] = [{"errcode": 0, "media_id": "MEDIA"}]
    server.says[ADD] = [{"errcode": 0, "msgid": f"msg{n}"} for n in range(3)]
    posts = [
        Post(
            client_msg_id=f"m{n}",
            room_key="wr1",
            kind="image",
            body={"media": token, "text": f"{n}"},
        )
        for n, token in enumerate(["there", "gone", "there"])
    ]
    with override_settings(QUNLIAN_MEDIA_FINDER="tests.platforms.wecom.test_posting.find"):
        told = platform("wecom").post(brand, posts, now=clock.now())
    assert {one.outcome for one in told} == {Outcome.WITH_PERSON}
    shown = {one["text"]["content"]: one.get("attachments") for one in server.asked[ADD]}
    picture = [{"msgtype": "image", "image": {"media_id": "MEDIA"}}]
    assert shown == {"0": picture, "1": None, "2": picture}
    assert len(server.asked["media/upload"]) == 1


def test_a_picture_that_cannot_be_uploaded_spends_nothing(server: Scripted, connect) -> None:
    brand = connect(server, masses_per_month=1)
    room = {"chat_id": "wr1", "name": "n", "owner": "w", "member_list": [], "member_version": "1"}
    server.says["externalcontact/groupchat/get"] = [{"errcode": 0, "group_chat": room}]
    server.says["media/upload"] = [{"errcode": 40058}]
    server.says[ADD] = [{"errcode": 0, "msgid": "msg1"}]
    post = Post(client_msg_id="m1", room_key="wr1", kind="image", body={"media": "there"})
    with (
        override_settings(QUNLIAN_MEDIA_FINDER="tests.platforms.wecom.test_posting.find"),
        pytest.raises(WeComTrouble),
    ):
        platform("wecom").post(brand, [post], now=clock.now())
    (told,) = platform("wecom").post(brand, [a_post("wr1", "m1")], now=clock.now())
    assert told.outcome is Outcome.WITH_PERSON


def find(actor, token: str):
    """Stands for the messages' own finder: one picture is there."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from qunlian.kernel.errors import NotFound
    from qunlian.messaging.queries.media import MediaFile

    if token != "there":
        raise NotFound(kind="media", id=token)
    path = default_storage.save("there.jpg", ContentFile(b"\xff\xd8\xff" + b"x" * 64))
    return MediaFile(path=path, content_type="image/jpeg", bytes=67)
