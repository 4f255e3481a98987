"""Chats on the phone over HTTP: the story, refusals in words, outsiders, files and their ranges."""

import json
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qunlian.kernel.actor import Actor
from tests.cast_words import Cast
from tests.messaging.scenes import ASKED, say, scene, sent
from tests.messaging.test_upload_media import WEBM, jpeg

Browser = Callable[[Actor], Client]


def _post(client: Client, url: str, **said: object) -> Any:
    return client.post(url, json.dumps(said), content_type="application/json")


def test_a_chat_from_the_list_to_an_answer(cast: Cast, logged_in: Browser) -> None:
    here = scene(cast)
    asked = sent(cast, **ASKED)
    phone = logged_in(cast.oyang)
    assert "东街群" in phone.get("/m/").content.decode()
    page = phone.get(f"/m/chats/{here.a}").content.decode()
    assert json.dumps("买几赠一？") in page  # the newest messages come with the page
    assert len(page) < 20_000
    assert _post(phone, f"/m/chats/{here.a}/post", key="k-00000001", text="收到").json()["seq"] == 2
    changes = phone.get(f"/m/chats/{here.a}/changes?after=1").json()
    assert [line["body"]["text"] for line in changes["lines"]] == ["收到"]
    told = _post(phone, f"/m/chats/{here.a}/answer/{asked}", option=0).json()
    assert told == {"option": 0, "right": 0, "isUnderstood": True}
    marks = _post(phone, f"/m/chats/{here.a}/seen", delivered=2, read=2).json()
    assert marks == {"delivered": 2, "read": 2}
    assert phone.get("/m/ticket").json()["ticket"]
    assert "欧阳店主" in phone.get("/m/me").content.decode()
    older = phone.get(f"/m/chats/{here.a}/messages?before=2").json()
    assert [line["seq"] for line in older["lines"]] == [1]
    assert len(phone.get(f"/m/chats/{here.a}/people").json()["people"]) == 3
    assert _post(phone, f"/m/chats/{here.a}/recall/2").json()["change"] == 3


def test_a_file_is_served_whole_or_in_ranges_to_those_inside(
    cast: Cast, logged_in: Browser
) -> None:
    here = scene(cast)
    phone = logged_in(cast.oyang)

    def upload(kind: str, content: bytes, **more: object) -> str:
        file = SimpleUploadedFile("x", content)
        answer = phone.post(f"/m/chats/{here.a}/media", {"file": file, "kind": kind, **more})
        assert answer.status_code == 200, answer.content
        return str(answer.json()["token"])

    voice = upload("voice", WEBM, duration=2000)
    whole = phone.get(f"/m/media/{voice}")
    assert whole.getvalue() == WEBM
    assert "immutable" in whole["Cache-Control"]
    assert whole["Content-Type"] == "audio/webm"
    part = phone.get(f"/m/media/{voice}", HTTP_RANGE="bytes=0-3")
    assert (part.status_code, part.getvalue()) == (206, WEBM[:4])
    assert part["Content-Range"] == f"bytes 0-3/{len(WEBM)}"
    assert phone.get(f"/m/media/{voice}", HTTP_RANGE="bytes=-4").getvalue() == WEBM[-4:]
    assert phone.get(f"/m/media/{voice}", HTTP_RANGE="bytes=9999-").status_code == 416
    picture = upload("image", jpeg())
    small = phone.get(f"/m/media/{picture}?small=1")
    assert small.getvalue()[:2] == b"\xff\xd8"
    for stranger in (cast.song, cast.wei):
        assert logged_in(stranger).get(f"/m/media/{picture}").status_code == 404
    assert phone.post(f"/m/chats/{here.a}/media", {"kind": "image"}).status_code == 422


def test_refusals_are_said_in_words(cast: Cast, logged_in: Browser) -> None:
    here = scene(cast)
    refused = _post(logged_in(cast.oyang), f"/m/chats/{here.a}/post", key="k-00000001", text=" ")
    assert refused.status_code == 422
    assert refused.json()["code"] == "messaging.bad_message"
    assert refused.json()["text"]
    broken = logged_in(cast.oyang).post(
        f"/m/chats/{here.a}/post", "[", content_type="application/json"
    )
    assert broken.status_code == 422


def test_outsiders_find_nothing_and_strangers_log_in(cast: Cast, logged_in: Browser) -> None:
    here = scene(cast)
    for stranger in (cast.wei, cast.song):
        browser = logged_in(stranger)
        assert browser.get(f"/m/chats/{here.a}").status_code == 404
        assert browser.get(f"/m/chats/{here.a}/messages").status_code == 404
        assert (
            _post(browser, f"/m/chats/{here.a}/post", key="k-00000001", text="x").status_code == 404
        )
    assert logged_in(cast.hua).get(f"/m/chats/{here.a}").status_code == 200  # looks on
    for page in ("", "/about"):
        assert logged_in(cast.wei).get(f"/m/chats/{here.a}{page}").status_code == 404
        turned_away = Client().get(f"/m/chats/{here.a}{page}")
        assert turned_away["Location"].startswith("/m/lost?next=")
    assert Client().get(f"/m/chats/{here.a}/messages").status_code == 401


def test_the_list_costs_the_same_for_one_message_and_for_forty(
    cast: Cast, logged_in: Browser
) -> None:
    here = scene(cast)
    phone = logged_in(cast.oyang)
    say(cast, here.a, "一")
    counts = []
    for url in ("/m/", f"/m/chats/{here.a}"):
        with CaptureQueriesContext(connection) as few:
            phone.get(url)
        counts.append(len(few))
    say(cast, here.a, *[str(n) for n in range(40)], by=cast.ma)
    for url, before in zip(("/m/", f"/m/chats/{here.a}"), counts, strict=True):
        with CaptureQueriesContext(connection) as many:
            phone.get(url)
        assert len(many) == before
    assert max(counts) <= 30


def test_somebody_whose_phone_forgot_him_learns_how_to_come_in_again(
    cast: Cast, logged_in: Browser
) -> None:
    page = Client().get("/m/lost?next=/m/me").content.decode()
    assert "/login?next=/m/me" in page
    assert "/login?next=/m/" in Client().get("/m/lost?next=//evil.example").content.decode()
    assert logged_in(cast.oyang).get("/m/lost?next=/m/me")["Location"] == "/m/me"


def test_me_tells_name_stores_and_how_much_is_new(cast: Cast, logged_in: Browser) -> None:
    here = scene(cast)
    say(cast, here.a, "一", "二", "三")
    page = logged_in(cast.oyang).get("/m/me").content.decode()
    assert "欧阳店主" in page
    assert "东街1号便利店" in page
    assert '<span aria-hidden="true">3</span>' in page  # beside the chats' tab
    staff = logged_in(cast.rong).get("/m/me").content.decode()
    assert 'href="/"' in staff  # the console
    assert 'href="/"' not in page


def test_the_people_of_a_group_are_shown_with_what_they_are_there(
    cast: Cast, logged_in: Browser
) -> None:
    here = scene(cast)
    page = logged_in(cast.oyang).get(f"/m/chats/{here.a}/about").content.decode()
    assert page.index("荣业务") < page.index("欧阳店主")
    start = logged_in(cast.oyang).get(f"/m/chats/{here.a}").content.decode()
    assert f'"{cast.rong.person_id}": ' in start  # the script labels staff


def test_the_old_address_of_the_list_leads_on(cast: Cast, logged_in: Browser) -> None:
    assert logged_in(cast.oyang).get("/m/chats")["Location"] == "/m/"
