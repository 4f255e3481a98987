"""What an order costs the database from the first tap to the signature; one more line costs nothing more."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qunlian.commerce.actions.confirm_order import confirm_order
from qunlian.commerce.actions.confirm_orders import confirm_orders
from qunlian.commerce.actions.pay_bill import pay_bill
from qunlian.commerce.actions.place_order import NewOrder, PlacedOrder, place_order
from qunlian.commerce.actions.ship_order import ship_order
from qunlian.commerce.actions.ship_orders import ship_orders
from qunlian.commerce.actions.sign_order import sign_order
from tests.cast_words import NOON, Cast
from tests.commerce.shop import Shop, open_shop, order, paid_note, take

#: queries of each step, the scope's own among them
BUDGET = {"place": 18, "pay": 7, "note": 11, "confirm": 4, "ship": 7, "sign": 4}


def _spent(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        call()
    # BEGIN and COMMIT are there whatever is done
    return sum(each["sql"] not in ("BEGIN", "COMMIT") for each in seen.captured_queries)


def _placed(shop: Shop, pay_mode: str, *, lines: int, key: str) -> PlacedOrder:
    chosen = ((shop.biscuits, 2), (shop.juice, 1))[:lines]
    wanted = NewOrder(store_id=shop.a1, quantities=chosen, pay_mode=pay_mode, request_key=key)
    return place_order(actor=shop.cast.oyang, order=wanted, now=NOON)


@pytest.mark.parametrize("lines", [1, 2])
@pytest.mark.parametrize("pay_mode", ["account", "cashier"])
def test_an_order_within_its_budget(cast: Cast, pay_mode: str, lines: int) -> None:
    shop = open_shop(cast)
    first = _placed(shop, pay_mode, lines=1, key="opens the accounts")
    if pay_mode == "cashier":
        take(shop, paid_note(shop, first.bill_token))
    placed: list[PlacedOrder] = []
    spent = {
        "place": _spent(lambda: placed.append(_placed(shop, pay_mode, lines=lines, key="counted")))
    }
    pk = placed[0].order_id
    if pay_mode == "cashier":
        token = placed[0].bill_token
        spent["pay"] = _spent(lambda: pay_bill(actor=cast.oyang, token=token, now=NOON))
        note = paid_note(shop, token)
        spent["note"] = _spent(lambda: take(shop, note))
    spent["confirm"] = _spent(lambda: confirm_order(actor=cast.rong, order_id=pk, now=NOON))
    spent["ship"] = _spent(lambda: ship_order(actor=cast.rong, order_id=pk, now=NOON))
    spent["sign"] = _spent(lambda: sign_order(actor=cast.oyang, order_id=pk, now=NOON))
    assert {step: n for step, n in spent.items() if n > BUDGET[step]} == {}


def test_many_at_once_cost_no_more_than_one(cast: Cast) -> None:
    shop = open_shop(cast)
    few, many = [
        [order(shop, key=f"{n} of {size}").order_id for n in range(size)] for size in (1, 9)
    ]
    for act in (confirm_orders, ship_orders):
        calls = [partial(act, actor=cast.hua, order_ids=ids, now=NOON) for ids in (few, many)]
        counts = [_spent(call) for call in calls]
        assert counts[0] == counts[1] <= BUDGET["ship"]
