"""How much a store may owe."""

import pytest

from qunlian.commerce.actions.set_credit_limit import LimitBelowDebt, set_credit_limit
from qunlian.commerce.queries.ledger import credit_of_store
from qunlian.commerce.steps import CreditExceeded
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.racing import race, refusals
from tests.commerce.shop import balances, open_shop, order


def test_the_limit_holds_and_cannot_go_below_the_debt(cast: Cast) -> None:
    shop = open_shop(cast, credit_fen=2500)
    outcomes = race(*[lambda key=key: order(shop, key=f"k{key}") for key in range(5)])
    assert refusals(outcomes) == [CreditExceeded.__name__] * 3
    assert balances(shop)["receivable"] == 2000
    credit = credit_of_store(cast.oyang, shop.a1)
    assert (credit.owed_fen, credit.limit_fen, credit.free_fen) == (2000, 2500, 500)
    for limit in (1999, -1):
        with pytest.raises(LimitBelowDebt):
            set_credit_limit(actor=cast.hua, store_id=shop.a1, limit_fen=limit, now=NOON)
    set_credit_limit(actor=cast.hua, store_id=shop.a1, limit_fen=2000, now=NOON)
    with pytest.raises(Forbidden):
        set_credit_limit(actor=cast.rong, store_id=shop.a1, limit_fen=9, now=NOON)
    with pytest.raises(NotFound):
        set_credit_limit(actor=cast.wai, store_id=shop.a1, limit_fen=9, now=NOON)
