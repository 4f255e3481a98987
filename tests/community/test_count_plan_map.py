"""A plan on the map: counted by a worker after planning and after each edit, read down to a city's districts."""

from collections.abc import Callable

import pytest
from django.test import Client

from qunlian.channel.models import Store
from qunlian.community import jobs
from qunlian.community.actions.cancel_plan import cancel_plan
from qunlian.community.actions.count_plan_map import count_plan_map
from qunlian.community.actions.move_stores import StoreMove, move_stores
from qunlian.community.models import PlanCell, PlanPlace
from qunlian.community.queries.plan_groups import PlanGroupFilter, list_plan_groups
from qunlian.community.queries.plan_map import plan_map
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community import plans

#: West Lake and Binjiang of Hangzhou, Haishu of Ningbo, a district of Beijing, a city only, nothing.
WHERE = {
    "A1": ("330106", 120.13, 30.26),
    "A2": ("330106", 120.131, 30.261),
    "A3": ("330108", 120.21, 30.21),
    "A4": ("330203", 121.55, 29.87),
    "B1": ("110105", 116.44, 39.92),
    "B2": ("3301", None, None),
    "B3": ("", 120.0, 30.0),
}


@pytest.fixture
def plan_id(cast: Cast) -> int:
    with scope.writing(system_actor(cast.ids["brand"])):
        for code, (division, lng, lat) in WHERE.items():
            Store.objects.filter(code=code).update(division_code=division, lng=lng, lat=lat)
    plan_id = plans.small_groups(cast.hua)
    jobs.count_plan_map(enterprise_id=cast.ids["brand"], plan_id=plan_id)
    return plan_id


def _parts(actor: Actor, plan_id: int, division: str = "") -> dict[str, tuple[int, int]]:
    """Code of each part → its stores and groups."""
    parts = plan_map(actor, plan_id, division).parts
    return {part.code: (part.stores, part.groups) for part in parts}


def test_down_from_the_country_to_the_districts(cast: Cast, plan_id: int) -> None:
    shown = plan_map(cast.hua, plan_id)
    assert (shown.whole.stores, shown.whole.groups, shown.whole.unplaced) == (7, 4, 1)
    assert not shown.is_counting
    assert {code: stores for code, (stores, _) in _parts(cast.hua, plan_id).items()} == {
        "33": 5,
        "11": 1,
        "": 1,
    }
    cities = _parts(cast.hua, plan_id, "33")
    assert {code: stores for code, (stores, _) in cities.items()} == {"3301": 4, "3302": 1}
    districts = _parts(cast.hua, plan_id, "3301")
    assert {code: n for code, (n, _) in districts.items()} == {"330106": 2, "330108": 1, "": 1}
    assert {code: n for code, (n, _) in _parts(cast.hua, plan_id, "11").items()} == {"110105": 1}
    assert plan_map(cast.hua, plan_id, "110105").parts == ()
    assert [each.code for each in plan_map(cast.hua, plan_id, "3301").above] == ["", "33"]


def test_cells_are_finer_the_nearer_one_looks(cast: Cast, plan_id: int) -> None:
    country = plan_map(cast.hua, plan_id).circles
    assert sum(circle.stores for circle in country) == 6  # one has no coordinates
    city = plan_map(cast.hua, plan_id, "3301").circles
    assert sorted(circle.stores for circle in city) == [1, 2]
    fullest = city[0]
    assert (fullest.stores, round(fullest.lng, 4), round(fullest.lat, 4)) == (2, 120.1305, 30.2605)
    assert plan_map(cast.hua, plan_id, "110105").circles[0].stores == 1
    assert 0 <= fullest.likeness <= 1


def test_likeness_is_that_of_the_groups_store_by_store(cast: Cast, plan_id: int) -> None:
    groups = plans.groups(cast.ids["brand"], plan_id)
    whole = sum(group.likeness * group.stores for group in groups) / 7
    assert plan_map(cast.hua, plan_id).whole.likeness == pytest.approx(whole)


def test_an_edit_is_counted_anew_once(cast: Cast, plan_id: int) -> None:
    brand = system_actor(cast.ids["brand"])
    stores = plans.stores_by_group(cast.ids["brand"], plan_id)
    moved = StoreMove(
        plan_id=plan_id, version=0, from_number=2, to_number=1, store_ids=(min(stores[2]),)
    )
    move_stores(actor=cast.hua, move=moved, now=NOON)
    assert plan_map(cast.hua, plan_id).is_counting
    assert count_plan_map(actor=brand, plan_id=plan_id, now=NOON).is_new
    assert not count_plan_map(actor=brand, plan_id=plan_id, now=NOON).is_new
    shown = plan_map(cast.hua, plan_id)
    assert (shown.is_counting, shown.whole.stores) == (False, 7)


def test_a_plan_that_is_dropped_leaves_nothing(cast: Cast, plan_id: int) -> None:
    cancel_plan(actor=cast.hua, plan_id=plan_id, now=NOON)
    with scope.reading(cast.hua):
        assert not PlanCell.objects.exists()
        assert not PlanPlace.objects.exists()


def test_the_groups_of_a_division(cast: Cast, plan_id: int) -> None:
    def numbers(division: str) -> int:
        narrow = PlanGroupFilter(division=division)
        return len(list_plan_groups(cast.hua, plan_id, narrow=narrow).rows)

    assert numbers("330203") == numbers("3302") == numbers("110105") == 1
    assert numbers("33") == _parts(cast.hua, plan_id)["33"][1]
    assert numbers("44") == 0


def test_it_is_for_those_who_see_the_plan(cast: Cast, plan_id: int) -> None:
    for who in (cast.ma, cast.rong, cast.du, cast.wai):
        with pytest.raises(NotFound):
            plan_map(who, plan_id)


def test_by_the_api(cast: Cast, plan_id: int) -> None:
    from qunlian.channel.actions.make_api_token import make_api_token

    token = make_api_token(actor=cast.hua, name="test", now=NOON).token
    client = Client(headers={"Authorization": f"Bearer {token}"})
    told = client.get(f"/api/v1/plans/{plan_id}/map?division=33").json()
    assert (told["whole"]["stores"], told["is_counting"]) == (5, False)
    assert {part["name"] for part in told["parts"]} == {"杭州市", "宁波市"}


def test_the_pages(cast: Cast, plan_id: int, logged_in: Callable[[Actor], Client]) -> None:
    client = logged_in(cast.hua)
    country = client.get(f"/plans/{plan_id}/map").content.decode()
    assert f'href="/plans/{plan_id}/map?division=33"' in country
    city = client.get(f"/plans/{plan_id}/map?division=3301").content.decode()
    assert f'href="/plans/{plan_id}?division=330106#results"' in city
    assert client.get(f"/plans/{plan_id}/map?division=x").status_code == 200
    listed = client.get(f"/plans/{plan_id}?division=330203").content.decode()
    assert "海曙区" in listed
