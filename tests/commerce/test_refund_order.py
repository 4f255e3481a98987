"""Giving money back: never more than was paid, once per request, and never beside a shipment."""

import psycopg
import pytest

from qunlian.commerce.actions.confirm_order import confirm_order
from qunlian.commerce.actions.refund_order import AmountMissing, refund_order
from qunlian.commerce.actions.ship_order import ship_order
from qunlian.commerce.steps import AmountTooHigh, KeyReused, Repayment, WrongState
from qunlian.commerce.steps import orders as moves
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.racing import meet_before, race, refusals
from tests.commerce.shop import Shop, balances, open_shop, order, order_row, stock_of


def _refund(shop: Shop, order_id: int, fen: int, key: str, actor=None):
    return refund_order(
        actor=actor or shop.cast.hua,
        order_id=order_id,
        repayment=Repayment(amount_fen=fen, request_key=key, reason="破损"),
        now=NOON,
    )


def test_a_part_then_the_rest(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop).order_id
    confirm_order(actor=cast.hua, order_id=placed, now=NOON)
    ship_order(actor=cast.hua, order_id=placed, now=NOON)
    part = _refund(shop, placed, 300, "a")
    again = _refund(shop, placed, 300, "a")
    assert (part.refund_id, part.state) == (again.refund_id, "done")
    with pytest.raises(KeyReused):
        _refund(shop, placed, 301, "a")
    with pytest.raises(AmountTooHigh) as refusal:
        _refund(shop, placed, 701, "b")
    assert refusal.value.facts["refundable_yuan"] == "7.00"
    assert _refund(shop, placed, 700, "b").order_state == "shipped"
    assert balances(shop) == {"sales_income": -1000, "refunds": 1000}
    assert stock_of(shop) == (98, 0)


def test_all_of_it_before_shipping_calls_the_order_off(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop).order_id
    assert _refund(shop, placed, 1000, "a").order_state == "cancelled"
    assert stock_of(shop) == (100, 0)
    with pytest.raises(WrongState):
        _refund(shop, placed, 1, "b")


def test_refusals(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop).order_id
    unpaid = order(shop, pay_mode="cashier", key="k2").order_id
    with pytest.raises(AmountMissing):
        _refund(shop, placed, 0, "a")
    with pytest.raises(WrongState):
        _refund(shop, unpaid, 1, "a")
    for actor, refusal in ((cast.rong, Forbidden), (cast.oyang, Forbidden), (cast.song, NotFound)):
        with pytest.raises(refusal):
            _refund(shop, placed, 1, "a", actor)
    with pytest.raises(NotFound):
        _refund(shop, placed, 1, "a", cast.wai)


def test_many_refunds_at_once_never_pass_what_was_paid(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop).order_id
    confirm_order(actor=cast.hua, order_id=placed, now=NOON)
    ship_order(actor=cast.hua, order_id=placed, now=NOON)
    calls = [lambda key=key: _refund(shop, placed, 400, f"k{key % 5}") for key in range(10)]
    outcomes = race(*calls)
    assert set(refusals(outcomes)) == {"AmountTooHigh"}
    assert order_row(shop, placed).refunded_fen == 800
    assert balances(shop)["refunds"] == 800


@pytest.mark.negative_control
def test_without_guards_more_is_given_back_than_was_paid(
    cast: Cast, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qunlian.commerce import access
    from qunlian.commerce.models import Order

    owner.execute("ALTER TABLE commerce_order DROP CONSTRAINT commerce_order_money")
    shop = open_shop(cast)
    placed = order(shop).order_id
    confirm_order(actor=cast.hua, order_id=placed, now=NOON)
    ship_order(actor=cast.hua, order_id=placed, now=NOON)
    opened = access.order_for
    monkeypatch.setattr(access, "order_for", lambda actor, pk, **_: opened(actor, pk))
    ask = moves._ask_refund

    def check_then_act(order, repayment, *, actor, at):
        if order.paid_fen < order.refunded_fen + repayment.amount_fen:
            raise AmountTooHigh
        Order.objects.filter(pk=order.pk).update(paid_fen=10**6)
        return ask(order, repayment, actor=actor, at=at)

    monkeypatch.setattr(moves, "_ask_refund", check_then_act)
    meet_before(monkeypatch, moves, "_ask_refund")
    outcomes = race(
        lambda: _refund(shop, placed, 600, "a"), lambda: _refund(shop, placed, 600, "b")
    )
    assert refusals(outcomes) == []
    assert balances(shop)["refunds"] == 1200


def test_shipping_and_full_refund_at_once_goods_and_state_agree(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop(cast)
    placed = order(shop).order_id
    confirm_order(actor=cast.hua, order_id=placed, now=NOON)
    meet_before(monkeypatch, moves, "give_back")
    race(
        lambda: ship_order(actor=cast.hua, order_id=placed, now=NOON),
        lambda: _refund(shop, placed, 1000, "a"),
    )
    state = order_row(shop, placed).state
    assert (state, stock_of(shop)) in (("shipped", (98, 0)), ("cancelled", (100, 0)))
    assert balances(shop) == {"sales_income": -1000, "refunds": 1000}
