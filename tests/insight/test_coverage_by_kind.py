"""Coverage by type and management, and of the layers beside the stores: counted, within reach, with work lists."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qunlian.channel.models import Store
from qunlian.community.models import Group, GroupDistributor
from qunlian.community.queries.layer_coverage import (
    coverage_by_layer,
    list_ungrouped_distributors,
    list_unseeded_districts,
)
from qunlian.insight.actions.take_tally import take_tally
from qunlian.insight.queries.kinds import coverage_by_kind
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community import make

LoggedIn = Callable[[Actor], Client]


def _taken(cast: Cast) -> None:
    take_tally(actor=system_actor(cast.ids["brand"]), now=NOON)


def _tobacco(cast: Cast, *codes: str, **more: object) -> None:
    with scope.writing(system_actor(cast.ids["brand"])):
        Store.objects.filter(code__in=codes).update(**({"type": "烟酒店"} | more))


def _kinds(actor: Actor, part: int | None = None, kind: str = "type") -> list[tuple[object, ...]]:
    return [
        (one.value, one.stores, one.grouped, one.live, one.joined)
        for one in coverage_by_kind(actor, part)
        if one.kind == kind
    ]


def _grouped(cast: Cast) -> None:
    """A1 and B1 sell tobacco; A1 sits in a live group, of A2 nobody does."""
    _tobacco(cast, "A1", "B1", management="")
    ids = (cast.ids["A1"], cast.ids["A2"])
    group = make.group(
        cast.ids["brand"], "东片一群", territory_id=cast.ids["PA"], store_ids=ids, life="live"
    )
    make.member(cast.oyang, group, store_id=cast.ids["A1"])


def test_stores_are_counted_by_what_they_are_within_reach(cast: Cast) -> None:
    _grouped(cast)
    now = {actor: _kinds(actor) for actor in (cast.hua, cast.ma, cast.rong, cast.song, cast.wai)}
    _taken(cast)
    assert {actor: _kinds(actor) for actor in now} == now
    assert now[cast.hua] == [("便利店", 5, 1, 1, 0), ("烟酒店", 2, 1, 1, 1)]
    assert now[cast.ma] == now[cast.hua]
    assert now[cast.rong] == [("便利店", 3, 1, 1, 0), ("烟酒店", 1, 1, 1, 1)]
    assert now[cast.song] == [("便利店", 2, 0, 0, 0), ("烟酒店", 1, 0, 0, 0)]
    assert now[cast.wai] == [("便利店", 1, 0, 0, 0)]
    assert _kinds(cast.du) == [("便利店", 1, 1, 1, 0), ("烟酒店", 1, 1, 1, 1)]
    assert _kinds(cast.hua, cast.ids["PB"]) == now[cast.song]
    assert _kinds(cast.hua, kind="management") == [("A", 5, 1, 1, 0), ("", 2, 1, 1, 1)]
    for outsider in (cast.song, cast.du, cast.wai):
        with pytest.raises(NotFound):
            coverage_by_kind(outsider, cast.ids["PA"])


def test_a_new_count_forgets_what_is_gone_and_leaves_what_stayed(cast: Cast) -> None:
    _grouped(cast)
    _taken(cast)
    version = (
        "SELECT xmin::text FROM insight_kind_tally WHERE value = '便利店' AND territory_id = %s"
    )

    def stamp(code: str) -> str:
        with scope.reading(system_actor(cast.ids["brand"])), connection.cursor() as cursor:
            cursor.execute(version, [cast.ids[code]])
            return str(cursor.fetchone())

    before = stamp("PA"), stamp("PB")
    _tobacco(cast, "B1", type="超市")
    _taken(cast)
    assert _kinds(cast.song) == [("便利店", 2, 0, 0, 0), ("超市", 1, 0, 0, 0)]
    assert (stamp("PA"), stamp("PB")) == before
    with scope.writing(system_actor(cast.ids["brand"])):
        Store.objects.filter(code="B1").update(status="closed")
    _taken(cast)
    assert _kinds(cast.song) == [("便利店", 2, 0, 0, 0)]


def _group_for(cast: Cast, layer: str, life: str, **more: object) -> Group:
    room = make.group(cast.ids["brand"], layer, territory_id=cast.ids["N-1"], life=life)
    with scope.writing(system_actor(cast.ids["brand"])):
        Group.objects.filter(pk=room).update(layer=layer, **more)
        return Group.objects.get(pk=room)


def _layers(actor: Actor, part: int | None = None) -> list[tuple[object, ...]]:
    return [
        (one.layer, one.tier, one.total, one.grouped, one.live)
        for one in coverage_by_layer(actor, part)
    ]


def test_distributors_and_districts_with_and_without_their_group(cast: Cast) -> None:
    assert _layers(cast.hua) == [
        ("distributor", 1, 1, 0, 0),
        ("distributor", 2, 1, 0, 0),
        ("consumer", None, 1, 0, 0),
    ]
    assert [one.code for one in list_ungrouped_distributors(cast.hua).rows] == ["D1", "D2"]
    assert [one.name for one in list_unseeded_districts(cast.hua).rows] == ["石原市"]
    manage = _group_for(cast, "distributor", "live")
    with scope.writing(system_actor(cast.ids["brand"])):
        GroupDistributor.objects.create(
            enterprise_id=manage.enterprise_id,
            distributor_id=cast.ids["D1"],
            group=manage,
            since_at=NOON,
        )
    _group_for(cast, "consumer", "planned")
    assert _layers(cast.hua) == [
        ("distributor", 1, 1, 1, 1),
        ("distributor", 2, 1, 0, 0),
        ("consumer", None, 1, 1, 0),
    ]
    assert [one.code for one in list_ungrouped_distributors(cast.hua).rows] == ["D2"]
    assert list_unseeded_districts(cast.hua).rows == ()


def test_a_merged_group_of_seed_users_is_none(cast: Cast) -> None:
    _group_for(cast, "consumer", "retired")
    assert _layers(cast.hua)[-1] == ("consumer", None, 1, 0, 0)
    assert [one.name for one in list_unseeded_districts(cast.hua).rows] == ["石原市"]


def test_each_sees_the_layers_of_his_own_part(cast: Cast) -> None:
    assert _layers(cast.du) == [("distributor", 2, 1, 0, 0)]
    assert [one.code for one in list_ungrouped_distributors(cast.du).rows] == ["D2"]
    for actor in (cast.rong, cast.wai):
        assert list_ungrouped_distributors(actor).rows == ()
    assert list_unseeded_districts(cast.rong).rows == ()
    assert [one.code for one in list_ungrouped_distributors(cast.hua, limit=1).rows] == ["D1"]
    assert list_ungrouped_distributors(cast.hua, limit=1).next_key == "D1"
    city = cast.ids["N-1"]
    assert [r.code for r in list_ungrouped_distributors(cast.hua, territory_id=city).rows] == ["D2"]
    for query in (coverage_by_layer, list_ungrouped_distributors, list_unseeded_districts):
        with pytest.raises(NotFound):
            query(cast.wai, territory_id=city)


def test_the_page_leads_to_the_lists(cast: Cast, logged_in: LoggedIn) -> None:
    _grouped(cast)
    _taken(cast)
    client = logged_in(cast.hua)
    page = client.get("/coverage").content.decode()
    for link in ("/coverage/distributors", "/coverage/districts"):
        assert f'href="{link}?territory={cast.ids["N"]}"' in page
    assert "type=%E7%83%9F%E9%85%92%E5%BA%97&amp;status=open" in page
    assert "D2" in client.get("/coverage/distributors").content.decode()
    assert "石原市" in client.get("/coverage/districts").content.decode()
    for name, text in (("distributors", "杜氏批发"), ("districts", "石原市")):
        sheet = client.get(f"/coverage/{name}/export?format=csv")
        assert text in b"".join(sheet.streaming_content).decode()
    for path in ("/coverage/distributors", "/coverage/districts/export"):
        assert logged_in(cast.wai).get(f"{path}?territory={cast.ids['N']}").status_code == 404


def test_the_coverage_page_takes_as_many_queries_for_more_of_everything(
    cast: Cast, logged_in: LoggedIn
) -> None:
    _taken(cast)
    client = logged_in(cast.hua)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get("/coverage")
        return len(seen)

    queries()
    before = queries()
    for place, code in enumerate(("A1", "A2", "A3", "B1", "B2")):
        _tobacco(cast, code, type=f"类型{place}", management=f"M{place}")
    _taken(cast)
    assert queries() == before
