"""A wrong transfer stays; its opposite stands beside it."""

import pytest

from qunlian.commerce.actions.correct_transfer import (
    NotCorrectable,
    ReasonMissing,
    correct_transfer,
)
from qunlian.commerce.actions.receive_payment import receive_payment
from qunlian.commerce.queries.ledger import list_transfers, transfer_card, trial_balance
from qunlian.commerce.steps import KeyReused
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.shop import balances, open_shop, order


def test_the_opposite_is_posted_once(cast: Cast) -> None:
    shop = open_shop(cast)
    order(shop)
    wrong = receive_payment(
        actor=cast.hua, store_id=shop.a1, amount_fen=900, request_key="k", note="", now=NOON
    ).transfer_id
    before = balances(shop)
    assert before["bank_cash"] == 900
    fixed = correct_transfer(actor=cast.hua, transfer_id=wrong, reason="记错店", now=NOON)
    again = correct_transfer(actor=cast.hua, transfer_id=wrong, reason="记错店", now=NOON)
    assert fixed == again
    assert balances(shop) == {"receivable": 1000, "sales_income": -1000}
    assert transfer_card(cast.hua, wrong).corrected_by_id == fixed.transfer_id
    assert sum(part.amount_fen for part in transfer_card(cast.hua, fixed.transfer_id).parts) == 0
    with pytest.raises(KeyReused):
        correct_transfer(actor=cast.hua, transfer_id=wrong, reason="又一次", now=NOON)
    with pytest.raises(ReasonMissing):
        correct_transfer(actor=cast.hua, transfer_id=wrong, reason=" ", now=NOON)
    of_order = list_transfers(cast.hua, kind="order_charged").rows[0].transfer_id
    for transfer in (of_order, fixed.transfer_id):
        with pytest.raises(NotCorrectable):
            correct_transfer(actor=cast.hua, transfer_id=transfer, reason="x", now=NOON)
    for stranger in (cast.ma, cast.wai):
        with pytest.raises(NotFound):
            correct_transfer(actor=stranger, transfer_id=wrong, reason="x", now=NOON)


def test_the_trial_balance_is_nothing(cast: Cast) -> None:
    shop = open_shop(cast)
    order(shop)
    found = trial_balance(cast.hua)
    assert found.off_by_fen == 0
    assert {kind.kind: kind.balance_fen for kind in found.kinds} == {
        "receivable": 1000,
        "sales_income": -1000,
    }
    with pytest.raises(Forbidden):
        trial_balance(cast.ma)
