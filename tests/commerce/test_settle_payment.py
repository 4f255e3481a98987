"""Asking the cashier, when no note came."""

from datetime import timedelta

import pytest

from qunlian.commerce.actions.pay_bill import pay_bill
from qunlian.commerce.actions.settle_payment import settle_payment
from qunlian.commerce.queries.payments import paid_without_note
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.shop import balances, open_shop, order, paid_note, take


def test_asking_takes_in_what_was_paid_and_the_note_after_it_is_a_repeat(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop, pay_mode="cashier")
    before = settle_payment(actor=cast.oyang, order_id=placed.order_id, now=NOON)
    assert (before.is_paid, before.state) == (False, "awaiting_payment")
    pay_bill(actor=cast.oyang, token=placed.bill_token, now=NOON)
    later = NOON + timedelta(minutes=1)
    assert paid_without_note(shop.machine, now=NOON) == ()
    assert paid_without_note(shop.machine, now=later) == (placed.order_id,)
    for _ in range(2):
        after = settle_payment(actor=cast.oyang, order_id=placed.order_id, now=later)
        assert (after.is_paid, after.state) == (True, "new")
    assert take(shop, paid_note(shop, placed.bill_token)) == "repeat"
    assert balances(shop) == {"cashier_cash": 1000, "sales_income": -1000}


def test_there_must_be_something_to_pay(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop)
    with pytest.raises(NotFound):
        settle_payment(actor=cast.oyang, order_id=placed.order_id, now=NOON)
