"""Ordering: the price of that store, goods reserved once, money on account or at the cashier."""

import psycopg
import pytest

from qunlian.commerce import steps
from qunlian.commerce.actions import place_order as action
from qunlian.commerce.actions.place_order import (
    EmptyOrder,
    NewOrder,
    NotOffered,
    PriceChanged,
    place_order,
)
from qunlian.commerce.actions.set_price import PriceTerms, set_price
from qunlian.commerce.queries.catalogue import list_offers
from qunlian.commerce.queries.orders import order_card
from qunlian.commerce.steps import stock
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.racing import meet_before, race, refusals
from tests.commerce.shop import balances, open_shop, order, order_row, stock_of


def test_on_account_the_goods_are_reserved_and_the_store_owes(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop, units=3)
    assert (placed.state, placed.total_fen, placed.bill_token) == ("new", 1500, "")
    assert stock_of(shop) == (100, 3)
    assert balances(shop) == {"receivable": 1500, "sales_income": -1500}
    card = order_card(cast.hua, placed.order_id)
    assert card.row.space == "online"
    assert card.steward_staff_id == cast.ids["R1"]
    assert [(line.quantity, line.price_fen) for line in card.lines] == [(3, 500)]


def test_the_same_key_is_the_same_order_and_another_body_is_refused(cast: Cast) -> None:
    shop = open_shop(cast)
    first, again = order(shop), order(shop)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.order_id == first.order_id
    with pytest.raises(steps.KeyReused):
        order(shop, units=9)
    assert stock_of(shop) == (100, 2)
    outcomes = race(*[lambda: order(shop, key="both")] * 4)
    assert sorted(each.is_new for each in outcomes) == [False, False, False, True]
    assert stock_of(shop) == (100, 4)


def test_staff_write_an_order_down_offline_and_pay_later_means_no_money_yet(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop, actor=cast.rong, store="A3", pay_mode="cashier")
    assert placed.state == "awaiting_payment"
    assert placed.bill_token
    assert order_row(shop, placed.order_id).space == "offline"
    assert balances(shop) == {}
    assert stock_of(shop) == (100, 2)


def test_refusals(cast: Cast) -> None:
    shop = open_shop(cast, units=5, credit_fen=1000)
    with pytest.raises(EmptyOrder):
        order(shop, units=0)
    with pytest.raises(PriceChanged) as refusal:
        order(shop, expected_total_fen=900)
    assert refusal.value.facts["total_yuan"] == "10.00"
    with pytest.raises(steps.OutOfStock) as out:
        order(shop, units=6)
    assert out.value.facts["name"] == "苏打饼干"
    with pytest.raises(steps.CreditExceeded):
        order(shop, units=3)
    unknown = NewOrder(
        store_id=shop.a1, quantities=((10**9, 1),), pay_mode="account", request_key="x"
    )
    with pytest.raises(NotOffered):
        place_order(actor=cast.oyang, order=unknown, now=NOON)
    assert stock_of(shop) == (5, 0)
    assert balances(shop) == {}


def test_nobody_orders_beyond_his_reach(cast: Cast) -> None:
    shop = open_shop(cast)
    for actor, store in ((cast.oyang, "A2"), (cast.song, "A1"), (cast.wai, "A1"), (cast.du, "A3")):
        with pytest.raises(NotFound):
            order(shop, actor=actor, store=store)
    with pytest.raises(Forbidden):
        order(shop, actor=cast.guan)


def test_a_made_up_group_is_not_credited(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop, group_id=999_999, broadcast_id=999_999)
    row = order_row(shop, placed.order_id)
    assert (row.group_id, row.broadcast_id, row.space) == (None, None, "online")


def test_each_store_gets_its_own_price_and_the_nearest_warehouse(cast: Cast) -> None:
    shop = open_shop(cast)
    for terms in (
        PriceTerms(price_fen=480, territory_id=cast.ids["N"]),
        PriceTerms(price_fen=450, territory_id=cast.ids["PA"]),
        PriceTerms(price_fen=440, territory_id=cast.ids["PA"], distributor_tier=2),
    ):
        set_price(actor=cast.hua, product_id=shop.biscuits, terms=terms, now=NOON)

    def price(actor, store: str) -> int:
        return list_offers(actor, cast.ids[store])[0].price_fen

    assert [price(cast.oyang, "A1"), price(cast.rong, "A3"), price(cast.song, "B1")] == [
        440,
        450,
        480,
    ]
    from qunlian.commerce.actions.adjust_stock import adjust_stock

    adjust_stock(
        actor=cast.du,
        product_id=shop.biscuits,
        warehouse_id=shop.of_du,
        change=4,
        note="到货",
        now=NOON,
    )
    near = order(shop, units=3, key="near")
    far = order(shop, units=3, key="far")
    assert order_card(cast.oyang, near.order_id).warehouse_name == "杜氏仓"
    assert order_card(cast.oyang, far.order_id).warehouse_name == "总仓"
    assert order_row(shop, near.order_id).distributor_id == cast.ids["D2"]


def _twenty_buyers(shop) -> list:
    return race(
        *[
            (
                lambda number=number: order(
                    shop, actor=shop.cast.rong, units=1, key=f"buyer {number}"
                )
            )
            for number in range(20)
        ]
    )


def test_twenty_buyers_five_units_exactly_five_are_sold(cast: Cast) -> None:
    shop = open_shop(cast, units=5)
    outcomes = _twenty_buyers(shop)
    assert refusals(outcomes) == ["OutOfStock"] * 15
    assert stock_of(shop) == (5, 5)


@pytest.mark.negative_control
def test_without_the_guard_more_is_sold_than_there_is(
    cast: Cast, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check, then act: the same race oversells, so the test above can fail."""
    owner.execute("ALTER TABLE commerce_stock DROP CONSTRAINT commerce_stock_not_oversold")
    shop = open_shop(cast, units=1)
    monkeypatch.setattr(
        stock, "_RESERVE", stock._RESERVE.replace(" AND s.on_hand - s.reserved >= h.units", "")
    )
    check = stock.reserve_stock

    def check_then_act(warehouse_id: int, quantities: dict[int, int]) -> None:
        if stock_left(shop) < 1:
            raise steps.OutOfStock(product_id=shop.biscuits)
        act(warehouse_id, quantities)

    def stock_left(shop) -> int:
        from qunlian.commerce.models import Stock

        row = Stock.objects.get(product_id=shop.biscuits, warehouse_id=shop.main)
        return row.on_hand - row.reserved

    from types import SimpleNamespace

    seam = SimpleNamespace(act=check)
    meet_before(monkeypatch, seam, "act")

    def act(*args) -> None:
        seam.act(*args)

    monkeypatch.setattr(action.steps, "reserve_stock", check_then_act)
    outcomes = race(
        lambda: order(shop, actor=cast.rong, units=1, key="1"),
        lambda: order(shop, actor=cast.hua, units=1, key="2"),
    )
    assert refusals(outcomes) == []
    assert stock_of(shop) == (1, 2)
