"""Accepting many orders at once: each for itself, in one write."""

import pytest

from qunlian.commerce.actions.cancel_order import cancel_order
from qunlian.commerce.actions.confirm_orders import confirm_orders
from qunlian.commerce.steps.bulk import BULK_LIMIT, NothingChosen
from qunlian.kernel.errors import Forbidden
from tests.cast_words import NOON, Cast
from tests.commerce.racing import race
from tests.commerce.shop import open_shop, order, order_row


def test_those_that_can_are_confirmed_the_others_told(cast: Cast) -> None:
    shop = open_shop(cast)
    first, second, gone = (order(shop, key=key).order_id for key in ("a", "b", "c"))
    cancel_order(actor=cast.hua, order_id=gone, reason="", now=NOON)
    told = confirm_orders(actor=cast.rong, order_ids=[second, gone, first, 999_999], now=NOON)
    assert (told.done, told.refused) == ((first, second), (gone, 999_999))
    assert order_row(shop, first).state == "confirmed"
    assert order_row(shop, gone).state == "cancelled"
    again = confirm_orders(actor=cast.rong, order_ids=[first, second], now=NOON)
    assert again.done == ()


def test_refusals_and_orders_out_of_reach(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop).order_id
    for ids in ([], range(1, BULK_LIMIT + 2)):
        with pytest.raises(NothingChosen):
            confirm_orders(actor=cast.hua, order_ids=list(ids), now=NOON)
    with pytest.raises(Forbidden):
        confirm_orders(actor=cast.oyang, order_ids=[placed], now=NOON)
    for stranger in (cast.song, cast.wai):
        assert confirm_orders(actor=stranger, order_ids=[placed], now=NOON).refused == (placed,)
    assert order_row(shop, placed).state == "new"


def test_two_at_once_confirm_each_order_once(cast: Cast) -> None:
    shop = open_shop(cast)
    ids = [order(shop, units=1, key=f"k{n}").order_id for n in range(6)]
    outcomes = race(
        *[
            (lambda ids=chosen: confirm_orders(actor=cast.hua, order_ids=ids, now=NOON))
            for chosen in (ids, ids[::-1], ids[2:])
        ]
    )
    done = [order_id for told in outcomes for order_id in told.done]
    assert sorted(done) == ids
