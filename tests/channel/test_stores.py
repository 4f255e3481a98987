"""Lists and pages of stores keep to reach."""

import pytest
from django.db import connection

from qunlian.channel.models import Store
from qunlian.channel.queries.stores import StoreFilter, list_stores, sales_by_month, store_page
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound
from tests.cast_words import TODAY, Cast


def codes(actor: Actor, **wanted: object) -> list[str]:
    return [row.code for row in list_stores(actor, StoreFilter(**wanted)).rows]


def test_lists_keep_to_reach_and_page_by_key(cast: Cast) -> None:
    assert codes(cast.hua) == ["A1", "A2", "A3", "A4", "B1", "B2", "B3"]
    assert codes(cast.song) == ["B1", "B2", "B3"]
    assert codes(cast.du) == ["A1", "A2"]
    assert codes(cast.oyang) == ["A1"]
    assert codes(cast.wei) == ["X1"]
    assert codes(cast.hua, territory_id=cast.ids["PB"]) == ["B1", "B2", "B3"]
    assert codes(cast.hua, distributor_id=cast.ids["D1"]) == ["A1", "A2"]
    assert codes(cast.ding, territory_id=cast.ids["PA"]) == ["A1", "A2"]
    first = list_stores(cast.hua, StoreFilter(), take=3)
    then = list_stores(cast.hua, StoreFilter(), after=first.next_key or "", take=4)
    assert (first.next_key, then.next_key) == ("A3", None)
    assert [row.code for row in then.rows] == ["A4", "B1", "B2", "B3"]
    with pytest.raises(NotFound):
        list_stores(cast.song, StoreFilter(territory_id=cast.ids["PA"]))


def test_by_size_the_largest_first(cast: Cast) -> None:
    with scope.writing(cast.hua):
        Store.objects.filter(code="A3").update(size_fen=9_000_000)
        Store.objects.filter(code="B2").update(size_fen=5_000_000)
    wanted = StoreFilter(sort="size")
    first = list_stores(cast.hua, wanted, take=2)
    assert [row.code for row in first.rows] == ["A3", "B2"]
    rest = list_stores(cast.hua, wanted, after=first.next_key or "", take=9)
    assert len(rest.rows) == 5
    assert list_stores(cast.song, wanted).rows[0].code == "B2"


def test_the_store_page_and_its_sales(cast: Cast) -> None:
    page = store_page(cast.du, cast.ids["A1"])
    assert [name for _, name in page.territories] == ["华北大区", "石原市", "石原东片"]
    with scope.writing(cast.hua), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channel_sale (enterprise_id, store_id, sold_on, amount_fen) "
            "VALUES (%s, %s, '2026-11-02', 300), (%s, %s, '2026-11-05', 400)",
            [cast.ids["brand"], cast.ids["A1"]] * 2,
        )
    sales = sales_by_month(cast.rong, cast.ids["A1"], today=TODAY)
    assert len(sales) == 12
    assert sales[-1][1] == 700
    for outsider in (cast.song, cast.wai):
        with pytest.raises(NotFound):
            store_page(outsider, cast.ids["A1"])
