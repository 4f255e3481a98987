"""The pages of a comparison: chosen, counted, looked through, exported; in the browser's, API's and command's way."""

import io
from collections.abc import Callable
from contextlib import closing, nullcontext
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qunlian.channel.models import Store
from qunlian.cli import plan as command
from qunlian.cli.installation import Installation
from qunlian.community import jobs
from qunlian.community.actions.draft_plan import draft_plan
from qunlian.community.wishes import PlanWish
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from tests.cast_words import NOON, Cast
from tests.community import plans

LoggedIn = Callable[[Actor], Client]


@pytest.fixture
def two(cast: Cast) -> tuple[int, int]:
    """Four small groups, and two large ones: three stores move."""
    one = plans.small_groups(cast.hua)
    return one, plans.planned(cast.hua, seats_soft=200, mode="fewest")


def _counted(cast: Cast, client: Client, one: object, other: object) -> str:
    """Ask on the page and let the worker count; the address of the result."""
    asked = client.post("/plans/compare", {"one": one, "other": other})
    assert asked.status_code == 302, asked.content.decode()[:2000]
    page = asked["Location"]
    assert "q-progress" in client.get(page).content.decode()
    assert "HX-Refresh" not in client.get(f"{page}/progress")
    number = int(page.rsplit("/", 1)[1])
    jobs.count_comparison(enterprise_id=cast.ids["brand"], comparison_id=number)
    assert client.get(f"{page}/progress")["HX-Refresh"] == "true"
    return page


def test_chosen_counted_and_looked_through(
    cast: Cast, logged_in: LoggedIn, two: tuple[int, int]
) -> None:
    client = logged_in(cast.hua)
    assert f'value="{two[1]}" selected' in client.get("/plans/compare").content.decode()
    chosen = client.get(f"/plans/compare?one={two[0]}&other=now").content.decode()
    assert f'value="{two[0]}" selected' in chosen
    page = _counted(cast, client, *two)
    body = client.get(page).content.decode()
    assert "换群的门店" in body
    assert f"第 {two[0]} 号方案" in body
    for address in (
        f"{page}/groups",
        f"{page}/groups?which=changed",
        f"{page}/groups?which=ended",
        f"{page}/stores",
        f"{page}/stores?order=better&q=荣",
        f"{page}/stores?order=worse&place=1",
        f"{page}/people",
        "/plans/compare",
        f"/plans/{two[0]}",
    ):
        assert client.get(address).status_code == 200, address
    assert "没有门店需要调整" in client.get(f"{page}/stores?q=没有").content.decode()
    assert client.get(f"{page}/stores?territory=99999").status_code == 404
    moved = client.get(f"{page}/stores").content.decode()
    assert moved.count("<tr>") == 4


def test_a_refusal_stands_at_the_field(
    cast: Cast, logged_in: LoggedIn, two: tuple[int, int]
) -> None:
    client = logged_in(cast.hua)
    body = client.post("/plans/compare", {"one": two[0], "other": two[0]}).content.decode()
    assert "请选择两个不同的版本来对比" in body
    waiting = draft_plan(actor=cast.hua, wish=PlanWish(seats_soft=200), now=NOON).plan_id
    body = client.post("/plans/compare", {"one": two[0], "other": waiting}).content.decode()
    assert "方案里没有门店群" in body


def test_the_export_is_what_is_filtered_and_runs_no_formula(
    cast: Cast, logged_in: LoggedIn, two: tuple[int, int]
) -> None:
    with scope.writing(cast.hua):
        Store.objects.all().update(name="=1+1")
    client = logged_in(cast.hua)
    page = _counted(cast, client, *two)
    with closing(client.get(f"{page}/stores/export?q=荣")) as file:
        sheet = openpyxl.load_workbook(io.BytesIO(file.getvalue())).active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert len(rows) == 3  # headings, and two of the three are of Rong's patch
    assert {row[1].data_type for row in rows} == {"s"}
    assert rows[1][1].value == "=1+1"
    assert isinstance(rows[1][7].value, int | float)
    with closing(client.get(f"{page}/stores/export?format=csv")) as file:
        assert "'=1+1" in file.getvalue().decode()


def test_a_steady_number_of_queries(cast: Cast, logged_in: LoggedIn, two: tuple[int, int]) -> None:
    client = logged_in(cast.hua)
    page = _counted(cast, client, *two)
    same = _counted(cast, client, *reversed(two))

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    for part in ("", "/stores", "/groups", "/people"):
        assert asked(page + part) <= 28, part
        assert asked(page + part) == asked(same + part)
    assert asked(f"{page}/stores?place=1") == asked(f"{page}/stores")


def test_from_the_command_line(
    cast: Cast, two: tuple[int, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "serving", lambda: nullcontext(Installation(tmp_path)))
    login = f"hq1@{cast.ids['brand']}"
    asked = CliRunner().invoke(
        command.command, ["compare", login, str(two[0]), str(two[1])], catch_exceptions=False
    )
    assert "3 stores change groups, 0 get one, 0 lose theirs" in asked.output
    assert "groups                4        2       -2" in asked.output
    now = CliRunner().invoke(command.command, ["compare", login, str(two[0]), "now"])
    assert "7 lose theirs" in now.output
    wrong = CliRunner().invoke(command.command, ["compare", login, "then", "now"])
    assert wrong.exit_code
