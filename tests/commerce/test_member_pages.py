"""The shop on the phone: from a card in a group to a signed order."""

import re
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from qunlian.commerce.actions.confirm_order import confirm_order
from qunlian.commerce.actions.ship_order import ship_order
from qunlian.commerce.queries.orders import orders_of_store
from qunlian.kernel.actor import Actor
from tests.cast_words import NOON, Cast
from tests.commerce.shop import balances, open_shop, order, order_row

Browser = Callable[[Actor], Client]


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_a_store_owner_orders_pays_and_signs(cast: Cast, logged_in: Browser) -> None:
    shop = open_shop(cast)
    client = logged_in(cast.oyang)
    assert "苏打饼干" in client.get(reverse("member_commerce_list_offers")).content.decode()
    product = reverse("member_commerce_product_offer", args=[shop.biscuits])
    assert "¥5.00" in client.get(product, {"group": "1"}).content.decode()
    place = reverse("member_commerce_place_order")
    review = client.get(place, {f"p{shop.biscuits}": "2", f"p{shop.juice}": "0"}).content.decode()
    form = _hidden(review) | {"pay_mode": "cashier"}
    assert form["total_fen"] == "1000"
    first, again = client.post(place, form), client.post(place, form)
    assert first.url == again.url
    assert len(orders_of_store(cast.oyang, shop.a1).rows) == 1
    assert client.get(first.url).status_code == 200
    paid = client.post(first.url)
    order_id = int(paid.url.rsplit("/", 1)[-1])
    assert client.get(paid.url).status_code == 200
    client.post(reverse("member_commerce_settle_payment", args=[order_id]))
    assert order_row(shop, order_id).state == "new"
    confirm_order(actor=cast.rong, order_id=order_id, now=NOON)
    ship_order(actor=cast.rong, order_id=order_id, now=NOON)
    client.post(reverse("member_commerce_sign_order", args=[order_id]))
    assert order_row(shop, order_id).state == "signed"
    assert client.get(reverse("member_commerce_list_orders")).status_code == 200
    assert balances(shop) == {"cashier_cash": 1000, "sales_income": -1000}


def test_a_refusal_keeps_what_was_typed_and_charges_nothing(cast: Cast, logged_in: Browser) -> None:
    shop = open_shop(cast, units=3)
    client = logged_in(cast.oyang)
    place = reverse("member_commerce_place_order")
    form = {f"p{shop.biscuits}": "4", "pay_mode": "account", "request_key": "k", "note": "下午送"}
    refused = client.post(place, form)
    assert refused.status_code == 409
    assert "下午送" in refused.content.decode()
    changed = client.post(place, form | {f"p{shop.biscuits}": "1", "total_fen": "400"})
    assert changed.status_code == 409
    assert client.get(place).status_code == 302
    assert balances(shop) == {}


def test_strangers_find_nothing(cast: Cast, logged_in: Browser) -> None:
    shop = open_shop(cast)
    placed = order(shop, pay_mode="cashier")
    paths = [
        reverse("member_commerce_order_card", args=[placed.order_id]),
        reverse("member_commerce_pay_bill", args=[placed.bill_token]),
        f"{reverse('member_commerce_list_offers')}?store={shop.a1}",
        f"{reverse('member_commerce_product_offer', args=[shop.biscuits])}?store={shop.a1}",
        f"{reverse('member_commerce_list_orders')}?store={shop.a1}",
    ]
    catalogue = reverse("commerce_list_products")  # where staff are led: to what is their own
    for who, product in ((cast.wai, 404), (cast.song, 302)):  # he sells the same brand
        client = logged_in(who)
        answers = [client.get(path) for path in paths]
        assert [one.status_code for one in answers[:4]] == [404, 404, 302, product]
        assert answers[2]["Location"] == catalogue
        assert "苏打" not in client.get(paths[4]).content.decode()
    assert Client().get(paths[0]).status_code == 302
    client = logged_in(cast.oyang)
    client.post(reverse("member_commerce_cancel_order", args=[placed.order_id]))
    assert order_row(shop, placed.order_id).state == "cancelled"
