"""Orders, stock and ledger through random lives, step by step against a small model of what should be."""

import os
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from qunlian.commerce.actions.adjust_stock import adjust_stock
from qunlian.commerce.actions.cancel_order import cancel_order
from qunlian.commerce.actions.confirm_order import confirm_order
from qunlian.commerce.actions.expire_order import expire_order
from qunlian.commerce.actions.pay_bill import pay_bill
from qunlian.commerce.actions.receive_payment import receive_payment
from qunlian.commerce.actions.reconcile_ledger import reconcile_ledger
from qunlian.commerce.actions.refund_order import refund_order
from qunlian.commerce.actions.settle_payment import settle_payment
from qunlian.commerce.actions.ship_order import ship_order
from qunlian.commerce.actions.sign_order import sign_order
from qunlian.commerce.steps import Repayment
from qunlian.commerce.steps import orders as moves
from qunlian.kernel.errors import Refusal
from tests.cast_words import NOON, Cast
from tests.commerce.shop import (
    Shop,
    balances,
    open_shop,
    order,
    order_row,
    paid_note,
    stock_of,
    take,
)

UNITS, CREDIT, PRICE = 40, 9_000, 500
LATER = NOON + timedelta(minutes=16)


class Model:
    """One order as it should be."""

    def __init__(self, units: int, mode: str, token: str) -> None:
        self.units, self.mode, self.token = units, mode, token
        self.total = units * PRICE
        self.state = "new" if mode == "account" else "awaiting_payment"
        self.paid = self.total if mode == "account" else 0
        self.refunded = 0
        self.bill = "open" if mode == "cashier" else ""

    def end(self, state: str) -> None:
        self.state = state
        self.refunded = self.paid
        if self.bill == "open":
            self.bill = "closed"


