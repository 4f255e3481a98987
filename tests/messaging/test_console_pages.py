"""Broadcasts in the console: from the form to the decay page, and what others find there."""

from collections.abc import Callable

from django.test import Client

from qunlian.kernel.actor import Actor
from qunlian.messaging.queries.broadcasts import list_broadcasts
from qunlian.messaging.queries.relays import my_relays
from tests.cast_words import Cast
from tests.messaging.scenes import ASKED, compose, deliver, scene, sent

Browser = Callable[[Actor], Client]
FORM = {
    "title": "中秋政策",
    "text": "买十赠一",
    "question": "买几赠一？",
    "option0": "买十赠一",
    "option1": "买五赠一",
    "right": "0",
    "mode": "direct",
    "layer": ["store"],
    "life": ["live"],
}


def _page(browser: Client, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def test_from_the_form_to_the_result(cast: Cast, logged_in: Browser) -> None:
    scene(cast)
    desk = logged_in(cast.hua)
    assert "写消息" in _page(desk, "/broadcasts/new") or "Write a message" in _page(
        desk, "/broadcasts/new"
    )
    kept = desk.post("/broadcasts/new", FORM)
    assert kept.status_code == 302
    url = kept["Location"]
    broadcast_id = int(url.rsplit("/", 1)[1])
    assert "买十赠一" in _page(desk, url)
    assert "买十赠一" in _page(desk, f"{url}/edit")
    assert desk.post(f"{url}/send", {"when": "now"}).status_code == 302
    assert desk.get(f"{url}/progress").status_code == 200
    deliver(cast, broadcast_id)
    for page in ("", "/result", "/decay"):
        _page(desk, url + page)
    (card,) = list_broadcasts(cast.hua).rows
    assert card.state == "sent"
    group = scene_group(cast)
    assert "欧阳店主" in _page(desk, f"{url}/groups/{group}")
    assert "中秋政策" in _page(desk, "/broadcasts")


def scene_group(cast: Cast) -> int:
    from qunlian.messaging.queries.chats import my_chats

    return my_chats(cast.oyang)[0].group_id


def test_what_is_missing_is_said_and_nothing_typed_is_lost(cast: Cast, logged_in: Browser) -> None:
    answer = logged_in(cast.hua).post("/broadcasts/new", FORM | {"title": "", "right": ""})
    assert answer.status_code == 200
    assert "买五赠一" in answer.content.decode()
    assert "is-invalid" in answer.content.decode()


def test_a_task_of_the_cascade_is_read_answered_and_passed_on(
    cast: Cast, logged_in: Browser
) -> None:
    scene(cast)
    broadcast_id = compose(cast, mode="cascade", **ASKED)
    desk = logged_in(cast.hua)
    assert (
        desk.post(f"/broadcasts/{broadcast_id}/send", {"when": "now", "hours": "48"}).status_code
        == 302
    )
    deliver(cast, broadcast_id)
    manager = logged_in(cast.ma)
    (task,) = my_relays(cast.ma)
    url = f"/relays/{task.relay_id}"
    assert "中秋政策" in _page(manager, "/relays")
    assert "disabled" in _page(manager, url)
    assert manager.post(f"{url}/answer", {"option": "0"}).status_code == 302
    assert manager.post(f"{url}/pass", {"wording": ""}).status_code == 302
    assert len(my_relays(cast.rong)) == 1
    _page(desk, f"/broadcasts/{broadcast_id}/result")
    _page(desk, f"/broadcasts/{broadcast_id}/decay")
    for stranger in (cast.song, cast.wai):
        assert logged_in(stranger).get(url).status_code == 404


def test_others_find_nothing(cast: Cast, logged_in: Browser) -> None:
    scene(cast)
    draft, done = compose(cast), sent(cast)
    outsider, owner = logged_in(cast.wai), logged_in(cast.oyang)
    for broadcast_id in (draft, done):
        for page in ("", "/edit", "/result", "/decay", "/progress"):
            assert outsider.get(f"/broadcasts/{broadcast_id}{page}").status_code == 404
            assert owner.get(f"/broadcasts/{broadcast_id}{page}").status_code == 404
    assert outsider.post(f"/broadcasts/{draft}/send", {"when": "now"}).status_code == 404
    rep = logged_in(cast.rong)
    assert rep.get(f"/broadcasts/{draft}").status_code == 404
    assert rep.get(f"/broadcasts/{done}/result").status_code == 200
