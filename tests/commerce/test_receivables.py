"""What stores owe, by age: payments and refunds settle the oldest orders first."""

from datetime import timedelta

import pytest

from qunlian.commerce import steps
from qunlian.commerce.actions.receive_payment import receive_payment
from qunlian.commerce.actions.refund_order import refund_order
from qunlian.commerce.actions.set_credit_limit import set_credit_limit
from qunlian.commerce.queries.ledger import credit_of_store
from qunlian.commerce.queries.receivables import all_receivables, list_receivables
from qunlian.commerce.steps import Repayment
from tests.cast_words import NOON, Cast
from tests.commerce.shop import open_shop, order

DAY = timedelta(days=1)


def test_debts_by_age_settled_from_the_oldest_on(cast: Cast) -> None:
    shop = open_shop(cast)
    for days, units, key in ((100, 4, "a"), (70, 2, "b"), (5, 3, "c")):
        order(shop, units=units, key=key, at=NOON - days * DAY)
    (debt,) = list_receivables(cast.hua, now=NOON).rows
    assert (debt.owed_fen, debt.by_age_fen) == (4500, (1500, 0, 1000, 2000))
    assert debt.since_at == NOON - 100 * DAY
    receive_payment(
        actor=cast.hua, store_id=shop.a1, amount_fen=2300, request_key="p", note="", now=NOON
    )
    (debt,) = list_receivables(cast.hua, now=NOON).rows
    assert (debt.owed_fen, debt.by_age_fen) == (2200, (1500, 0, 700, 0))
    assert all_receivables(cast.hua).owed_fen == 2200


def test_an_order_on_account_is_refunded_to_the_account(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop, units=4, at=NOON)
    owed = credit_of_store(cast.hua, shop.a1).owed_fen
    part = Repayment(amount_fen=700, request_key="r1", reason="破损")
    done = refund_order(actor=cast.hua, order_id=placed.order_id, repayment=part, now=NOON)
    assert done.state == "done"
    assert credit_of_store(cast.hua, shop.a1).owed_fen == owed - 700
    (debt,) = list_receivables(cast.hua, now=NOON).rows
    assert debt.owed_fen == 1300
    too_much = Repayment(amount_fen=1301, request_key="r2", reason="")
    with pytest.raises(steps.AmountTooHigh):
        refund_order(actor=cast.hua, order_id=placed.order_id, repayment=too_much, now=NOON)


def test_what_was_paid_too_much_is_owed_to_the_store_and_no_debt(cast: Cast) -> None:
    shop = open_shop(cast)
    order(shop, units=1, at=NOON)
    receive_payment(
        actor=cast.hua, store_id=shop.a1, amount_fen=800, request_key="p", note="", now=NOON
    )
    assert list_receivables(cast.hua, now=NOON).rows == ()
    assert credit_of_store(cast.hua, shop.a1).owed_fen == -300


def test_pages_by_key_within_reach(cast: Cast) -> None:
    shop = open_shop(cast)
    for number, store in enumerate(("A1", "A2", "B1"), 1):
        set_credit_limit(actor=cast.hua, store_id=cast.ids[store], limit_fen=10**6, now=NOON)
        order(shop, actor=cast.hua, units=number, key=store, store=store, at=NOON)
    first = list_receivables(cast.hua, now=NOON, limit=2)
    second = list_receivables(cast.hua, now=NOON, limit=2, after=first.next_key or "")
    assert [row.owed_fen for row in (*first.rows, *second.rows)] == [1500, 1000, 500]
    assert second.next_key is None
    assert {row.store_id for row in list_receivables(cast.song, now=NOON).rows} == {cast.ids["B1"]}
    assert list_receivables(cast.wai, now=NOON).rows == ()
