"""The map: divisions in numbers, stores as cells, within reach; and the lists that it leads to."""

import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qunlian.channel.models import Store
from qunlian.channel.queries.stores import StoreFilter, list_stores
from qunlian.insight.actions.take_tally import take_tally
from qunlian.insight.queries import places
from qunlian.insight.queries.places import CoverageMap, coverage_map
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community import make

LoggedIn = Callable[[Actor], Client]
#: A1 and A2 side by side in Hangzhou, A3 half a degree away in it, B1 in Ningbo, B2 in Beijing's Dongcheng,
#: B3 placed without an address, A4 with an address and no coordinates.
WHERE: dict[str, tuple[str, float | None, float | None]] = {
    "A1": ("330106001", 120.121, 30.271),
    "A2": ("330106", 120.123, 30.273),
    "A3": ("330106001", 120.621, 30.271),
    "A4": ("330102001", None, None),
    "B1": ("330203001", 121.551, 29.871),
    "B2": ("110101001", 116.401, 39.911),
    "B3": ("", 120.124, 30.274),
}


def _lay(cast: Cast) -> None:
    with scope.writing(system_actor(cast.ids["brand"])):
        for code, (division, lng, lat) in WHERE.items():
            Store.objects.filter(code=code).update(division_code=division, lng=lng, lat=lat)
    ids = (cast.ids["A1"], cast.ids["B1"])
    make.group(
        cast.ids["brand"], "东片一群", territory_id=cast.ids["PA"], store_ids=ids, life="live"
    )


def _taken(cast: Cast) -> None:
    take_tally(actor=system_actor(cast.ids["brand"]), now=NOON)


def _parts(shown: CoverageMap) -> list[tuple[str, int, int, int]]:
    return [(part.code, part.stores, part.live, part.unplaced) for part in shown.parts]


def _circles(shown: CoverageMap) -> list[tuple[float, float, int, int]]:
    return [(round(c.lng, 3), round(c.lat, 3), c.stores, c.live) for c in shown.circles]


COUNTRY = [("33", 5, 2, 1), ("", 1, 0, 0), ("11", 1, 0, 0)]
ZHEJIANG = [("3301", 4, 1, 1), ("3302", 1, 1, 0)]


def test_the_country_its_provinces_and_cities(cast: Cast) -> None:
    _lay(cast)
    _taken(cast)
    country = coverage_map(cast.hua)
    assert (country.whole.stores, country.whole.live, country.whole.unplaced) == (7, 2, 1)
    assert _parts(country) == COUNTRY
    assert _circles(country) == [
        (120.123, 30.273, 3, 1),
        (116.401, 39.911, 1, 0),
        (120.621, 30.271, 1, 0),
        (121.551, 29.871, 1, 1),
    ]
    province = coverage_map(cast.hua, "33")
    assert _parts(province) == ZHEJIANG
    assert _circles(province)[0] == (120.122, 30.272, 2, 1)
    city = coverage_map(cast.hua, "3301")
    assert (city.whole.stores, city.whole.unplaced, city.parts) == (4, 1, ())
    assert sum(circle.stores for circle in city.circles) == 3
    assert _parts(coverage_map(cast.hua, "11")) == [("110101", 1, 0, 0)]
    assert [each.code for each in coverage_map(cast.hua, "110101").above] == ["", "11"]


def test_each_sees_his_own_stores_counted_or_not(cast: Cast) -> None:
    _lay(cast)
    asked = [
        (actor, division, part)
        for actor, part in ((cast.hua, None), (cast.hua, cast.ids["PB"]), (cast.rong, None))
        for division in ("", "33", "3301")
    ]
    now = [coverage_map(*each) for each in asked]
    _taken(cast)
    assert [coverage_map(*each) for each in asked] == now
    assert [each.whole.stores for each in now] == [7, 5, 4, 3, 1, 0, 4, 4, 4]
    assert _parts(coverage_map(cast.song)) == [("", 1, 0, 0), ("11", 1, 0, 0), ("33", 1, 1, 0)]
    assert _circles(coverage_map(cast.du)) == [(120.122, 30.272, 2, 1)]
    assert _parts(coverage_map(cast.wai)) == [("", 1, 0, 1)]
    assert coverage_map(cast.wai).circles == ()
    for outsider in (cast.song, cast.du, cast.wai):
        with pytest.raises(NotFound):
            coverage_map(outsider, "", cast.ids["PA"])


