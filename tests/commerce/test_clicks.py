"""A card in a group, opened on a phone: the click is proven once, and what was ordered stands beside it."""

from collections.abc import Callable

from django.test import Client

from qunlian.commerce.queries.sales import buyers_among, buyers_by_group, buyers_of_broadcast
from qunlian.kernel.actor import Actor
from qunlian.messaging.queries.proofs import broadcast_result, people_of_delivery
from tests.cast_words import Cast
from tests.commerce.shop import open_shop, order
from tests.messaging.scenes import scene, sent

Browser = Callable[[Actor], Client]


def test_from_the_card_to_the_order(cast: Cast, logged_in: Browser) -> None:
    here, shop = scene(cast), open_shop(cast)
    card = {"kind": "product", "product_id": shop.biscuits, "title": "饼干", "price_fen": None}
    told = sent(cast, card=card)
    phone = logged_in(cast.oyang)
    link = f"/m/products/{shop.biscuits}?group={here.a}&broadcast={told}"
    for _turn in range(2):
        assert phone.get(link).status_code == 200
    assert broadcast_result(cast.hua, told).total.clicked == 1
    order(shop, actor=cast.oyang, group_id=here.a, broadcast_id=told)
    person = cast.oyang.person_id or 0
    assert buyers_of_broadcast(cast.hua, told) == 1
    assert buyers_among(cast.hua, told, here.a, [person]) == {person}
    assert buyers_by_group(cast.hua, told, [here.a, here.b])[here.a].orders == 1
    assert buyers_of_broadcast(cast.wai, told) == buyers_of_broadcast(cast.song, told) == 0
    (one,) = people_of_delivery(cast.hua, told, here.a).rows
    assert (one.is_read, one.is_clicked) == (True, True)
    page = logged_in(cast.hua).get(f"/broadcasts/{told}/result").content.decode()
    assert "点开卡片" in page or "opened the card" in page


def test_an_address_that_proves_nothing_does_not_stop_anybody(
    cast: Cast, logged_in: Browser
) -> None:
    here, shop = scene(cast), open_shop(cast)
    told = sent(cast)
    phone = logged_in(cast.oyang)
    for query in (f"group={here.b}&broadcast={told}", "group=9&broadcast=9", "broadcast=x"):
        assert phone.get(f"/m/products/{shop.biscuits}?{query}").status_code == 200
    assert broadcast_result(cast.hua, told).total.clicked == 0
