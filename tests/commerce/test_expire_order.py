"""Unpaid goods are let go when the time is up, but never against a payment."""

from datetime import timedelta

from qunlian.commerce.actions.expire_order import expire_order
from qunlian.commerce.actions.pay_bill import pay_bill
from qunlian.commerce.queries.payments import unpaid_due
from tests.cast_words import NOON, Cast
from tests.commerce.racing import race
from tests.commerce.shop import (
    balances,
    bill_of,
    open_shop,
    order,
    order_row,
    paid_note,
    stock_of,
    take,
)

LATER = NOON + timedelta(minutes=15)


def test_unpaid_goods_are_free_again_when_the_time_is_up(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop, pay_mode="cashier")
    early = expire_order(actor=shop.machine, order_id=placed.order_id, now=NOON)
    assert early.state == "awaiting_payment"
    assert unpaid_due(shop.machine, now=LATER) == (placed.order_id,)
    for _ in range(2):
        assert (
            expire_order(actor=shop.machine, order_id=placed.order_id, now=LATER).state == "expired"
        )
    assert stock_of(shop) == (100, 0)
    assert bill_of(shop, placed.bill_token).state == "closed"
    assert unpaid_due(shop.machine, now=LATER) == ()


def test_what_was_paid_in_time_is_not_lost_to_a_slow_note(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop, pay_mode="cashier")
    pay_bill(actor=cast.oyang, token=placed.bill_token, now=NOON)
    assert expire_order(actor=shop.machine, order_id=placed.order_id, now=LATER).state == "new"
    assert stock_of(shop) == (100, 2)


def test_note_and_expiry_at_once_one_wins_and_no_money_is_lost(cast: Cast) -> None:
    shop = open_shop(cast)
    for number in range(3):
        placed = order(shop, pay_mode="cashier", key=f"k{number}")
        note = paid_note(shop, placed.bill_token)
        race(
            lambda note=note: take(shop, note),
            lambda placed=placed: expire_order(
                actor=shop.machine, order_id=placed.order_id, now=LATER
            ),
        )
        row = order_row(shop, placed.order_id)
        assert (row.state, row.refunded_fen) in (("new", 0), ("expired", 1000))
    booked = balances(shop)
    assert booked["cashier_cash"] == 3000
    assert booked.get("sales_income", 0) + booked.get("refunds_payable", 0) == -3000
