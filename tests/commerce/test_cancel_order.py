"""Calling an order off: goods free, money back, and never beside a payment or a shipment."""

import pytest

from qunlian.commerce import access, steps
from qunlian.commerce.actions import cancel_order as cancelling
from qunlian.commerce.actions.cancel_order import cancel_order
from qunlian.commerce.actions.confirm_order import confirm_order
from qunlian.commerce.actions.ship_order import ship_order
from qunlian.commerce.queries.orders import order_card
from qunlian.commerce.steps import WrongState
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.racing import meet_before, race, refusals
from tests.commerce.shop import balances, open_shop, order, order_row, paid_note, stock_of, take


def test_on_account_the_debt_is_gone(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop)
    cancel_order(actor=cast.oyang, order_id=placed.order_id, now=NOON, reason="点错了")
    card = order_card(cast.oyang, placed.order_id)
    assert (card.row.state, card.row.refunded_fen) == ("cancelled", 1000)
    assert stock_of(shop) == (100, 0)
    assert balances(shop) == {"sales_income": -1000, "refunds": 1000}
    with pytest.raises(WrongState):
        cancel_order(actor=cast.oyang, order_id=placed.order_id, now=NOON)


def test_the_owner_may_until_it_is_confirmed_staff_until_it_is_shipped(cast: Cast) -> None:
    shop = open_shop(cast)
    first, second = order(shop), order(shop, key="k2")
    for placed in (first, second):
        confirm_order(actor=cast.rong, order_id=placed.order_id, now=NOON)
    with pytest.raises(WrongState):
        cancel_order(actor=cast.oyang, order_id=first.order_id, now=NOON)
    with pytest.raises(Forbidden):
        cancel_order(actor=cast.guan, order_id=first.order_id, now=NOON)
    for stranger in (cast.wai, cast.song):
        with pytest.raises(NotFound):
            cancel_order(actor=stranger, order_id=first.order_id, now=NOON)
    cancel_order(actor=cast.rong, order_id=first.order_id, now=NOON)
    ship_order(actor=cast.rong, order_id=second.order_id, now=NOON)
    with pytest.raises(WrongState):
        cancel_order(actor=cast.hua, order_id=second.order_id, now=NOON)


def test_payment_and_cancelling_at_once_one_wins_and_no_money_is_lost(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop(cast)
    placed = order(shop, pay_mode="cashier")
    meet_before(monkeypatch, cancelling.steps, "close")
    race(
        lambda: take(shop, paid_note(shop, placed.bill_token)),
        lambda: cancel_order(actor=cast.oyang, order_id=placed.order_id, now=NOON),
    )
    row = order_row(shop, placed.order_id)
    assert (row.state, row.paid_fen, row.refunded_fen) == ("cancelled", 1000, 1000)
    booked = balances(shop)
    assert booked["cashier_cash"] == 1000
    assert booked["refunds_payable"] == -1000
    assert stock_of(shop) == (100, 0)


def test_shipping_and_cancelling_at_once_exactly_one_wins(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop(cast)
    placed = order(shop)
    confirm_order(actor=cast.hua, order_id=placed.order_id, now=NOON)
    meet_before(monkeypatch, steps, "move")
    outcomes = race(
        lambda: ship_order(actor=cast.hua, order_id=placed.order_id, now=NOON),
        lambda: cancel_order(actor=cast.hua, order_id=placed.order_id, now=NOON),
    )
    assert refusals(outcomes) == ["WrongState"]
    state = order_row(shop, placed.order_id).state
    assert (state, stock_of(shop)) in (("shipped", (98, 0)), ("cancelled", (100, 0)))


@pytest.mark.negative_control
def test_without_lock_and_guard_it_is_shipped_and_given_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qunlian.commerce.models import Order
    from qunlian.commerce.rules import orders as rules
    from qunlian.commerce.steps import orders as moves

    shop = open_shop(cast)
    placed = order(shop)
    order(shop, key="another, so that the count of reserved units stays possible")
    confirm_order(actor=cast.hua, order_id=placed.order_id, now=NOON)
    original = access.order_for
    monkeypatch.setattr(access, "order_for", lambda actor, pk, **_: original(actor, pk))

    def unguarded(order, act, *, at, **_more) -> None:
        seam.arrive()
        order.state = rules.after(order.state, act)
        Order.objects.filter(pk=order.pk).update(state=order.state)

    class Seam:
        def arrive(self) -> None: ...

    seam = Seam()
    meet_before(monkeypatch, seam, "arrive")
    monkeypatch.setattr(steps, "move", unguarded)
    monkeypatch.setattr(moves, "move", unguarded)
    outcomes = race(
        lambda: ship_order(actor=cast.hua, order_id=placed.order_id, now=NOON),
        lambda: cancel_order(actor=cast.hua, order_id=placed.order_id, now=NOON),
    )
    assert refusals(outcomes) == []
    assert stock_of(shop) == (98, 0)
    assert balances(shop)["refunds"] == 1000
