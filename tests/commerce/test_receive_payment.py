"""A store pays what it owes."""

import pytest

from qunlian.commerce.actions.receive_payment import NothingReceived, receive_payment
from qunlian.commerce.queries.ledger import credit_of_store
from qunlian.commerce.steps import KeyReused
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.shop import Shop, balances, open_shop, order


def _receive(shop: Shop, fen: int, *, actor=None, key: str = "bank 1"):
    return receive_payment(
        actor=actor or shop.cast.hua,
        store_id=shop.a1,
        amount_fen=fen,
        request_key=key,
        note="工行 1234",
        now=NOON,
    )


def test_what_came_in_counts_once_and_frees_credit(cast: Cast) -> None:
    shop = open_shop(cast, credit_fen=1000)
    order(shop)
    assert [_receive(shop, 600).is_new, _receive(shop, 600).is_new] == [True, False]
    assert credit_of_store(cast.rong, shop.a1).free_fen == 600
    assert balances(shop) == {"receivable": 400, "sales_income": -1000, "bank_cash": 600}
    with pytest.raises(KeyReused):
        _receive(shop, 601)
    with pytest.raises(NothingReceived):
        _receive(shop, 0, key="b")
    with pytest.raises(Forbidden):
        _receive(shop, 1, actor=cast.rong, key="b")
    with pytest.raises(NotFound):
        _receive(shop, 1, actor=cast.wai, key="b")
