"""The channel through the API: keys, reach, upsert, refusals as problem+json."""

from typing import Any

import pytest
from django.test import Client

from qunlian.channel.actions.make_api_token import make_api_token
from qunlian.kernel.actor import Actor
from tests.cast_words import NOON, Cast


class Program:
    """A program that acts as somebody."""

    def __init__(self, actor: Actor) -> None:
        token = make_api_token(actor=actor, name="test", now=NOON).token
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}")

    def put(self, path: str, body: dict[str, object]) -> Any:
        return self.client.put(f"/api/v1{path}", body, content_type="application/json")


def test_without_a_key_there_is_nothing(cast: Cast) -> None:
    assert Client().get("/api/v1/stores").status_code == 401
    wrong = Client(headers={"Authorization": "Bearer qlk_wrong"})
    assert wrong.get("/api/v1/stores").status_code == 401


@pytest.mark.parametrize(
    ("name", "codes"),
    [("hua", "A1 A2 A3 A4 B1 B2 B3"), ("song", "B1 B2 B3"), ("du", "A1 A2"), ("wai", "X1")],
)
def test_lists_keep_to_reach(cast: Cast, name: str, codes: str) -> None:
    answer = Program(getattr(cast, name)).get("/stores").json()
    assert " ".join(row["code"] for row in answer["rows"]) == codes


def test_paging_and_filters(cast: Cast) -> None:
    hua = Program(cast.hua)
    first = hua.get("/stores?take=3").json()
    assert first["next_key"] == "A3"
    assert [r["code"] for r in hua.get("/stores?take=2&after=A3").json()["rows"]] == ["A4", "B1"]
    assert [r["code"] for r in hua.get("/stores?q=西街1").json()["rows"]] == ["B1"]


def test_an_erp_keeps_its_stores(cast: Cast) -> None:
    rong = Program(cast.rong)
    entry: dict[str, object] = {"name": "新店", "territory_id": cast.ids["PA"], "size_fen": 5}
    added = rong.put("/stores/by-code/A9", entry)
    assert (added.status_code, added.json()["is_new"]) == (201, True)
    again = rong.put("/stores/by-code/A9", entry)
    assert (again.status_code, again.json()["changed"]) == (200, [])
    refused = rong.put("/stores/by-code/A9", {**entry, "closeness": 101})
    assert refused.status_code == 422
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "channel.number_refused"
    assert (
        rong.put("/stores/by-code/B9", {**entry, "territory_id": cast.ids["PB"]}).status_code == 404
    )


def test_every_read_of_another_is_not_found(cast: Cast) -> None:
    ids = cast.ids
    reads = (
        f"/stores/{ids['A1']}",
        f"/territories/{ids['PA']}",
        f"/territories/{ids['PA']}/children",
        f"/staff/{ids['R1']}",
        f"/distributors/{ids['D1']}",
    )
    hua, song, wai = Program(cast.hua), Program(cast.song), Program(cast.wai)
    for path in reads:
        assert hua.get(path).status_code == 200, path
        assert song.get(path).status_code == 404, path
        assert wai.get(path).status_code == 404, path
    for path in ("/territories", "/staff", "/distributors"):
        assert hua.get(path).status_code == 200
        assert "荣业务" not in wai.get(path).content.decode()
