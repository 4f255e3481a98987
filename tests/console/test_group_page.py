"""One group's page: people, messages, orders and history, each tab paged by key, for whom it is."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qunlian.commerce.actions.place_order import NewOrder, place_order
from qunlian.community.actions.rename_group import GroupRename, rename_group
from qunlian.kernel.actor import Actor
from tests.cast_words import NOON, Cast
from tests.commerce.shop import open_shop
from tests.community import make
from tests.community.make import member
from tests.messaging.scenes import group, say
from tests.settled import wait_for_journal

LoggedIn = Callable[[Actor], Client]


@pytest.fixture
def room(cast: Cast) -> int:
    made = group(
        cast,
        "PA",
        steward=cast.rong,
        people={cast.rong: "steward", cast.ma: "superior"},
        name="东街老板群",
    )
    member(cast.oyang, made, store_id=cast.ids["A1"])
    return made


def _order(cast: Cast, room: int, product: int, key: str) -> int:
    wish = NewOrder(
        store_id=cast.ids["A1"],
        quantities=((product, 1),),
        pay_mode="account",
        request_key=key,
        group_id=room,
    )
    return place_order(actor=cast.oyang, order=wish, now=NOON).order_id


def _page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def _next(page: str) -> str:
    found = re.search(r'href="([^"]*after=[^"]*)"[^>]*rel="next"', page)
    return found.group(1).replace("&amp;", "&") if found else ""


def test_messages_are_shown_newest_first_and_paged(
    cast: Cast, room: int, logged_in: LoggedIn
) -> None:
    say(cast, room, *[f"第{n}句" for n in range(1, 41)])
    client = logged_in(cast.hua)
    address = f"/groups/{room}?tab=messages"
    first = _page(client, address)
    assert "第40句" in first
    assert not re.search(r"第10句\s", first)
    assert first.index("第40句") < first.index("第39句")
    second = _page(client, f"/groups/{room}{_next(first)}")
    assert re.search(r"第10句\s", second)
    assert re.search(r"第1句\s", second)
    assert _next(second) == ""
    own = re.search(r'href="(\?tab=messages&amp;after=\d+)#message-\d+"', first)
    assert own is not None
    assert "第40句" in _page(client, f"/groups/{room}{own.group(1).replace('&amp;', '&')}")


def test_orders_lead_to_the_order_and_the_store(cast: Cast, room: int, logged_in: LoggedIn) -> None:
    shop = open_shop(cast)
    order = _order(cast, room, shop.biscuits, "one")
    for actor in (cast.hua, cast.rong):
        page = _page(logged_in(actor), f"/groups/{room}?tab=orders")
        assert f'href="/orders/{order}"' in page
        assert f'href="/stores/{cast.ids["A1"]}"' in page
        assert "苏打饼干×1" in page


def test_the_timeline_says_who_did_it_and_survives_a_broken_key(
    cast: Cast, room: int, logged_in: LoggedIn
) -> None:
    for n in range(25):
        rename = GroupRename(group_id=room, name=f"新名{n}")
        rename_group(actor=cast.rong, rename=rename, now=NOON)
    client = logged_in(cast.hua)
    wait_for_journal()
    page = _page(client, f"/groups/{room}?tab=timeline")
    assert "荣业务" in page
    assert "新名24" in page
    assert "新名0<" in _page(client, f"/groups/{room}{_next(page)}")
    for broken in ("x~1", "~", "2026-01-01~1", "9" * 40):
        for tab in ("members", "messages", "orders", "timeline"):
            _page(client, f"/groups/{room}?tab={tab}&after={broken}")


def test_members_are_paged_and_the_chat_opens_for_who_sits_in_it(
    cast: Cast, room: int, logged_in: LoggedIn
) -> None:
    chat = f'href="/m/chats/{room}"'
    assert chat in _page(logged_in(cast.rong), f"/groups/{room}")
    page = _page(logged_in(cast.hua), f"/groups/{room}")
    assert chat not in page
    assert "欧阳店主" in page


def test_outsiders_find_no_tab(cast: Cast, room: int, logged_in: LoggedIn) -> None:
    say(cast, room, "秘密的话")
    for outsider in (cast.wai, cast.wei, cast.song):
        client = logged_in(outsider)
        for tab in ("members", "stores", "messages", "orders", "timeline"):
            assert client.get(f"/groups/{room}?tab={tab}").status_code == 404


def test_each_tab_takes_the_same_number_of_queries_for_1_row_and_20(
    cast: Cast, room: int, logged_in: LoggedIn
) -> None:
    shop = open_shop(cast)
    client = logged_in(cast.hua)
    say(cast, room, "第一句")
    _order(cast, room, shop.biscuits, "first")
    rename_group(actor=cast.rong, rename=GroupRename(group_id=room, name="名"), now=NOON)
    tabs = ("members", "messages", "orders", "timeline")
    for tab in tabs:
        client.get(f"/groups/{room}?tab={tab}")
    one = {tab: _queries(client, f"/groups/{room}?tab={tab}") for tab in tabs}
    say(cast, room, *[f"还有{n}" for n in range(20)])
    for n in range(19):
        _order(cast, room, shop.biscuits, f"more{n}")
        rename_group(actor=cast.rong, rename=GroupRename(group_id=room, name=f"名{n}"), now=NOON)
    assert {tab: _queries(client, f"/groups/{room}?tab={tab}") for tab in tabs} == one
    assert max(one.values()) <= 42, one


def _queries(client: Client, address: str) -> int:
    wait_for_journal()
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_a_group_without_anything_says_so(cast: Cast, logged_in: LoggedIn) -> None:
    empty = make.group(cast.ids["brand"], "空群", territory_id=cast.ids["PA"])
    client = logged_in(cast.hua)
    for tab in ("members", "stores", "messages", "orders", "timeline"):
        assert "q-empty" in _page(client, f"/groups/{empty}?tab={tab}"), tab
