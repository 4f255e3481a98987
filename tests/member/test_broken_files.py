"""Files as people really send them: broken, empty, far too large; and a chat whose live line is blocked."""

from collections.abc import Callable

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.models import Media
from qunlian.messaging.queries import tickets
from tests.cast_words import Cast
from tests.messaging.scenes import say, scene

Browser = Callable[[Actor], Client]
MB = 1024 * 1024


@pytest.mark.parametrize(
    ("kind", "name", "content"),
    [
        ("image", "photo.png", b"only a text that calls itself a picture"),
        ("image", "photo.png", b""),
        ("image", "cut.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 20),
        ("video", "film.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * (50 * MB)),
        ("video", "film.mp4", b"MZ no film"),
        ("voice", "voice.webm", b""),
        ("file", "contract.exe", b"MZ"),
    ],
    ids=["text", "empty", "cut", "50 MB", "program", "silence", "kind"],
)
def test_what_cannot_be_used_is_refused_in_words_and_leaves_nothing(
    cast: Cast, logged_in: Browser, kind: str, name: str, content: bytes
) -> None:
    here = scene(cast)
    url = f"/m/chats/{here.a}/media"
    file = SimpleUploadedFile(name, content)
    answer = logged_in(cast.oyang).post(url, {"kind": kind, "file": file, "duration": "3000"})
    assert answer.status_code == 422
    told = answer.json()
    assert told["code"] == "messaging.bad_upload"
    assert "20 MB" in told["text"]
    with scope.reading(cast.hua):
        assert not Media.objects.exists()


def test_without_a_live_line_the_phone_asks_for_changes(
    cast: Cast, logged_in: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = scene(cast)
    say(cast, here.a, "第一句", "第二句")
    phone = logged_in(cast.oyang)
    url = f"/m/chats/{here.a}/changes"
    lines = phone.get(url, {"after": 1}).json()["lines"]
    assert [line["body"]["text"] for line in lines] == ["第二句"]
    ticket = tickets.issue_ticket(cast.oyang)
    assert tickets.read_ticket(ticket) is not None
    passed = signing.time.time() + tickets.LASTS_SECONDS + 1
    monkeypatch.setattr(signing.time, "time", lambda: passed)
    assert tickets.read_ticket(ticket) is None
