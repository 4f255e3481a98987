"""The nightly recount finds nothing, unless somebody broke in."""

import psycopg
import pytest

from qunlian.commerce.actions.reconcile_ledger import reconcile_ledger
from qunlian.commerce.queries.ledger import trial_balance
from qunlian.kernel.errors import Forbidden
from tests.cast_words import NOON, Cast
from tests.commerce.shop import open_shop, order, paid_note, take


def test_stored_balances_transfers_and_orders_agree(cast: Cast) -> None:
    shop = open_shop(cast)
    order(shop)
    paid = order(shop, pay_mode="cashier", key="k2")
    take(shop, paid_note(shop, paid.bill_token))
    found = reconcile_ledger(actor=shop.machine, now=NOON)
    assert (found.transfers, found.problems) == (2, ())
    assert trial_balance(cast.hua).reconciled_at == NOON
    with pytest.raises(Forbidden):
        reconcile_ledger(actor=cast.ma, now=NOON)


@pytest.mark.negative_control
def test_a_break_in_is_found(cast: Cast, owner: psycopg.Connection) -> None:
    shop = open_shop(cast)
    placed = order(shop)
    owner.execute("SELECT set_config('qunlian.enterprise', %s, false)", [str(cast.ids["brand"])])
    owner.execute("ALTER TABLE commerce_entry DISABLE TRIGGER USER")
    owner.execute("UPDATE commerce_account SET balance_fen = 1 WHERE kind = 'receivable'")
    owner.execute("UPDATE commerce_entry SET amount_fen = amount_fen + 1 WHERE amount_fen > 0")
    owner.execute("UPDATE commerce_order SET refunded_fen = 7 WHERE id = %s", [placed.order_id])
    found = reconcile_ledger(actor=shop.machine, now=NOON)
    assert [line.split()[0] for line in found.problems] == ["account", "transfer", "order"]
    assert trial_balance(cast.hua).off_by_fen != 0
