"""The shop over the API: the same actions, refusals as problem+json, strangers find nothing."""

import hashlib
import json
from typing import Any

import pytest
from django.test import Client

from qunlian.channel.models import ApiToken
from qunlian.kernel.actor import Actor
from tests.cast_words import NOON, Cast
from tests.commerce.shop import open_shop, order


class Program:
    """A program with a key of somebody's."""

    def __init__(self, actor: Actor) -> None:
        key = f"key of {actor.account_id}"
        digest = hashlib.sha256(key.encode()).hexdigest()
        ApiToken.objects.create(
            account_id=actor.account_id, digest=digest, name="test", created_at=NOON
        )
        self.client = Client(headers={"Authorization": f"Bearer {key}"})

    def get(self, path: str) -> tuple[int, Any]:
        answer = self.client.get(f"/api/v1{path}")
        return answer.status_code, json.loads(answer.content)

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        answer = self.client.post(f"/api/v1{path}", body, content_type="application/json")
        return answer.status_code, json.loads(answer.content)


@pytest.fixture
def wanted(cast: Cast) -> dict[str, Any]:
    shop = open_shop(cast)
    return {
        "store_id": shop.a1,
        "lines": [{"product_id": shop.biscuits, "units": 2}],
        "pay_mode": "account",
        "request_key": "erp 1",
    }


def test_an_order_from_an_erp_goes_its_whole_way(cast: Cast, wanted: dict[str, Any]) -> None:
    program = Program(cast.hua)
    status, placed = program.post("/orders", wanted)
    assert (status, placed["state"], placed["is_new"]) == (200, "new", True)
    assert program.post("/orders", wanted)[1] == placed | {"is_new": False}
    order_path = f"/orders/{placed['order_id']}"
    for verb, body in (("confirm", {}), ("ship", {"carrier": "顺丰"}), ("sign", {"note": "店员"})):
        status, card = program.post(f"{order_path}/{verb}", body)
        assert status == 200, card
    assert card["row"]["state"] == "signed"
    money = {"amount_fen": 100, "request_key": "r"}
    assert program.post(f"{order_path}/refund", money)[1]["state"] == "done"
    assert program.get("/orders?state=signed")[1]["rows"][0]["refunded_fen"] == 100
    assert program.get("/ledger")[1]["off_by_fen"] == 0
    assert program.get("/products")[1]["rows"][0]["on_hand"] == 98


def test_refusals_are_problems_with_their_code(cast: Cast, wanted: dict[str, Any]) -> None:
    program = Program(cast.hua)
    wanted["lines"][0]["units"] = 101
    status, problem = program.post("/orders", wanted)
    assert (status, problem["code"]) == (409, "commerce.out_of_stock")
    assert problem["facts"]["name"] == "苏打饼干"


def test_strangers_find_nothing(cast: Cast) -> None:
    shop = open_shop(cast)
    placed = order(shop)
    for stranger in (cast.wai, cast.song):
        program = Program(stranger)
        for path in (f"/orders/{placed.order_id}", f"/stores/{shop.a1}/offers"):
            assert program.get(path)[0] == 404
        for verb, body in (
            ("confirm", {}),
            ("ship", {}),
            ("sign", {"note": "x"}),
            ("cancel", {}),
            ("refund", {"amount_fen": 1, "request_key": "k"}),
        ):
            assert program.post(f"/orders/{placed.order_id}/{verb}", body)[0] == 404
        assert program.get("/orders")[1]["rows"] == []
    assert program.get("/ledger")[0] == 403
    assert Client().get("/api/v1/orders").status_code == 401
