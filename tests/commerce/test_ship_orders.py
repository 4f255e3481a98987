"""Shipping many orders at once: their units leave the stock, once each."""

import pytest

from qunlian.commerce.actions.confirm_orders import confirm_orders
from qunlian.commerce.actions.ship_orders import ship_orders
from qunlian.commerce.steps.bulk import NothingChosen
from qunlian.kernel.errors import Forbidden
from tests.cast_words import NOON, Cast
from tests.commerce.racing import race
from tests.commerce.shop import open_shop, order, order_row, stock_of


def test_confirmed_ones_leave_the_others_stay(cast: Cast) -> None:
    shop = open_shop(cast)
    ready, new = order(shop, units=3, key="a").order_id, order(shop, units=2, key="b").order_id
    confirm_orders(actor=cast.hua, order_ids=[ready], now=NOON)
    told = ship_orders(actor=cast.rong, order_ids=[ready, new], now=NOON)
    assert (told.done, told.refused) == ((ready,), (new,))
    assert stock_of(shop) == (97, 2)
    assert order_row(shop, ready).shipped_at == NOON


def test_refusals_and_orders_out_of_reach(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop).order_id
    confirm_orders(actor=cast.hua, order_ids=[placed], now=NOON)
    with pytest.raises(NothingChosen):
        ship_orders(actor=cast.hua, order_ids=[], now=NOON)
    with pytest.raises(Forbidden):
        ship_orders(actor=cast.oyang, order_ids=[placed], now=NOON)
    for stranger in (cast.song, cast.wai):
        assert ship_orders(actor=stranger, order_ids=[placed], now=NOON).refused == (placed,)


def test_two_at_once_take_the_goods_once(cast: Cast) -> None:
    shop = open_shop(cast)
    ids = [order(shop, units=1, key=f"k{n}").order_id for n in range(4)]
    confirm_orders(actor=cast.hua, order_ids=ids, now=NOON)
    outcomes = race(
        *[
            (lambda chosen=chosen: ship_orders(actor=cast.hua, order_ids=chosen, now=NOON))
            for chosen in (ids, ids[::-1])
        ]
    )
    assert sorted(pk for told in outcomes for pk in told.done) == ids
    assert stock_of(shop) == (96, 0)
