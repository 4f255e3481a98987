"""Shipping: the goods leave the stock."""

import pytest

from qunlian.commerce.actions.confirm_order import confirm_order
from qunlian.commerce.actions.ship_order import ship_order
from qunlian.commerce.queries.orders import order_card
from qunlian.commerce.steps import WrongState
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.shop import open_shop, order, stock_of


def test_confirmed_goods_leave_the_warehouse_once(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop)
    with pytest.raises(WrongState):
        ship_order(actor=cast.ma, order_id=placed.order_id, now=NOON)
    confirm_order(actor=cast.ma, order_id=placed.order_id, now=NOON)
    ship_order(
        actor=cast.ma, order_id=placed.order_id, now=NOON, carrier="顺丰", tracking_number="SF1"
    )
    card = order_card(cast.ma, placed.order_id)
    assert (card.row.state, card.carrier, card.tracking_number) == ("shipped", "顺丰", "SF1")
    assert stock_of(shop) == (98, 0)
    with pytest.raises(WrongState):
        ship_order(actor=cast.ma, order_id=placed.order_id, now=NOON)
    assert stock_of(shop) == (98, 0)


def test_who_may_not(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop)
    for actor, refusal in ((cast.oyang, Forbidden), (cast.song, NotFound), (cast.wai, NotFound)):
        with pytest.raises(refusal):
            ship_order(actor=actor, order_id=placed.order_id, now=NOON)
