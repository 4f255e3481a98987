"""Coverage by parts: the tally says what counting now says, and a distributor sees his own stores."""

from typing import Any

import pytest
from django.db import connection

from qunlian.community.queries.coverage import (
    CoveragePage,
    counted_now,
    every_uncovered_store,
    list_uncovered_stores,
)
from qunlian.community.queries.coverage import coverage as by_parts
from qunlian.community.queries.groups import list_groups
from qunlian.insight.actions.take_tally import take_tally
from qunlian.insight.queries import coverage
from qunlian.insight.queries.coverage import (
    counted_at,
    covered_territories,
    noted_stores,
    tallied,
)
from qunlian.insight.queries.lights import list_lost_stores
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community import make, plans


def parts(page: CoveragePage) -> list[tuple[str, int, int]]:
    return [(part.name, part.stores, part.in_group) for part in page.parts]


def test_the_tally_says_what_counting_now_says(cast: Cast) -> None:
    plans.applied(cast.hua, plans.planned(cast.hua))
    assert counted_at(cast.hua) is None
    take_tally(actor=system_actor(cast.ids["brand"]), now=NOON)
    assert counted_at(cast.hua) == NOON
    asked: list[tuple[Actor, int | None]] = [
        *((cast.hua, cast.ids.get(code)) for code in ("", "N", "PA", "PB")),
        (cast.rong, None),
        (cast.song, None),
    ]
    for actor, part in asked:
        now = by_parts(actor, part, count=counted_now)
        assert by_parts(actor, part, count=tallied) == now
        assert now.whole.stores > 0
        assert now.whole.in_group == now.whole.stores


def test_a_distributor_sees_the_stores_of_his_subtree(cast: Cast) -> None:
    plans.applied(cast.hua, plans.planned(cast.hua))
    page = by_parts(cast.du)
    assert (page.whole.stores, page.whole.in_group) == (2, 2)
    assert sum(stores for _, stores, _ in parts(page)) <= 2
    assert parts(by_parts(cast.du)) == parts(by_parts(cast.du, count=tallied))


def test_holes_page_place_by_place_and_covered_places_are_not_looked_into(cast: Cast) -> None:
    def pages(actor: Actor, **more: Any) -> list[str]:
        codes: list[str] = []
        after: str | None = ""
        while after is not None:
            page = list_uncovered_stores(actor, after=after, limit=2, **more)
            codes += [store.code for store in page.rows]
            after = page.next_key
        return codes

    assert pages(cast.hua) == ["A1", "A2", "A3", "A4", "B1", "B2", "B3"]
    assert pages(cast.hua, territory_id=cast.ids["PB"]) == ["B1", "B2", "B3"]
    assert pages(cast.song) == ["B1", "B2", "B3"]
    assert pages(cast.du) == ["A1", "A2"]
    assert pages(cast.wai) == ["X1"]
    with pytest.raises(NotFound):
        list_uncovered_stores(cast.song, territory_id=cast.ids["PA"])
    own = tuple(cast.ids[code] for code in ("A1", "A2", "A3", "A4"))
    make.group(cast.ids["brand"], "东片一群", territory_id=cast.ids["PA"], store_ids=own)
    take_tally(actor=system_actor(cast.ids["brand"]), now=NOON)
    full = covered_territories(cast.hua)
    assert cast.ids["PA"] in full
    assert cast.ids["PB"] not in full
    assert pages(cast.hua) == pages(cast.hua, covered=full) == ["B1", "B2", "B3"]
    noted = noted_stores(cast.hua)
    assert pages(cast.hua, noted=noted) == pages(cast.song, noted=noted) == ["B1", "B2", "B3"]
    assert pages(cast.hua, noted=noted, territory_id=cast.ids["PA"]) == []
    assert [s.code for s in every_uncovered_store(cast.hua)] == ["B1", "B2", "B3"]


def test_stores_without_a_group_are_noted_while_they_are_few(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that got a group since its count is not listed; of many not every one is noted."""
    assert noted_stores(cast.hua) is None
    take_tally(actor=system_actor(cast.ids["brand"]), now=NOON)
    noted = noted_stores(cast.hua)
    assert noted is not None
    assert len(noted) == 7
    assert noted_stores(cast.wai) is None
    own = (cast.ids["A1"], cast.ids["A2"])
    make.group(cast.ids["brand"], "东片一群", territory_id=cast.ids["PA"], store_ids=own)
    listed = list_uncovered_stores(cast.hua, noted=noted).rows
    assert [store.code for store in listed] == ["A3", "A4", "B1", "B2", "B3"]
    monkeypatch.setattr(coverage, "MOST_NOTED", 6)
    assert noted_stores(cast.hua) is None


def test_a_distributor_reads_where_his_own_stores_lie_and_no_other_place(cast: Cast) -> None:
    own = (cast.ids["A1"], cast.ids["A2"])
    make.group(cast.ids["brand"], "东片一群", territory_id=cast.ids["PA"], store_ids=own)
    other = (cast.ids["B1"],)
    make.group(cast.ids["brand"], "西片一群", territory_id=cast.ids["PB"], store_ids=other)
    assert [card.territory_name for card in list_groups(cast.du).rows] == ["石原东片"]
    assert {s.territory for s in list_lost_stores(cast.du, now=NOON).rows} == {"石原东片"}
    seen = "SELECT name FROM channel_place_view ORDER BY path"
    for actor, names in (
        (cast.du, ["华北大区", "石原市", "石原东片"]),
        (cast.oyang, ["华北大区", "石原市", "石原东片"]),
        (cast.song, ["石原西片"]),
        (cast.wai, ["外区"]),
    ):
        with scope.reading(actor), connection.cursor() as cursor:
            cursor.execute(seen)
            assert [name for (name,) in cursor.fetchall()] == names
