"""A distributor's own warehouse: what lies there, booked with a reason, sold once, seen by nobody beside it."""

import time
from collections.abc import Callable

import psycopg
import pytest
from django.test import Client

from qunlian.commerce.actions import adjust_stock as adjusting
from qunlian.commerce.actions import place_order as placing
from qunlian.commerce.actions.adjust_stock import adjust_stock
from qunlian.commerce.models import Order, Stock
from qunlian.commerce.queries.warehouses import (
    list_warehouses,
    stock_of_warehouse,
    warehouse_card,
)
from qunlian.commerce.steps import stock
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.racing import meet_at, race, refusals
from tests.commerce.shop import Shop, open_shop, order

Browser = Callable[[Actor], Client]


def _fill(shop: Shop, units: int) -> None:
    adjust_stock(
        actor=shop.cast.du,
        product_id=shop.biscuits,
        warehouse_id=shop.of_du,
        change=units,
        note="到货单 17",
        now=NOON,
    )


def _stock(shop: Shop, warehouse_id: int) -> tuple[int, int]:
    with scope.reading(shop.machine):
        row = Stock.objects.get(product_id=shop.biscuits, warehouse_id=warehouse_id)
    return row.on_hand, row.reserved


def test_the_distributor_books_and_sees_why(cast: Cast, logged_in: Browser) -> None:
    shop = open_shop(cast)
    desk = logged_in(cast.du)
    form = {"product": shop.biscuits, "change": "12", "stock_note": "到货单 17"}
    url = f"/warehouses/{shop.of_du}"
    assert desk.post(f"{url}/adjust", form)["Location"] == url
    for _turn in range(50):  # the journal is read up to the oldest transaction that is still open
        page = desk.get(url).content.decode()
        if "+12" in page:
            break
        time.sleep(0.1)
    assert "到货单 17" in page
    assert "杜氏仓" in desk.get("/warehouses").content.decode()
    assert _stock(shop, shop.of_du) == (12, 0)
    line = next(one for one in stock_of_warehouse(cast.du, shop.of_du).rows if one.code == "P1")
    assert (line.on_hand, line.available) == (12, 12)


def test_nobody_else_finds_it(cast: Cast, logged_in: Browser) -> None:
    shop = open_shop(cast)
    assert [row.code for row in list_warehouses(cast.du).rows] == ["W1"]
    assert [row.code for row in list_warehouses(cast.ding).rows] == ["W1"]
    assert list_warehouses(cast.wai).rows == ()
    with pytest.raises(NotFound):
        warehouse_card(cast.du, shop.main)
    for stranger in (cast.wai, cast.rong, cast.oyang):
        assert logged_in(stranger).get(f"/warehouses/{shop.of_du}").status_code == 404


def test_pages_by_key(cast: Cast) -> None:
    shop = open_shop(cast)
    first = list_warehouses(cast.hua, limit=1)
    second = list_warehouses(cast.hua, limit=1, after=first.next_key or "")
    assert [row.code for row in (*first.rows, *second.rows)] == ["W0", "W1"]
    assert second.next_key is None
    lines = stock_of_warehouse(cast.hua, shop.main, limit=1)
    assert (lines.rows[0].code, lines.next_key) == ("P1", "P1")


def test_its_last_units_are_sold_once_then_the_enterprise_supplies(cast: Cast) -> None:
    shop = open_shop(cast, units=4)
    _fill(shop, 3)
    outcomes = race(
        *[(lambda n=n: order(shop, actor=cast.rong, units=1, key=f"buyer {n}")) for n in range(12)]
    )
    for warehouse_id, units in ((shop.of_du, 3), (shop.main, 4)):
        on_hand, reserved = _stock(shop, warehouse_id)
        assert on_hand == units
        assert reserved <= units
    sold = 12 - len(refusals(outcomes))
    with scope.reading(shop.machine):
        assert Order.objects.count() == sold
        promised = sum(Stock.objects.values_list("reserved", flat=True))
    assert promised == sold  # every order holds its unit in exactly one warehouse
    assert set(refusals(outcomes)) <= {"OutOfStock"}


def _count_down_while_selling(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Du writes his two units off while a rep sells them: both have looked, neither has acted."""
    cast = shop.cast
    _fill(shop, 2)
    meet_at(monkeypatch, (adjusting, "_book"), (placing.steps, "reserve_stock"))

    def take_off() -> object:
        return adjust_stock(
            actor=cast.du,
            product_id=shop.biscuits,
            warehouse_id=shop.of_du,
            change=-2,
            note="盘亏",
            now=NOON,
        )

    race(take_off, lambda: order(shop, actor=cast.rong, units=2, key="last"))
    return _stock(shop, shop.of_du)


def test_counting_down_and_selling_at_once_never_promises_what_is_gone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop(cast, units=1)
    assert _count_down_while_selling(shop, monkeypatch) in ((0, 0), (2, 2))


@pytest.mark.negative_control
def test_without_the_guards_what_is_gone_is_promised(
    cast: Cast, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same race promises units that were written off, so the test above can fail."""
    owner.execute("ALTER TABLE commerce_stock DROP CONSTRAINT commerce_stock_not_oversold")
    shop = open_shop(cast, units=1)
    reserve = stock._RESERVE.replace(" AND s.on_hand - s.reserved >= h.units", "")
    take_off = adjusting._TAKE_OFF.replace("AND on_hand + %s >= reserved", "AND %s < 0")
    monkeypatch.setattr(stock, "_RESERVE", reserve)
    monkeypatch.setattr(adjusting, "_TAKE_OFF", take_off)
    assert _count_down_while_selling(shop, monkeypatch) == (0, 2)


def test_the_database_refuses_to_promise_more_in_any_warehouse(
    cast: Cast, owner: psycopg.Connection
) -> None:
    shop = open_shop(cast)
    _fill(shop, 2)
    owner.execute("SELECT set_config('qunlian.enterprise', %s, false)", [str(cast.ids["brand"])])
    for warehouse_id in (shop.main, shop.of_du):
        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute(
                "UPDATE commerce_stock SET reserved = on_hand + 1 WHERE warehouse_id = %s",
                [warehouse_id],
            )
