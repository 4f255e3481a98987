"""The console's community pages: they answer, to whom they should, in a steady number of queries."""

import io
from collections.abc import Callable
from contextlib import closing

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qunlian.kernel.actor import Actor
from tests.cast_words import Cast
from tests.community import make, plans
from tests.community.words import East

LoggedIn = Callable[[Actor], Client]


@pytest.fixture
def plan_id(cast: Cast) -> int:
    return plans.small_groups(cast.hua)


def test_every_page_answers(
    cast: Cast, logged_in: LoggedIn, two_groups: East, plan_id: int
) -> None:
    client = logged_in(cast.hua)
    east = two_groups.east
    for address in (
        "/plans",
        "/plans/new",
        f"/plans/{plan_id}",
        f"/plans/{plan_id}/groups/1",
        f"/plans/{plan_id}/progress",
        "/groups",
        "/groups?life=live&q=x&steward=none&layer=store",
        f"/groups/{east}",
        f"/groups/{east}?tab=stores",
        f"/groups/{east}?tab=timeline",
        f"/invitations/posters?group={east}",
        f"/invitations/posters?territory={cast.ids['PA']}",
        "/coverage",
        f"/coverage?territory={cast.ids['N']}",
        f"/coverage?territory={cast.ids['PA']}",
        "/coverage/stores",
    ):
        response = client.get(address)
        assert response.status_code == 200, address
    for address in (
        "/groups/export",
        "/invitations/links",
        "/coverage/export",
        "/coverage/stores/export?format=csv",
    ):
        with closing(client.get(address)) as file:
            assert file.status_code == 200, address


def test_outsiders_find_nothing(
    cast: Cast, logged_in: LoggedIn, two_groups: East, plan_id: int
) -> None:
    east = two_groups.east
    plan_pages = (f"/plans/{plan_id}", f"/plans/{plan_id}/groups/1")
    group_pages = (f"/groups/{east}", f"/invitations/posters?group={east}")
    for actor in (cast.wai, cast.wei, cast.song):
        client = logged_in(actor)
        for address in (*plan_pages, *group_pages, f"/coverage?territory={cast.ids['PA']}"):
            assert client.get(address).status_code == 404, (actor.role, address)
        assert "东片" not in client.get("/groups").content.decode()
    distributor = logged_in(cast.du)
    for address in plan_pages:
        assert distributor.get(address).status_code == 404
    assert distributor.get(f"/groups/{east}").status_code == 200
    assert "A3" not in distributor.get(f"/groups/{east}?tab=stores").content.decode()
    assert Client().get(f"/groups/{east}").status_code == 302


def test_every_store_of_an_applied_plan_has_its_own_link(cast: Cast, logged_in: LoggedIn) -> None:
    plans.applied(cast.hua, plans.planned(cast.hua))
    with closing(logged_in(cast.hua).get("/invitations/links")) as links:
        body = b"".join(links.streaming_content)
    sheet = openpyxl.load_workbook(io.BytesIO(body)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 8
    assert len({row[3] for row in rows[1:]}) == 7
    assert str(rows[1][3]).startswith("http://testserver/m/j/")
    with closing(logged_in(cast.du).get("/invitations/links?format=csv")) as links:
        text = b"".join(links.streaming_content).decode()
    assert ("A1" in text, "A3" in text, "B1" in text) == (True, False, False)


def test_looking_after_a_group(cast: Cast, logged_in: LoggedIn, two_groups: East) -> None:
    client = logged_in(cast.hua)
    east = f"/groups/{two_groups.east}"
    client.post(f"{east}/rename", {"name": "新名"})
    client.post(f"{east}/rules", {"theme": "主题", "rules": "守则"})
    client.post(f"{east}/steward", {"staff_id": str(cast.ids["R2"])})
    client.post(f"{east}/members/remove", {"person_id": str(cast.oyang.person_id)})
    page = client.get(east).content.decode()
    for text in ("新名", "主题", "守则", "宋业务"):
        assert text in page
    client.post(f"{east}/retire")
    assert client.post(f"{east}/retire").status_code == 302


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_lists_take_the_same_number_of_queries_for_1_row_and_20(
    cast: Cast, logged_in: LoggedIn
) -> None:
    client = logged_in(cast.hua)
    ids = cast.ids
    make.group(ids["brand"], "群0", territory_id=ids["PA"], steward_staff_id=ids["R1"])
    client.get("/groups")
    one = _queries(client, "/groups")
    for n in range(1, 20):
        make.group(ids["brand"], f"群{n}", territory_id=ids["PB"], steward_staff_id=ids["R2"])
    assert _queries(client, "/groups") == one
