"""The page beside a chat: the group it is, its stores, one's tasks there, answered with one tap."""

import io
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.test import Client
from PIL import Image

from qunlian.channel.models import Handle
from qunlian.community.models import Group, Task
from qunlian.community.steps import tasks
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.messaging.actions.upload_media import Upload, upload_media
from qunlian.platforms.wecom.models import Upload as Held
from qunlian.sandboxes.wecom import Sandbox, start
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import group
from tests.platforms.worlds import connect

WORDS = "本群只谈订货和到货，晚上九点后不发消息。"


@pytest.fixture
def room(cast: Cast) -> int:
    """Rong's group on WeCom, with something for her to do in it; Oyang, who owns A1, sits on WeCom too."""
    brand = system_actor(cast.ids["brand"])
    made = group(cast, "PA", steward=cast.rong, people={cast.rong: "owner"})
    with scope.writing(brand):
        Group.objects.filter(pk=made).update(platform="wecom", platform_key="wr1")
        wish = tasks.Wish(
            kind="post",
            source="test",
            source_key="1",
            platform="wecom",
            groups=(made,),
            payload={"text": WORDS},
        )
        tasks.ask(actor=brand, wishes=[wish], at=NOON)
        Handle.objects.create(
            enterprise_id=brand.enterprise_id,
            platform="wecom",
            key="wm1",
            person_id=cast.oyang.person_id,
            met_at=NOON,
        )
    return made


@pytest.fixture
def sandbox(cast: Cast) -> Iterator[Sandbox]:
    made = start()
    connect(made, cast.ids["brand"], authorize_url=f"{made.url}/connect/oauth2/authorize")
    yield made
    made.stop()


def _text(browser: Client, query: str) -> str:
    answer = browser.get(f"/beside/wecom?{query}")
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


def test_an_open_chat_shows_its_group_and_what_to_do(room: int, cast: Cast, logged_in) -> None:
    page = _text(logged_in(cast.rong), "chat=wr1")
    assert "东街群" in page
    assert WORDS in page
    assert "data-send" in page


def test_one_tap_answers_and_stays_beside_the_chat(room: int, cast: Cast, logged_in) -> None:
    brand, browser = system_actor(cast.ids["brand"]), logged_in(cast.rong)
    with scope.reading(brand):
        task = Task.objects.get()
    answer = browser.post(f"/beside/wecom/tasks/{task.pk}", {"answer": "done", "group": str(room)})
    assert answer["Location"] == f"/beside/wecom?group={room}"
    assert WORDS not in _text(browser, f"group={room}")
    with scope.reading(brand):
        assert Task.objects.get().state == "done"


def test_a_customers_chat_shows_his_stores(room: int, cast: Cast, logged_in) -> None:
    page = _text(logged_in(cast.rong), "contact=wm1")
    assert "东街1号便利店" in page
    for actor in (cast.song, cast.wai):
        page = _text(logged_in(actor), "contact=wm1")
        assert "东街1号便利店" not in page
        assert "欧阳" not in page


def test_strangers_see_no_group_of_ours(room: int, cast: Cast, logged_in) -> None:
    for actor in (cast.song, cast.wai):
        for query in ("chat=wr1", "q=", f"group={room}"):
            answer = logged_in(actor).get(f"/beside/wecom?{query}")
            assert "东街群" not in answer.content.decode()
    assert logged_in(cast.ding).get("/beside/wecom?chat=wr1").status_code == HTTPStatus.NOT_FOUND
    assert logged_in(cast.rong).get("/beside/web").status_code == HTTPStatus.NOT_FOUND


def test_without_the_script_the_group_is_chosen_by_hand(room: int, cast: Cast, logged_in) -> None:
    page = _text(logged_in(cast.rong), "")
    assert f"?group={room}" in page
    assert f"?group={room}" not in _text(logged_in(cast.rong), "q=西街")


def test_inside_the_client_one_is_logged_in_by_it(sandbox: Sandbox, cast: Cast) -> None:
    inside = Client(headers={"user-agent": "Mozilla/5.0 wxwork/4.1.10"})
    answer = inside.get("/beside/wecom?chat=wr1")
    assert answer["Location"].startswith("/login/by/wecom?")
    assert "next=%2Fbeside%2Fwecom%3Fchat%3Dwr1" in answer["Location"]
    assert Client().get("/beside/wecom")["Location"].startswith("/login?")


def test_only_our_own_addresses_are_signed(sandbox: Sandbox, cast: Cast, logged_in) -> None:
    browser = logged_in(cast.rong)
    asked = {"address": "http://testserver/beside/wecom?chat=wr1"}
    signed = browser.get("/beside/wecom/sign", asked).json()
    assert signed["company"] == sandbox.corp_id
    told = sandbox.post(
        "page",
        noncestr=signed["nonce"],
        timestamp=str(signed["timestamp"]),
        url=asked["address"],
        signature=signed["signature"],
    )
    assert told["agent_config"]
    for address in ("https://evil.example.com/", "http://[::1"):
        answer = browser.get("/beside/wecom/sign", {"address": address})
        assert answer.status_code == HTTPStatus.NOT_FOUND
    assert browser.get("/beside/wecom/sign").status_code == HTTPStatus.NOT_FOUND


@pytest.fixture
def picture(room: int, cast: Cast) -> str:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "#06803f").save(out, "PNG")
    upload = Upload(kind="image", content=out.getvalue(), group_id=room)
    return upload_media(actor=cast.rong, upload=upload, now=NOON).token


def test_a_picture_is_lent_to_the_client_and_uploaded_once(
    sandbox: Sandbox, picture: str, cast: Cast, logged_in
) -> None:
    browser, address = logged_in(cast.rong), f"/beside/wecom/files/{picture}"
    lent = browser.post(address).json()
    (held,) = sandbox.corp.media.values()
    assert lent == {"kind": "image", "key": held.media_id}
    assert browser.post(address).json() == lent
    assert len(sandbox.corp.media) == 1
    with scope.writing(system_actor(cast.ids["brand"])):
        Held.objects.update(expires_at=NOON)  # long ago
    assert browser.post(address).json()["key"] != held.media_id


def test_nobody_gets_a_picture_lent_that_he_may_not_see(
    sandbox: Sandbox, picture: str, cast: Cast, logged_in
) -> None:
    for actor in (cast.song, cast.wai):
        answer = logged_in(actor).post(f"/beside/wecom/files/{picture}")
        assert answer.status_code == HTTPStatus.NOT_FOUND
    assert logged_in(cast.rong).post("/beside/wecom/files/none").status_code == HTTPStatus.NOT_FOUND
    assert logged_in(cast.rong).post(f"/beside/web/files/{picture}").status_code == 404
    assert logged_in(cast.rong).get(f"/beside/wecom/files/{picture}").status_code == 405
    assert sandbox.corp.media == {}


def test_while_wecom_is_away_the_picture_is_saved_by_hand(
    sandbox: Sandbox, picture: str, cast: Cast, logged_in
) -> None:
    sandbox.stop()
    answer = logged_in(cast.rong).post(f"/beside/wecom/files/{picture}")
    assert answer.status_code == HTTPStatus.BAD_GATEWAY
