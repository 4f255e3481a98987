"""The search function keeps to enterprise and reach by itself, and finds by name, sound and code."""

import json

import pytest
from django.db import connection

from qunlian.channel.models import Store
from qunlian.channel.rules import search
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from tests.cast_words import NOON, Cast


def found(actor: Actor, typed: str, **filters: object) -> str:
    ways = [
        {"grams": w.grams, "needle": w.needle, "is_name": w.is_name} for w in search.ways(typed)
    ] + [{"code": code} for code in search.code_starts(typed)]
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.code FROM channel_search_stores(%s, %s, '', 50) f JOIN channel_store s USING (id) "
            "ORDER BY s.code",
            [json.dumps(ways), json.dumps(filters)],
        )
        return " ".join(code for (code,) in cursor.fetchall())


@pytest.fixture
def named(cast: Cast) -> Cast:
    with scope.writing(cast.hua):
        Store.objects.filter(code="A1").update(
            name="老张烟酒店(总店)", search_text="laozhangyanjiudian lzyjd", tags=["VIP"]
        )
        Store.objects.filter(code="B1").update(name="长沙米粉", search_text="changshamifen csmf")
    return cast


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("烟酒", "A1"),
        ("酒店 总", "A1"),
        ("yanjiu", "A1"),
        ("zyj", "A1"),
        ("ｙｊｄ", "A1"),
        ("a1", "A1"),
        ("A", "A1 A2 A3 A4"),
        ("西街", "B2 B3"),
        ("changshami", "B1"),
        ("csmf", "B1"),
        ("烟店", ""),
        ("%", ""),
        ("张'; drop", ""),
    ],
)
def test_stores_are_found(named: Cast, typed: str, codes: str) -> None:
    assert found(named.hua, typed) == codes


def test_nobody_finds_beyond_his_reach(named: Cast) -> None:
    for typed in ("便利", "超市", "A", "X", "店"):
        assert set(found(named.song, typed).split()) <= {"B1", "B2", "B3"}
        assert set(found(named.du, typed).split()) <= {"A1", "A2"}
        assert set(found(named.oyang, typed).split()) <= {"A1"}
        assert set(found(named.wai, typed).split()) <= {"X1"}
    assert found(named.wai, "外邦") == "X1"
    assert found(named.rong, "烟酒") == "A1"


def test_filters_and_tags(named: Cast) -> None:
    assert found(named.hua, "", tag="VIP") == "A1"
    assert found(named.song, "", tag="VIP") == ""
    assert found(named.hua, "西街", territories=[named.ids["PA"]]) == ""
    assert found(named.hua, "西街", status="closed") == ""
    assert found(named.hua, "西街", size_fen_from=1, closeness_to=60) == "B2 B3"


def test_counts_follow_the_stores(named: Cast) -> None:
    def counts() -> dict[int, int]:
        with scope.reading(named.hua), connection.cursor() as cursor:
            cursor.execute("SELECT territory_id, stores FROM channel_territory_count")
            return dict(cursor.fetchall())

    pa, pb = named.ids["PA"], named.ids["PB"]
    assert counts() == {pa: 4, pb: 3}
    with scope.writing(named.hua):
        Store.objects.filter(code="A1").update(territory_id=pb)
        Store.objects.filter(code="B1").update(status="closed")
        Store.objects.filter(code="A2").delete()
    assert counts() == {pa: 2, pb: 3}


def test_a_bulk_load_is_found_at_once_and_indexed_after(named: Cast) -> None:
    with scope.writing(named.hua):
        Store.objects.bulk_create(
            Store(
                enterprise_id=named.ids["brand"],
                code=f"Z{n:04d}",
                name=f"聚宝阁{n}",
                search_text=f"jubaoge{n} jbg{n}",
                territory_id=named.ids["PA"],
                created_at=NOON,
                changed_at=NOON,
            )
            for n in range(300)
        )
    assert len(found(named.hua, "聚宝").split()) == 50
    with scope.writing(named.hua), connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(last_id - first_id + 1), 0) FROM channel_store_unindexed"
        )
        assert cursor.fetchone() == (300,)
        cursor.execute("SELECT channel_index_stores(1000)")
        assert cursor.fetchone() == (300,)
    assert found(named.hua, "jubaoge299") == "Z0299"
    assert found(named.hua, "宝阁") == found(named.rong, "宝阁") != ""
