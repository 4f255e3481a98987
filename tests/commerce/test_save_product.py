"""Keeping the catalogue."""

import pytest

from qunlian.commerce.actions.save_product import (
    ProductCodeTaken,
    ProductDetails,
    ProductIncomplete,
    save_product,
)
from qunlian.commerce.queries.catalogue import list_offers, list_products, product_card
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.shop import open_shop


def test_a_product_is_added_and_changed(cast: Cast) -> None:
    shop = open_shop(cast)
    changed = ProductDetails(code="P1", name="咸饼干", status="off_sale", retail_fen=700)
    save_product(actor=cast.hua, product_id=shop.biscuits, details=changed, now=NOON)
    card = product_card(cast.hua, shop.biscuits)
    assert (card.name, card.status, card.retail_fen) == ("咸饼干", "off_sale", 700)
    assert [row.code for row in list_products(cast.hua).rows] == ["P1", "P2"]
    assert [row.code for row in list_products(cast.hua, status="on_sale").rows] == ["P2"]
    assert [offer.name for offer in list_offers(cast.oyang, shop.a1)] == ["橙汁"]
    with pytest.raises(NotFound):
        product_card(cast.oyang, shop.biscuits)


def test_refusals(cast: Cast) -> None:
    shop = open_shop(cast)
    fine = ProductDetails(code="P3", name="茶")
    with pytest.raises(Forbidden):
        save_product(actor=cast.rong, product_id=None, details=fine, now=NOON)
    with pytest.raises(NotFound):
        save_product(actor=cast.wai, product_id=shop.biscuits, details=fine, now=NOON)
    with pytest.raises(ProductIncomplete):
        save_product(
            actor=cast.hua, product_id=None, details=ProductDetails(code=" ", name="茶"), now=NOON
        )
    taken = ProductDetails(code="P2", name="茶")
    with pytest.raises(ProductCodeTaken):
        save_product(actor=cast.hua, product_id=shop.biscuits, details=taken, now=NOON)
