"""Today: everybody lands on it, sees his own part, and at a bounded cost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qunlian.channel.models import ImportRun
from qunlian.commerce.actions.confirm_order import confirm_order
from qunlian.commerce.actions.place_order import NewOrder, place_order
from qunlian.console.insight.today import WORDS
from qunlian.insight.actions.take_tally import take_tally
from qunlian.insight.queries.today import MOST, Todo, today
from qunlian.insight.rules import TASKS
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from tests.cast_words import NOON, Cast
from tests.channel.rosters import csv_file, upload
from tests.commerce.shop import open_shop
from tests.community import make, plans


def test_what_waits_is_what_is_undone_in_ones_part(cast: Cast) -> None:
    take_tally(actor=system_actor(cast.ids["brand"]), now=NOON)
    assert {t.code: t.count for t in today(cast.hua, now=NOON).todos} == {"stores_without_group": 7}
    assert {t.code: t.count for t in today(cast.rong, now=NOON).todos} == {
        "stores_without_group": 4
    }


def test_it_costs_a_constant_number_of_queries(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        today(cast.hua, now=NOON)
    assert len(queries) <= 25


@pytest.mark.parametrize("name", ["hua", "ma", "rong", "guan", "ding", "du"])
def test_every_role_has_the_page(cast: Cast, logged_in, name: str) -> None:
    answer = logged_in(getattr(cast, name)).get("/")
    assert answer.status_code == 200


def _waiting(actor: Actor) -> dict[str, int]:
    return {todo.code: todo.count for todo in today(actor, now=NOON).todos}


def _make_everything_wait(cast: Cast, folder: Path) -> None:
    shop = open_shop(cast)
    for key in ("one", "two"):
        wish = NewOrder(
            store_id=cast.ids["A1"],
            quantities=((shop.biscuits, 1),),
            pay_mode="account",
            request_key=key,
        )
        placed = place_order(actor=cast.oyang, order=wish, now=NOON)
    confirm_order(actor=cast.hua, order_id=placed.order_id, now=NOON)
    brand = cast.ids["brand"]
    make.group(brand, "冷群", territory_id=cast.ids["PA"], life="fading")
    plans.planned(cast.hua)
    card = upload(cast.hua, csv_file(folder, "编码,名称,区域编码", "N1,新店,没有"))
    with scope.writing(cast.hua):
        ImportRun.objects.filter(pk=card.id).update(state="checked", summary={"bad": 1})


def test_each_role_sees_what_he_can_do_something_about(cast: Cast, tmp_path: Path) -> None:
    _make_everything_wait(cast, tmp_path)
    assert _waiting(cast.hua) == {
        "orders_to_confirm": 1,
        "orders_to_ship": 1,
        "imports_waiting": 1,
        "plans_to_approve": 1,
        "groups_without_steward": 1,
        "groups_fading": 1,
    }
    orders = {"orders_to_confirm": 1, "orders_to_ship": 1}
    assert _waiting(cast.rong) == {**orders, "groups_fading": 1}
    assert _waiting(cast.du) == orders
    assert _waiting(cast.guan) == {"groups_without_steward": 1, "groups_fading": 1}
    for outsider in (cast.song, cast.wai):
        assert _waiting(outsider) == {}


def test_every_line_leads_to_the_list_it_counts(
    cast: Cast, logged_in: Callable[[Actor], Client], tmp_path: Path
) -> None:
    _make_everything_wait(cast, tmp_path)
    client = logged_in(cast.hua)
    lines = client.get("/").context["lines"]
    assert len(lines) == 6
    for line in lines:
        assert line.url
        answer = client.get(line.url)
        assert answer.status_code == 200, line.url
        listing = answer.context.get("listing")
        rows = listing.rows if listing else answer.context.get("rows") or answer.context["orders"]
        assert len(rows) == int(line.count), line.url
    for code, words in WORDS.items():
        assert client.get(reverse(words.url_name) + words.query).status_code == 200, code
    assert set(WORDS) == set(TASKS)


def test_nothing_waiting_says_so(cast: Cast, logged_in: Callable[[Actor], Client]) -> None:
    page = logged_in(cast.du).get("/")
    assert page.context["lines"] == []
    assert "q-empty" in page.content.decode()


def test_more_than_one_cares_to_count_is_said_so(cast: Cast, logged_in, monkeypatch) -> None:
    """Two thousand patches without a rep once broke the page."""
    many = (Todo(code="patches_without_rep", count=MOST),)
    monkeypatch.setattr("qunlian.insight.queries.today._todos", lambda *_: many)
    assert "1,000+" in logged_in(cast.hua).get("/").content.decode()
