"""A refund at the cashier is sent off once."""

import psycopg
import pytest

from qunlian.commerce.actions.pay_bill import pay_bill
from qunlian.commerce.actions.refund_order import refund_order
from qunlian.commerce.actions.repay import repay
from qunlian.commerce.actions.settle_payment import settle_payment
from qunlian.commerce.steps import Repayment
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.racing import race
from tests.commerce.shop import bill_of, jobs_waiting, open_shop, order


def test_a_refund_is_sent_off_once(cast: Cast, owner: psycopg.Connection) -> None:
    shop = open_shop(cast)
    placed = order(shop, pay_mode="cashier")
    pay_bill(actor=cast.oyang, token=placed.bill_token, now=NOON)
    settle_payment(actor=cast.oyang, order_id=placed.order_id, now=NOON)
    refund = refund_order(
        actor=cast.ma,
        order_id=placed.order_id,
        repayment=Repayment(amount_fen=300, request_key="a", reason=""),
        now=NOON,
    )
    assert refund.state == "asked"
    outcomes = race(*[lambda: repay(actor=shop.machine, refund_id=refund.refund_id, now=NOON)] * 4)
    assert sorted(each.is_sent for each in outcomes) == [False, False, False, True]
    assert bill_of(shop, placed.bill_token).refunded_fen == 300
    assert len(jobs_waiting(owner, "commerce.deliver_note")) == 2
    with pytest.raises(Forbidden):
        repay(actor=cast.ma, refund_id=refund.refund_id, now=NOON)
    with pytest.raises(NotFound):
        repay(actor=shop.machine, refund_id=10**9, now=NOON)
