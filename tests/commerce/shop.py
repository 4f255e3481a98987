"""A shop for the cast: two products, the enterprise's warehouse and Du's, credit for Oyang."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from qunlian.commerce.actions.adjust_stock import adjust_stock
from qunlian.commerce.actions.open_warehouse import open_warehouse
from qunlian.commerce.actions.place_order import NewOrder, PlacedOrder, place_order
from qunlian.commerce.actions.save_product import ProductDetails, save_product
from qunlian.commerce.actions.set_credit_limit import set_credit_limit
from qunlian.commerce.actions.set_price import PriceTerms, set_price
from qunlian.commerce.actions.take_note import CashierNote, take_note
from qunlian.commerce.models import Bill, Entry, Order, Stock
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from tests.cast_words import NOON, Cast


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Biscuits cost 500 fen, juice 300; 100 of each lie in the enterprise's warehouse, none in Du's."""

    cast: Cast
    biscuits: int
    juice: int
    main: int
    of_du: int

    @property
    def machine(self) -> Actor:
        return system_actor(self.cast.ids["brand"])

    @property
    def a1(self) -> int:
        return self.cast.ids["A1"]


def open_shop(cast: Cast, *, units: int = 100, credit_fen: int = 1_000_000) -> Shop:
    hua = cast.hua
    ids = []
    for code, name, price in (("P1", "苏打饼干", 500), ("P2", "橙汁", 300)):
        details = ProductDetails(code=code, name=name, spec="24 × 100 g", unit="箱")
        product = save_product(actor=hua, product_id=None, details=details, now=NOON)
        ids.append(product.product_id)
        set_price(
            actor=hua,
            product_id=product.product_id,
            terms=PriceTerms(price_fen=price),
            now=NOON,
        )
    main = open_warehouse(actor=hua, code="W0", name="总仓", now=NOON).warehouse_id
    of_du = open_warehouse(
        actor=hua, code="W1", name="杜氏仓", now=NOON, distributor_id=cast.ids["D2"]
    ).warehouse_id
    for product in ids:
        adjust_stock(
            actor=hua, product_id=product, warehouse_id=main, change=units, note="期初", now=NOON
        )
    set_credit_limit(actor=hua, store_id=cast.ids["A1"], limit_fen=credit_fen, now=NOON)
    return Shop(cast=cast, biscuits=ids[0], juice=ids[1], main=main, of_du=of_du)


def order(
    shop: Shop,
    *,
    actor: Actor | None = None,
    units: int = 2,
    pay_mode: str = "account",
    key: str = "k1",
    store: str = "A1",
    at: datetime = NOON,
    **more: int,
) -> PlacedOrder:
    """Order some biscuits for a store."""
    wanted = NewOrder(
        store_id=shop.cast.ids[store],
        quantities=((shop.biscuits, units),),
        pay_mode=pay_mode,
        request_key=key,
        **more,
    )
    return place_order(actor=actor or shop.cast.oyang, order=wanted, now=at)


def stock_of(shop: Shop, product: int | None = None) -> tuple[int, int]:
    """Return (on hand, reserved) in the enterprise's warehouse."""
    with scope.reading(shop.machine):
        row = Stock.objects.get(product_id=product or shop.biscuits, warehouse_id=shop.main)
    return row.on_hand, row.reserved


def order_row(shop: Shop, order_id: int) -> Order:
    with scope.reading(shop.machine):
        return Order.objects.get(pk=order_id)


def bill_of(shop: Shop, token: str) -> Bill:
    with scope.reading(shop.machine):
        return Bill.objects.get(token=token)


def balances(shop: Shop) -> dict[str, int]:
    """Return the balance of each kind of account, recomputed from the entries; they sum to 0."""
    from qunlian.commerce.models import Account

    with scope.reading(shop.machine):
        kinds = {account.pk: account.kind for account in Account.objects.all()}
        sums = dict.fromkeys(kinds.values(), 0)
        for account_id, amount in Entry.objects.values_list("account_id", "amount_fen"):
            sums[kinds[account_id]] += amount
    assert sum(sums.values()) == 0
    return {kind: amount for kind, amount in sums.items() if amount}


def paid_note(shop: Shop, token: str, *, key: str = "", amount_fen: int = 0) -> CashierNote:
    """Return what the cashier would say about a bill."""
    bill = bill_of(shop, token)
    return CashierNote(
        key=key or f"paid {token}",
        kind="paid",
        bill_token=token,
        amount_fen=amount_fen or bill.amount_fen,
        reference="T1",
    )


def take(shop: Shop, note: CashierNote, *, at: datetime = NOON) -> str:
    return take_note(actor=shop.machine, note=note, now=at).outcome


def jobs_waiting(owner: psycopg.Connection, name: str) -> list[dict[str, Any]]:
    """Return the arguments of the jobs that were asked for."""
    rows = owner.execute(
        "SELECT args FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [name]
    )
    return [args for (args,) in rows]