def test_a_map_draws_so_many_circles_and_says_when_there_are_more(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lay(cast)
    assert not coverage_map(cast.hua).is_cut
    monkeypatch.setattr(places, "MOST_CELLS", 2)
    shown = coverage_map(cast.hua)
    assert [circle.stores for circle in shown.circles] == [3, 1]
    assert shown.is_cut


@pytest.mark.parametrize("typed", ["", "街"])
def test_stores_are_listed_by_division_and_by_having_no_coordinates(cast: Cast, typed: str) -> None:
    _lay(cast)

    def codes(actor: Actor, **wanted: object) -> list[str]:
        found = list_stores(actor, StoreFilter(typed=typed and "街1号", **wanted))  # type: ignore[arg-type]
        return [row.code for row in found.rows]

    if typed:
        assert codes(cast.hua, division="33") == ["A1", "B1"]
        assert codes(cast.hua, division="3302") == ["B1"]
        assert codes(cast.hua, is_unplaced=True) == []
        return
    assert codes(cast.hua, division="33") == ["A1", "A2", "A3", "A4", "B1"]
    assert codes(cast.hua, division="330106") == ["A1", "A2", "A3"]
    assert codes(cast.rong, division="3301") == ["A1", "A2", "A3", "A4"]
    assert codes(cast.song, division="33") == codes(cast.hua, division="3302") == ["B1"]
    assert codes(cast.du, division="33") == ["A1", "A2"]
    assert codes(cast.hua, is_unplaced=True) == codes(cast.rong, is_unplaced=True) == ["A4"]
    assert codes(cast.hua, division="33", is_unplaced=True, sort="size") == ["A4"]
    assert codes(cast.song, is_unplaced=True) == codes(cast.du, is_unplaced=True) == []


def test_the_page_leads_down_and_names_what_is_not_on_the_map(
    cast: Cast, logged_in: LoggedIn
) -> None:
    _lay(cast)
    _taken(cast)
    client = logged_in(cast.hua)
    page = client.get("/coverage/map").content.decode()
    assert 'href="/coverage/map?division=33"' in page
    assert 'href="/stores?status=open&amp;placed=no"' in page
    spec = json.loads(
        page.partition('id="coverage-map-data" type="application/json">')[2].partition("<")[0]
    )
    assert spec["places"][0] | {"name": ""} == {"code": "33", "name": "", "stores": 5, "live": 2}
    assert spec["cells"][0] == {"lng": 120.1227, "lat": 30.2727, "stores": 3, "live": 1}
    city = client.get(f"/coverage/map?division=3301&territory={cast.ids['PA']}").content.decode()
    assert f"/stores?territory={cast.ids['PA']}&amp;division=3301&amp;status=open" in city
    assert "A4" in client.get("/stores?division=33&placed=no").content.decode()
    assert client.get("/coverage/map?division=3x").context["shown"].whole.code == ""
    outside = f"/coverage/map?territory={cast.ids['PA']}"
    assert {logged_in(who).get(outside).status_code for who in (cast.song, cast.wai)} == {404}


def test_the_map_takes_as_many_queries_for_more_of_everything(
    cast: Cast, logged_in: LoggedIn
) -> None:
    _taken(cast)
    client = logged_in(cast.hua)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get("/coverage/map")
        return len(seen)

    queries()
    before = queries()
    _lay(cast)
    _taken(cast)
    assert queries() == before
