"""Reading a group's messages at the console is kept, once a page, and is nobody else's to do."""

from collections.abc import Callable

import pytest
from django.test import Client

from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound
from qunlian.messaging.actions.view_messages import view_messages
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import say, scene
from tests.messaging.test_view_receipts import facts
from tests.settled import wait_for_journal

VIEWED = "messaging.messages_viewed"


def test_each_look_is_kept_with_its_page(cast: Cast) -> None:
    here = scene(cast)
    say(cast, here.a, "周三送货", "请清点")
    lines = view_messages(actor=cast.hua, group_id=here.a, now=NOON)
    assert [line.body["text"] for line in lines] == ["周三送货", "请清点"]
    (first,) = view_messages(actor=cast.hua, group_id=here.a, before_seq=2, now=NOON)
    assert first.seq == 1
    assert facts(cast, VIEWED) == 2


def test_only_the_tab_of_messages_counts_and_the_timeline_stays_clean(
    cast: Cast, logged_in: Callable[[Actor], Client]
) -> None:
    here = scene(cast)
    say(cast, here.a, "周三送货")
    client = logged_in(cast.hua)
    for tab in ("members", "stores", "orders", "timeline"):
        assert client.get(f"/groups/{here.a}?tab={tab}").status_code == 200
    assert facts(cast, VIEWED) == 0
    assert "周三送货" in client.get(f"/groups/{here.a}?tab=messages").content.decode()
    assert facts(cast, VIEWED) == 1
    wait_for_journal()
    assert "查看了群消息" not in client.get(f"/groups/{here.a}?tab=timeline").content.decode()
    assert "查看了群消息" in client.get("/audit").content.decode()


def test_a_stranger_finds_nothing_and_leaves_no_trace(cast: Cast) -> None:
    here = scene(cast)
    for stranger, group_id in ((cast.wai, here.a), (cast.rong, here.b), (cast.song, here.a)):
        with pytest.raises(NotFound):
            view_messages(actor=stranger, group_id=group_id, now=NOON)
    assert facts(cast, VIEWED) == 0
