"""Tags are put and taken within reach."""

import pytest

from qunlian.channel.actions.tag_stores import NothingChosen, tag_stores
from qunlian.channel.queries.stores import StoreFilter, list_stores
from qunlian.kernel.actor import Actor
from tests.cast_words import NOON, Cast


def codes(actor: Actor, **wanted: object) -> list[str]:
    return [row.code for row in list_stores(actor, StoreFilter(**wanted)).rows]


def test_tags_are_put_and_taken_within_reach_only(cast: Cast) -> None:
    ids = [cast.ids[code] for code in ("A1", "A2", "B1")]
    assert tag_stores(actor=cast.rong, store_ids=ids, tag=" VIP ", now=NOON).changed == 2
    assert tag_stores(actor=cast.rong, store_ids=ids, tag="VIP", now=NOON).changed == 0
    assert codes(cast.hua, tag="VIP") == ["A1", "A2"]
    assert codes(cast.song, tag="VIP") == []
    tag_stores(actor=cast.rong, store_ids=ids[:1], tag="VIP", now=NOON, is_removed=True)
    assert codes(cast.hua, tag="VIP") == ["A2"]
    with pytest.raises(NothingChosen):
        tag_stores(actor=cast.rong, store_ids=[], tag="VIP", now=NOON)
