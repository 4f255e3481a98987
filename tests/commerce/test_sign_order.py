"""Signing: the store's owner on the phone, or staff with a note."""

import pytest

from qunlian.commerce.actions.confirm_order import confirm_order
from qunlian.commerce.actions.ship_order import ship_order
from qunlian.commerce.actions.sign_order import NoteMissing, sign_order
from qunlian.commerce.queries.orders import order_card
from qunlian.commerce.steps import WrongState
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.shop import open_shop, order


def test_owner_signs_or_staff_with_a_note(cast: Cast) -> None:
    shop = open_shop(cast)
    first, second = order(shop).order_id, order(shop, key="k2").order_id
    with pytest.raises(WrongState):
        sign_order(actor=cast.oyang, order_id=first, now=NOON)
    for each in (first, second):
        confirm_order(actor=cast.hua, order_id=each, now=NOON)
        ship_order(actor=cast.hua, order_id=each, now=NOON)
    assert sign_order(actor=cast.oyang, order_id=first, now=NOON).state == "signed"
    with pytest.raises(NoteMissing):
        sign_order(actor=cast.rong, order_id=second, now=NOON, note=" ")
    for stranger, refusal in ((cast.guan, Forbidden), (cast.song, NotFound), (cast.wai, NotFound)):
        with pytest.raises(refusal):
            sign_order(actor=stranger, order_id=second, now=NOON, note="x")
    sign_order(actor=cast.rong, order_id=second, now=NOON, note="店员代签")
    card = order_card(cast.rong, second)
    assert [step.what for step in card.timeline] == ["placed", "confirmed", "shipped", "signed"]
    assert card.timeline[-1].note == "店员代签"
