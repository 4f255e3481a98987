"""Every page of the shop, over HTTP: what it shows, to whom, and with how many queries."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qunlian.commerce.actions.confirm_order import confirm_order
from qunlian.commerce.queries.ledger import list_accounts, list_transfers
from qunlian.kernel.actor import Actor
from tests.cast_words import NOON, Cast
from tests.commerce.shop import Shop, open_shop, order, order_row

Browser = Callable[[Actor], Client]


def _paths(shop: Shop, order_id: int) -> dict[str, str]:
    account = list_accounts(shop.cast.hua, kind="receivable").rows[0].account_id
    transfer = list_transfers(shop.cast.hua).rows[0].transfer_id
    return {
        "orders": reverse("commerce_list_orders"),
        "board": reverse("commerce_board"),
        "order": reverse("commerce_order_card", args=[order_id]),
        "products": reverse("commerce_list_products"),
        "product": reverse("commerce_product_card", args=[shop.biscuits]),
        "new product": reverse("commerce_new_product"),
        "edit product": reverse("commerce_save_product", args=[shop.biscuits]),
        "ledger": reverse("commerce_trial_balance"),
        "accounts": reverse("commerce_list_accounts"),
        "account": reverse("commerce_account_card", args=[account]),
        "transfers": reverse("commerce_list_transfers"),
        "transfer": reverse("commerce_transfer_card", args=[transfer]),
        "export": reverse("commerce_export_orders"),
        "export csv": reverse("commerce_export_orders") + "?format=csv",
    }


def _code(client: Client, path: str) -> int:
    response = client.get(path)
    response.close()
    return response.status_code


def test_every_page_opens_for_those_it_is_for(cast: Cast, logged_in: Browser) -> None:
    shop = open_shop(cast)
    placed = order(shop)
    paths = _paths(shop, placed.order_id)
    answers = {}
    for who in ("hua", "rong", "song", "du", "wai", "oyang"):
        client = logged_in(getattr(cast, who))
        answers[who] = {name: _code(client, path) for name, path in paths.items()}
    assert set(answers["hua"].values()) == {200}
    lists = {"orders", "board", "products", "accounts", "export", "export csv"}
    ours = lists | {"order", "product", "account"}
    for who, seen in (("rong", ours), ("du", ours), ("song", lists | {"product"})):
        assert {name for name, code in answers[who].items() if code == 200} == seen, who
    assert {name for name, code in answers["wai"].items() if code == 200} == lists | {
        "new product",
        "ledger",
        "transfers",
    }
    assert set(answers["oyang"].values()) == {404}


def test_an_order_goes_its_way_by_buttons(cast: Cast, logged_in: Browser) -> None:
    shop = open_shop(cast)
    placed = order(shop)
    client, one = logged_in(cast.ma), [placed.order_id]
    client.post(reverse("commerce_confirm_order", args=one), {"back": "board"})
    client.post(reverse("commerce_ship_order", args=one), {"carrier": "顺丰"})
    refused = client.post(reverse("commerce_sign_order", args=one), {"sign_note": ""})
    assert refused.status_code == 200
    client.post(reverse("commerce_sign_order", args=one), {"sign_note": "店员签收"})
    assert order_row(shop, placed.order_id).state == "signed"
    money = {"refund_yuan": "99", "request_key": "a", "refund_reason": "破损"}
    again = client.post(reverse("commerce_refund_order", args=one), money)
    assert "破损" in again.content.decode()
    money["refund_yuan"] = "2.50"
    for _ in range(2):
        client.post(reverse("commerce_refund_order", args=one), money)
    assert order_row(shop, placed.order_id).refunded_fen == 250
    assert "顺丰" in client.get(reverse("commerce_order_card", args=one)).content.decode()


def test_catalogue_and_books_are_kept_by_headquarters(cast: Cast, logged_in: Browser) -> None:
    shop = open_shop(cast)
    order(shop)
    client = logged_in(cast.hua)
    form = {"code": "P9", "name": "新品", "retail_yuan": "x", "status": "on_sale"}
    kept = client.post(reverse("commerce_new_product"), form)
    assert kept.status_code == 200
    assert "新品" in kept.content.decode()
    added = client.post(reverse("commerce_new_product"), form | {"retail_yuan": "12.50"})
    assert added.status_code == 302
    product = [shop.biscuits]
    price = {"price_yuan": "4.2", "territory": str(cast.ids["PA"]), "store_type": "", "tier": ""}
    client.post(reverse("commerce_set_price", args=product), price)
    stock = {"warehouse": str(shop.main), "change": "-3", "stock_note": "破损"}
    client.post(reverse("commerce_adjust_stock", args=product), stock)
    shown = client.get(reverse("commerce_product_card", args=product)).content.decode()
    assert "4.20" in shown
    assert "97" in shown
    store = [shop.a1]
    paid = {"paid_yuan": "3", "request_key": "b"}
    client.post(reverse("commerce_receive_payment", args=store), paid)
    client.post(reverse("commerce_set_credit_limit", args=store), {"limit_yuan": "88"})
    client.post(reverse("commerce_reconcile_ledger"))
    row = list_accounts(cast.hua, kind="receivable").rows[0]
    assert (row.balance_fen, row.limit_fen) == (700, 8800)
    wrong = list_transfers(cast.hua, kind="payment_received").rows[0].transfer_id
    client.post(reverse("commerce_correct_transfer", args=[wrong]), {"reason": "错"})
    assert list_accounts(cast.hua, kind="receivable").rows[0].balance_fen == 1000


@pytest.mark.parametrize(
    "name", ["commerce_list_orders", "commerce_board", "commerce_list_products"]
)
def test_lists_ask_as_often_for_one_row_as_for_twelve(
    cast: Cast, logged_in: Browser, name: str
) -> None:
    shop = open_shop(cast)
    client = logged_in(cast.rong)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name)).status_code == 200
        return len(queries)

    order(shop, units=1)
    client.get(reverse(name))
    few = asked()
    for number in range(6):
        placed = order(shop, units=1, key=f"n{number}")
        if number % 2:
            confirm_order(actor=cast.hua, order_id=placed.order_id, now=NOON)
    assert asked() == few
    assert few < 40
