"""Three lights per store, and the lost stores: without any, the largest first."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qunlian.channel.models import Store
from qunlian.commerce.actions.place_order import NewOrder, place_order
from qunlian.insight.queries.lights import (
    LATELY,
    Lights,
    every_lost_store,
    lights_of,
    list_lost_stores,
)
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.shop import open_shop
from tests.community import make

LoggedIn = Callable[[Actor], Client]


def _codes(actor: Actor, **more: object) -> list[str]:
    return [s.code for s in list_lost_stores(actor, now=NOON, **more).rows]  # type: ignore[arg-type]


def _sizes(cast: Cast) -> None:
    with scope.writing(system_actor(cast.ids["brand"])):
        for place, code in enumerate(("B2", "A4", "A1", "A2", "A3", "B1", "B3")):
            Store.objects.filter(code=code).update(size_fen=1000 - place)


def _order(cast: Cast) -> None:
    shop = open_shop(cast)
    wish = NewOrder(
        store_id=cast.ids["A1"],
        quantities=((shop.biscuits, 1),),
        pay_mode="account",
        request_key="one",
    )
    place_order(actor=cast.oyang, order=wish, now=NOON)


def test_an_order_a_seat_and_reading_each_light_one(cast: Cast) -> None:
    a1 = cast.ids["A1"]
    assert lights_of(cast.hua, [a1], now=NOON)[a1].is_lost
    _order(cast)
    assert lights_of(cast.hua, [a1], now=NOON)[a1] == Lights(orders=True, sits=False, follows=False)
    group = make.group(
        cast.ids["brand"], "东片一群", territory_id=cast.ids["PA"], store_ids=(a1,), life="live"
    )
    make.member(cast.oyang, group, store_id=a1)
    assert lights_of(cast.hua, [a1], now=NOON + LATELY + timedelta(days=1))[a1] == Lights(
        orders=False, sits=True, follows=False
    )


def test_the_lost_are_listed_the_largest_first_within_reach(cast: Cast) -> None:
    _sizes(cast)
    _order(cast)
    assert _codes(cast.hua) == ["B2", "A4", "A2", "A3", "B1", "B3"]
    assert _codes(cast.rong) == ["A4", "A2", "A3"]
    assert _codes(cast.du) == ["A2"]
    assert _codes(cast.hua, territory_id=cast.ids["PB"]) == ["B2", "B1", "B3"]
    assert "A2" not in _codes(cast.wai)
    first = list_lost_stores(cast.hua, take=4, now=NOON)
    assert first.next_key is not None
    assert _codes(cast.hua, after=first.next_key) == ["B1", "B3"]
    assert [s.code for s in every_lost_store(cast.hua, now=NOON)] == _codes(cast.hua)
    for outsider in (cast.song, cast.wai):
        with pytest.raises(NotFound):
            list_lost_stores(outsider, territory_id=cast.ids["PA"], now=NOON)


def test_the_pages(cast: Cast, logged_in: LoggedIn) -> None:
    client = logged_in(cast.rong)
    page = client.get(f"/coverage/lost?territory={cast.ids['PA']}").content.decode()
    assert f'href="/stores/{cast.ids["A3"]}"' in page
    sheet = b"".join(client.get("/coverage/lost/export?format=csv").streaming_content).decode()
    assert "A3" in sheet
    assert "B1" not in sheet
    other = logged_in(cast.song)
    for address in ("/coverage/lost", "/coverage/lost/export"):
        assert other.get(f"{address}?territory={cast.ids['PA']}").status_code == 404
    listed = other.get("/coverage/lost").content.decode()
    assert f'href="/stores/{cast.ids["A3"]}"' not in listed


def test_the_coverage_page_counts_groups_by_layer_within_reach(
    cast: Cast, logged_in: LoggedIn
) -> None:
    make.group(cast.ids["brand"], "东片一群", territory_id=cast.ids["PA"], life="fading")
    for actor, count in ((cast.hua, 1), (cast.rong, 1), (cast.song, 0), (cast.wai, 0)):
        layers = logged_in(actor).get("/coverage").context["layers"]
        assert sum(one.fading for _name, one in layers) == count


@pytest.mark.parametrize(
    "address", ["/groups/export?format=csv", "/coverage/stores/export?format=csv"]
)
def test_exports_read_step_by_step(
    cast: Cast, logged_in: LoggedIn, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    from qunlian.community.queries import coverage, groups

    monkeypatch.setattr(coverage, "_EXPORT_STEP", 2)
    monkeypatch.setattr(groups, "EXPORT_STEP", 2)
    for n in range(7):
        make.group(cast.ids["brand"], f"群{n}", territory_id=cast.ids["PA"])
    client = logged_in(cast.hua)
    answer = client.get(address)
    assert answer.streaming
    with CaptureQueriesContext(connection) as seen:
        lines = b"".join(answer.streaming_content).decode().strip().splitlines()
    assert len(lines) == 8
    assert sum("LIMIT 3" in query["sql"] for query in seen) == 4
