"""Stores are kept by their code."""

import dataclasses

import pytest

from qunlian.channel.actions.upsert_store import StoreEntry, upsert_store
from qunlian.channel.queries.stores import StoreFilter, list_stores
from qunlian.channel.rules.entries import NumberRefused
from qunlian.channel.steps import CodeTaken
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast


def entry(cast: Cast, code: str = "A9", patch: str = "PA") -> StoreEntry:
    return StoreEntry(code=code, name="新开小店", territory_id=cast.ids[patch], size_fen=500)


def codes(actor: Actor, **wanted: object) -> list[str]:
    return [row.code for row in list_stores(actor, StoreFilter(**wanted)).rows]


def test_a_store_is_added_found_and_the_same_again_changes_nothing(cast: Cast) -> None:
    first = upsert_store(actor=cast.rong, entry=entry(cast), now=NOON)
    again = upsert_store(actor=cast.rong, entry=entry(cast), now=NOON)
    assert (first.is_new, again.is_new, again.changed) == (True, False, ())
    assert codes(cast.rong, typed="xinkai") == ["A9"]
    other = dataclasses.replace(entry(cast), name="老店", closeness=90)
    assert upsert_store(actor=cast.rong, entry=other, now=NOON).changed == ("name", "closeness")


def test_refusals(cast: Cast) -> None:
    with pytest.raises(NumberRefused):
        upsert_store(
            actor=cast.rong, entry=dataclasses.replace(entry(cast), closeness=101), now=NOON
        )
    with pytest.raises(NotFound):
        upsert_store(actor=cast.rong, entry=entry(cast, patch="PB"), now=NOON)
    with pytest.raises(CodeTaken):
        upsert_store(actor=cast.rong, entry=entry(cast, code="B1"), now=NOON)
    for partner in (cast.ding, cast.oyang, cast.guan):
        with pytest.raises(Forbidden):
            upsert_store(actor=partner, entry=entry(cast), now=NOON)
