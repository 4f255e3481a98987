"""Accepting an order."""

import pytest

from qunlian.commerce.actions.confirm_order import confirm_order
from qunlian.commerce.steps import WrongState
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.shop import open_shop, order


def test_a_new_order_is_accepted_once(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop)
    assert confirm_order(actor=cast.du, order_id=placed.order_id, now=NOON).state == "confirmed"
    with pytest.raises(WrongState):
        confirm_order(actor=cast.du, order_id=placed.order_id, now=NOON)


def test_who_may_not(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop)
    unpaid = order(shop, pay_mode="cashier", key="k2")
    for actor, refusal in (
        (cast.oyang, Forbidden),
        (cast.guan, Forbidden),
        (cast.song, NotFound),
        (cast.wai, NotFound),
    ):
        with pytest.raises(refusal):
            confirm_order(actor=actor, order_id=placed.order_id, now=NOON)
    with pytest.raises(WrongState):
        confirm_order(actor=cast.hua, order_id=unpaid.order_id, now=NOON)
