"""The cashier's notes: late, twice, out of order, wrong; they count once."""

from dataclasses import replace

import psycopg
import pytest

from qunlian.commerce.actions.cancel_order import cancel_order
from qunlian.commerce.actions.refund_order import refund_order
from qunlian.commerce.actions.repay import repay
from qunlian.commerce.actions.take_note import CashierNote, NoteTooEarly, take_note
from qunlian.commerce.models import Refund
from qunlian.commerce.steps import Repayment
from qunlian.kernel import scope
from qunlian.kernel.errors import Forbidden
from tests.cast_words import NOON, Cast
from tests.commerce.racing import race
from tests.commerce.shop import (
    balances,
    jobs_waiting,
    open_shop,
    order,
    order_row,
    paid_note,
    stock_of,
    take,
)


def test_paid_counts_once_however_often_it_is_said(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop, pay_mode="cashier")
    note = paid_note(shop, placed.bill_token)
    outcomes = race(*[lambda: take(shop, note)] * 5)
    assert sorted(outcomes) == ["applied", "repeat", "repeat", "repeat", "repeat"]
    assert take(shop, replace(note, key="said in other words")) == "repeat"
    assert balances(shop) == {"cashier_cash": 1000, "sales_income": -1000}
    assert order_row(shop, placed.order_id).paid_fen == 1000


def test_a_note_after_the_order_ended_is_booked_and_given_back(
    cast: Cast, owner: psycopg.Connection
) -> None:
    shop = open_shop(cast)
    placed = order(shop, pay_mode="cashier")
    note = paid_note(shop, placed.bill_token)
    cancel_order(actor=cast.oyang, order_id=placed.order_id, now=NOON)
    assert take(shop, note) == "late"
    assert balances(shop) == {"cashier_cash": 1000, "refunds_payable": -1000}
    (job,) = jobs_waiting(owner, "commerce.repay")
    assert repay(actor=shop.machine, refund_id=job["refund_id"], now=NOON).is_sent
    (told,) = jobs_waiting(owner, "commerce.deliver_note")
    assert take(shop, CashierNote(**told["note"])) == "applied"
    assert balances(shop) == {}
    row = order_row(shop, placed.order_id)
    assert (row.state, row.paid_fen, row.refunded_fen) == ("cancelled", 1000, 1000)
    assert stock_of(shop) == (100, 0)


def test_wrong_amounts_and_unknown_bills_move_nothing(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop, pay_mode="cashier")
    note = paid_note(shop, placed.bill_token)
    assert take(shop, replace(note, key="a", amount_fen=999)) == "wrong_amount"
    assert take(shop, replace(note, key="b", bill_token="nobody's")) == "unknown"
    assert balances(shop) == {}
    assert take(shop, note) == "applied"
    assert take(shop, replace(note, key="c", kind="refunded", reference="77")) == "unknown"


def test_a_refund_told_before_its_payment_waits_for_the_next_telling(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop, pay_mode="cashier")
    paid = paid_note(shop, placed.bill_token)
    early = replace(paid, key="r", kind="refunded", reference="1", amount_fen=400)
    with pytest.raises(NoteTooEarly):
        take(shop, early)
    take(shop, paid)
    refund = refund_order(
        actor=cast.hua,
        order_id=placed.order_id,
        repayment=Repayment(amount_fen=400, request_key="r", reason="破损"),
        now=NOON,
    )
    told = replace(early, reference=str(refund.refund_id))
    assert [take(shop, told), take(shop, replace(told, key="r2"))] == ["applied", "repeat"]
    assert balances(shop) == {"cashier_cash": 600, "sales_income": -1000, "refunds": 400}
    with scope.reading(cast.hua):
        assert Refund.objects.get().state == "done"


def test_only_the_machinery_takes_notes(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop, pay_mode="cashier")
    with pytest.raises(Forbidden):
        take_note(actor=cast.oyang, note=paid_note(shop, placed.bill_token), now=NOON)
