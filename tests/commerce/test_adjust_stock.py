"""Units in and out by hand, never below what is promised."""

import pytest

from qunlian.commerce.actions.adjust_stock import (
    AdjustmentUnexplained,
    ChangeMissing,
    StockPromised,
    adjust_stock,
)
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.racing import race, refusals
from tests.commerce.shop import Shop, open_shop, order, stock_of


def _adjust(shop: Shop, change: int, *, actor=None, warehouse: int = 0, note: str = "盘点"):
    return adjust_stock(
        actor=actor or shop.cast.hua,
        product_id=shop.biscuits,
        warehouse_id=warehouse or shop.main,
        change=change,
        note=note,
        now=NOON,
    )


def test_what_is_promised_stays(cast: Cast) -> None:
    shop = open_shop(cast)
    order(shop, units=10)
    assert _adjust(shop, -90).on_hand == 10
    for change, refusal in ((-1, StockPromised), (0, ChangeMissing)):
        with pytest.raises(refusal):
            _adjust(shop, change)
    assert stock_of(shop) == (10, 10)
    outcomes = race(*[lambda: _adjust(shop, 5)] * 3, *[lambda: _adjust(shop, -100)] * 2)
    assert refusals(outcomes) == ["StockPromised"] * 2
    assert stock_of(shop) == (25, 10)


def test_without_a_reason_nothing_changes(cast: Cast) -> None:
    shop = open_shop(cast)
    for note in ("", "  "):
        with pytest.raises(AdjustmentUnexplained):
            _adjust(shop, 5, note=note)
    assert stock_of(shop) == (100, 0)


def test_a_distributor_keeps_its_own_warehouse_alone(cast: Cast) -> None:
    shop = open_shop(cast)
    assert _adjust(shop, 7, actor=cast.du, warehouse=shop.of_du).on_hand == 7
    for actor, refusal in ((cast.du, NotFound), (cast.wai, NotFound), (cast.ma, Forbidden)):
        with pytest.raises(refusal):
            _adjust(shop, 7, actor=actor)
