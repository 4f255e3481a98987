"""The test cashier's own page: paid once, told by a note."""

import psycopg
import pytest

from qunlian.commerce.actions.cancel_order import cancel_order
from qunlian.commerce.actions.pay_bill import BillClosed, pay_bill
from qunlian.commerce.actions.take_note import CashierNote
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.shop import bill_of, jobs_waiting, open_shop, order, order_row, take


def test_paying_touches_the_bill_alone_and_the_note_brings_the_news(
    cast: Cast, owner: psycopg.Connection
) -> None:
    shop = open_shop(cast)
    placed = order(shop, pay_mode="cashier")
    first = pay_bill(actor=cast.oyang, token=placed.bill_token, now=NOON)
    again = pay_bill(actor=cast.oyang, token=placed.bill_token, now=NOON)
    assert first == again
    assert bill_of(shop, placed.bill_token).state == "paid"
    assert order_row(shop, placed.order_id).state == "awaiting_payment"
    (job,) = jobs_waiting(owner, "commerce.deliver_note")
    assert take(shop, CashierNote(**job["note"])) == "applied"
    assert order_row(shop, placed.order_id).state == "new"


def test_a_closed_bill_is_not_paid_and_nobody_pays_anothers(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop, pay_mode="cashier")
    for stranger in (cast.wai, cast.song):
        with pytest.raises(NotFound):
            pay_bill(actor=stranger, token=placed.bill_token, now=NOON)
    cancel_order(actor=cast.oyang, order_id=placed.order_id, now=NOON)
    with pytest.raises(BillClosed):
        pay_bill(actor=cast.oyang, token=placed.bill_token, now=NOON)
