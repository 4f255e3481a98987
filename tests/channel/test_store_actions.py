"""Stores: kept by code, closed and reopened, tagged; contacts revealed on the record."""

import dataclasses

import pytest
from django.db import connection

from qunlian.channel.actions.close_store import close_store
from qunlian.channel.actions.tag_stores import NothingChosen, tag_stores
from qunlian.channel.actions.upsert_store import StoreEntry, upsert_store
from qunlian.channel.actions.view_contact import view_contact
from qunlian.channel.models import Store
from qunlian.channel.queries.stores import StoreFilter, list_stores, sales_by_month, store_page
from qunlian.channel.rules.entries import NumberRefused
from qunlian.channel.steps import CodeTaken
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, TODAY, Cast


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


def test_a_store_is_closed_and_reopened(cast: Cast) -> None:
    a1 = cast.ids["A1"]
    assert close_store(actor=cast.rong, store_id=a1, now=NOON).was == "open"
    assert codes(cast.rong, status="closed") == ["A1"]
    assert close_store(actor=cast.rong, store_id=a1, now=NOON, is_reopened=True).status == "open"
    with pytest.raises(NotFound):
        close_store(actor=cast.song, store_id=a1, now=NOON)
    with pytest.raises(Forbidden):
        close_store(actor=cast.du, store_id=a1, now=NOON)


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


def test_a_contact_is_masked_until_asked_for_and_that_is_kept(cast: Cast) -> None:
    (contact,) = store_page(cast.rong, cast.ids["A1"]).contacts
    assert contact.masked_phone == "138****0001"
    seen = view_contact(actor=cast.rong, person_id=contact.person_id, now=NOON)
    assert seen.phone == "13800000001"
    with scope.reading(cast.hua), connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.account_id, f.payload::text FROM kernel_fact f JOIN kernel_fact_entity e "
            "ON e.fact_id = f.id WHERE f.name = 'channel.contact_viewed' AND e.entity_id = %s",
            [contact.person_id],
        )
        assert cursor.fetchall() == [(cast.rong.account_id, "{}")]
    for other in (cast.song, cast.wei, cast.wai):
        with pytest.raises(NotFound):
            view_contact(actor=other, person_id=contact.person_id, now=NOON)


def test_lists_keep_to_reach_and_page_by_key(cast: Cast) -> None:
    assert codes(cast.hua) == ["A1", "A2", "A3", "A4", "B1", "B2", "B3"]
    assert codes(cast.song) == ["B1", "B2", "B3"]
    assert codes(cast.du) == ["A1", "A2"]
    assert codes(cast.oyang) == ["A1"]
    assert codes(cast.wei) == ["X1"]
    assert codes(cast.hua, territory_id=cast.ids["PB"]) == ["B1", "B2", "B3"]
    assert codes(cast.hua, distributor_id=cast.ids["D1"]) == ["A1", "A2"]
    assert codes(cast.ding, territory_id=cast.ids["PA"]) == ["A1", "A2"]
    first = list_stores(cast.hua, StoreFilter(), take=3)
    then = list_stores(cast.hua, StoreFilter(), after=first.next_key or "", take=4)
    assert (first.next_key, then.next_key) == ("A3", None)
    assert [row.code for row in then.rows] == ["A4", "B1", "B2", "B3"]
    with pytest.raises(NotFound):
        list_stores(cast.song, StoreFilter(territory_id=cast.ids["PA"]))


def test_by_size_the_largest_first(cast: Cast) -> None:
    with scope.writing(cast.hua):
        Store.objects.filter(code="A3").update(size_fen=9_000_000)
        Store.objects.filter(code="B2").update(size_fen=5_000_000)
    wanted = StoreFilter(sort="size")
    first = list_stores(cast.hua, wanted, take=2)
    assert [row.code for row in first.rows] == ["A3", "B2"]
    rest = list_stores(cast.hua, wanted, after=first.next_key or "", take=9)
    assert len(rest.rows) == 5
    assert list_stores(cast.song, wanted).rows[0].code == "B2"


def test_the_store_page_and_its_sales(cast: Cast) -> None:
    page = store_page(cast.du, cast.ids["A1"])
    assert [name for _, name in page.territories] == ["华北大区", "石原市", "石原东片"]
    with scope.writing(cast.hua), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channel_sale (enterprise_id, store_id, sold_on, amount_fen) "
            "VALUES (%s, %s, '2026-11-02', 300), (%s, %s, '2026-11-05', 400)",
            [cast.ids["brand"], cast.ids["A1"]] * 2,
        )
    sales = sales_by_month(cast.rong, cast.ids["A1"], today=TODAY)
    assert len(sales) == 12
    assert sales[-1][1] == 700
    for outsider in (cast.song, cast.wai):
        with pytest.raises(NotFound):
            store_page(outsider, cast.ids["A1"])
