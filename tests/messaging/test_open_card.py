"""Opening a broadcast's card proves a click, once."""

from datetime import timedelta

import pytest

from qunlian.kernel import scope
from qunlian.kernel.errors import NotFound
from qunlian.messaging.access import NotInGroup
from qunlian.messaging.actions.open_card import open_card
from qunlian.messaging.models import Receipt
from qunlian.messaging.queries.proofs import broadcast_result
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import scene, sent

CARD = {"kind": "product", "product_id": 7, "title": "苏打饼干", "price_fen": None}


def test_a_click_proves_that_it_was_read_and_counts_once(cast: Cast) -> None:
    here = scene(cast)
    told = sent(cast, card=CARD)
    later = NOON + timedelta(hours=1)
    for now, is_first in ((NOON, True), (later, False)):
        opened = open_card(
            actor=cast.oyang, broadcast_id=told, group_id=here.a, product_id=7, now=now
        )
        assert opened.is_first is is_first
    with scope.reading(cast.hua):
        row = Receipt.objects.get(broadcast_id=told)
    assert (row.delivered_at, row.read_at, row.clicked_at) == (NOON, NOON, NOON)
    total = broadcast_result(cast.hua, told).total
    assert (total.sent, total.delivered, total.read, total.clicked) == (1, 1, 1, 1)


def test_only_a_card_that_came_to_the_group_can_be_opened(cast: Cast) -> None:
    here = scene(cast)
    told, plain = sent(cast, card=CARD), sent(cast)
    for broadcast_id, product_id in ((told, 8), (plain, 7), (0, 7)):
        with pytest.raises(NotFound):
            open_card(
                actor=cast.oyang,
                broadcast_id=broadcast_id,
                group_id=here.a,
                product_id=product_id,
                now=NOON,
            )


def test_who_does_not_sit_there_proves_nothing(cast: Cast) -> None:
    here = scene(cast)
    told = sent(cast, card=CARD)
    with pytest.raises(NotInGroup):
        open_card(actor=cast.hua, broadcast_id=told, group_id=here.a, product_id=7, now=NOON)
    for stranger in (cast.wei, cast.song):
        with pytest.raises(NotFound):
            open_card(actor=stranger, broadcast_id=told, group_id=here.a, product_id=7, now=NOON)
