"""A store is closed and reopened."""

import pytest

from qunlian.channel.actions.close_store import close_store
from qunlian.channel.queries.stores import StoreFilter, list_stores
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast


def codes(actor: Actor, **wanted: object) -> list[str]:
    return [row.code for row in list_stores(actor, StoreFilter(**wanted)).rows]


def test_a_store_is_closed_and_reopened(cast: Cast) -> None:
    a1 = cast.ids["A1"]
    assert close_store(actor=cast.rong, store_id=a1, now=NOON).was == "open"
    assert codes(cast.rong, status="closed") == ["A1"]
    assert close_store(actor=cast.rong, store_id=a1, now=NOON, is_reopened=True).status == "open"
    with pytest.raises(NotFound):
        close_store(actor=cast.song, store_id=a1, now=NOON)
    with pytest.raises(Forbidden):
        close_store(actor=cast.du, store_id=a1, now=NOON)