class WholeLife(RuleBasedStateMachine):
    """Every act on every order at any time: done when the model says so, refused otherwise."""

    shop: Shop
    number = 0

    def __init__(self) -> None:
        super().__init__()
        self.orders: dict[int, Model] = {}
        type(self).number += 1
        self._make_equal()
        self.before = balances(self.shop)
        self.on_hand, self.reserved = stock_of(self.shop)

    def _make_equal(self) -> None:
        """Begin every life with the same free units and the same free credit."""
        shop = self.shop
        on_hand, reserved = stock_of(shop)
        change = UNITS - (on_hand - reserved)
        if change:
            adjust_stock(
                actor=shop.machine,
                product_id=shop.biscuits,
                warehouse_id=shop.main,
                change=change,
                note="盘点",
                now=NOON,
            )
        if self._owed() > 0:
            receive_payment(
                actor=shop.machine,
                store_id=shop.a1,
                amount_fen=self._owed(),
                request_key=f"life {self.number}",
                note="",
                now=NOON,
            )

    def _owed(self) -> int:
        return balances(self.shop).get("receivable", 0)

    def _some(self, data: Any) -> tuple[int, Model] | None:
        if not self.orders:
            return None
        order_id = sorted(self.orders)[data.draw(st.integers(0, len(self.orders) - 1))]
        return order_id, self.orders[order_id]

    def _try(self, is_allowed: bool, act: Any) -> bool:
        try:
            act()
        except Refusal:
            assert not is_allowed
            return False
        assert is_allowed
        return True

    @rule(units=st.integers(1, 12), mode=st.sampled_from(["account", "cashier"]))
    def place(self, units: int, mode: str) -> None:
        fits = stock_of(self.shop)[0] - stock_of(self.shop)[1] >= units
        if mode == "account":
            fits = fits and self._owed() + units * PRICE <= CREDIT
        key = f"{self.number} {len(self.orders)} {units}"
        placed = []
        done = self._try(
            fits, lambda: placed.append(order(self.shop, units=units, pay_mode=mode, key=key))
        )
        if done:
            self.orders[placed[0].order_id] = Model(units, mode, placed[0].bill_token)

    @rule(data=st.data())
    def pay(self, data: Any) -> None:
        chosen = self._some(data)
        if chosen is None or not chosen[1].token:
            return
        _, model = chosen
        actor = self.shop.cast.oyang
        if self._try(
            model.bill != "closed", lambda: pay_bill(actor=actor, token=model.token, now=NOON)
        ):
            model.bill = "paid"

    @rule(data=st.data(), by_note=st.booleans(), repeat=st.integers(1, 2))
    def hear(self, data: Any, by_note: bool, repeat: int) -> None:
        """The cashier's note comes, once or twice, or we ask; late ones are given back."""
        chosen = self._some(data)
        if chosen is None or chosen[1].bill != "paid":
            return
        order_id, model = chosen
        for _ in range(repeat):
            if by_note:
                take(self.shop, paid_note(self.shop, model.token))
            else:
                settle_payment(actor=self.shop.machine, order_id=order_id, now=NOON)
        if model.paid == 0:
            model.paid = model.total
            if model.state == "awaiting_payment":
                model.state = "new"
            else:
                model.refunded = model.total

    @rule(data=st.data())
    def confirm(self, data: Any) -> None:
        self._step(data, "new", "confirmed", confirm_order)

    @rule(data=st.data())
    def ship(self, data: Any) -> None:
        self._step(data, "confirmed", "shipped", ship_order)

    @rule(data=st.data())
    def sign(self, data: Any) -> None:
        self._step(data, "shipped", "signed", sign_order, note="x")

    def _step(self, data: Any, origin: str, target: str, action: Any, **more: str) -> None:
        chosen = self._some(data)
        if chosen is None:
            return
        order_id, model = chosen
        act = lambda: action(actor=self.shop.cast.hua, order_id=order_id, now=NOON, **more)  # noqa: E731
        if self._try(model.state == origin, act):
            model.state = target

    @rule(data=st.data())
    def cancel(self, data: Any) -> None:
        chosen = self._some(data)
        if chosen is None:
            return
        order_id, model = chosen
        allowed = model.state in ("awaiting_payment", "new", "confirmed")
        act = lambda: cancel_order(actor=self.shop.cast.hua, order_id=order_id, now=NOON)  # noqa: E731
        if self._try(allowed, act):
            model.end("cancelled")

    @rule(data=st.data())
    def expire(self, data: Any) -> None:
        chosen = self._some(data)
        if chosen is None:
            return
        order_id, model = chosen
        expire_order(actor=self.shop.machine, order_id=order_id, now=LATER)
        if model.state == "awaiting_payment":
            if model.bill == "paid":
                model.paid, model.state = model.total, "new"
            else:
                model.end("expired")

    @rule(data=st.data(), fen=st.integers(1, 4000), key=st.sampled_from("abc"))
    def refund(self, data: Any, fen: int, key: str) -> None:
        chosen = self._some(data)
        if chosen is None:
            return
        order_id, model = chosen
        known = getattr(model, f"key_{key}", None)
        is_open = model.state in ("new", "confirmed", "shipped", "signed")
        fits = is_open and model.refunded + fen <= model.paid
        allowed = known == fen if known else fits
        repayment = Repayment(amount_fen=fen, request_key=key, reason="")
        act = lambda: refund_order(  # noqa: E731
            actor=self.shop.cast.hua, order_id=order_id, repayment=repayment, now=NOON
        )
        if self._try(allowed, act) and not known:
            setattr(model, f"key_{key}", fen)
            model.refunded += fen
            if model.refunded == model.paid and model.state in ("new", "confirmed"):
                model.end("cancelled")

    @invariant()
    def orders_stock_and_money_are_as_they_should_be(self) -> None:
        for order_id, model in self.orders.items():
            row = order_row(self.shop, order_id)
            seen = (row.state, row.paid_fen, row.refunded_fen)
            assert seen == (model.state, model.paid, model.refunded)
        models = self.orders.values()
        gone = sum(m.units for m in models if m.state in ("shipped", "signed"))
        held = sum(m.units for m in models if m.state in ("awaiting_payment", "new", "confirmed"))
        assert stock_of(self.shop) == (self.on_hand - gone, self.reserved + held)
        booked = balances(self.shop)
        net = sum(m.paid - m.refunded for m in models)
        kinds = ("sales_income", "refunds")
        assert net == -sum(booked.get(k, 0) - self.before.get(k, 0) for k in kinds)
        owed = sum(m.paid - m.refunded for m in models if m.mode == "account")
        assert booked.get("receivable", 0) - self.before.get("receivable", 0) == owed

    def teardown(self) -> None:
        assert reconcile_ledger(actor=self.shop.machine, now=NOON).problems == ()


def _live(cast: Cast, *, examples: int) -> None:
    WholeLife.shop = open_shop(cast, units=UNITS, credit_fen=CREDIT)
    bounds = settings(
        max_examples=examples,
        stateful_step_count=25,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(WholeLife, settings=bounds)


def test_every_life_of_an_order_is_as_the_model_says(cast: Cast) -> None:
    _live(cast, examples=int(os.environ.get("QUNLIAN_LIVES", "12")))


@pytest.mark.negative_control
def test_a_cancelled_order_that_keeps_its_goods_is_noticed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moves, "release_stock", lambda *_: None)
    with pytest.raises(AssertionError):
        _live(cast, examples=30)
