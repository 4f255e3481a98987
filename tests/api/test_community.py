"""The community through the API: the story, reach, refusals."""

from typing import Any

from django.test import Client

from qunlian.channel.actions.make_api_token import make_api_token
from qunlian.community.actions.carry_out_plan import carry_out_plan
from qunlian.community.actions.plan_matrix import plan_matrix
from qunlian.kernel.actor import Actor
from tests.cast_words import NOON, Cast
from tests.community import plans
from tests.community.words import East


class Program:
    """A program that acts as somebody."""

    def __init__(self, actor: Actor) -> None:
        token = make_api_token(actor=actor, name="test", now=NOON).token
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.client.generic(
            method, f"/api/v1{path}", _json(body), content_type="application/json"
        )


def _json(body: dict[str, Any] | None) -> str:
    import json

    return json.dumps(body) if body is not None else ""


def test_from_terms_to_groups(cast: Cast) -> None:
    hua = Program(cast.hua)
    plan_id = hua.ask("POST", "/plans", {"mode": "fewest"}).json()["plan_id"]
    plan_matrix(actor=cast.hua, plan_id=plan_id, now=NOON)
    assert hua.ask("GET", f"/plans/{plan_id}").json()["state"] == "planned"
    assert [p["plan_id"] for p in hua.ask("GET", "/plans").json()["rows"]] == [plan_id]
    proposed = hua.ask("GET", f"/plans/{plan_id}/groups").json()["rows"]
    assert [g["stores"] for g in proposed] == [4, 3]
    stale = hua.ask("POST", f"/plans/{plan_id}/approve", {"version": 5})
    assert (stale.status_code, stale.json()["code"]) == (409, "community.plan_changed")
    assert hua.ask("POST", f"/plans/{plan_id}/approve", {"version": 0}).status_code == 200
    assert hua.ask("POST", f"/plans/{plan_id}/apply").status_code == 200
    carry_out_plan(actor=cast.hua, plan_id=plan_id, now=NOON)
    groups = Program(cast.rong).ask("GET", "/groups").json()["rows"]
    assert [(g["territory_id"], g["stores"]) for g in groups] == [(cast.ids["PA"], 4)]
    whole = hua.ask("GET", "/coverage").json()["whole"]
    assert (whole["stores"], whole["in_group"]) == (7, 7)
    again = hua.ask("POST", f"/plans/{plan_id}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "community.plan_stands")


def test_planning_again(cast: Cast) -> None:
    hua = Program(cast.hua)
    plans.applied(cast.hua, plans.small_groups(cast.hua))
    wish = {"choice": "must", "seats_soft": 200, "minimum": 0}
    plan_id = hua.ask("POST", "/plans", wish).json()["plan_id"]
    plan_matrix(actor=cast.hua, plan_id=plan_id, now=NOON)
    moves = f"/plans/{plan_id}/moves"
    assert hua.ask("GET", moves).json() == {"rows": [], "next_key": None}
    wild = hua.ask("POST", f"{moves}/choose", {"version": 0, "choice": "wild"})
    assert (wild.status_code, wild.json()["code"]) == (422, "community.choice_unknown")
    assert hua.ask("POST", f"{moves}/choose", {"version": 0, "choice": "best"}).json() == {
        "version": 1
    }
    plan_matrix(actor=cast.hua, plan_id=plan_id, now=NOON)
    first, *others = hua.ask("GET", moves).json()["rows"]
    assert (first["reason"], first["may_decline"]) == ("dissolved", True)
    decline = {"version": 1, "store_ids": [first["store_id"]]}
    assert hua.ask("POST", f"{moves}/decline", decline).json() == {"version": 2}
    assert hua.ask("GET", moves).json()["rows"] == others
    assert Program(cast.wai).ask("GET", moves).status_code == 404


def test_keeping_a_group(cast: Cast, two_groups: East) -> None:
    hua, east = Program(cast.hua), f"/groups/{two_groups.east}"
    assert hua.ask("PUT", f"{east}/name", {"name": "新名"}).json()["name"] == "新名"
    assert hua.ask("PUT", f"{east}/name", {"name": ""}).status_code == 422
    assert hua.ask("PUT", f"{east}/rules", {"theme": "主题"}).json()["theme"] == "主题"
    steward = hua.ask("PUT", f"{east}/steward", {"staff_id": cast.ids["R2"]}).json()
    assert steward["steward_name"] == "宋业务"
    assert len(hua.ask("GET", f"{east}/members").json()) == 4
    gone = hua.ask("DELETE", f"{east}/members/{cast.oyang.person_id}")
    assert gone.status_code == 204
    assert hua.ask("POST", f"{east}/retire").json()["life"] == "retired"


def test_what_is_anothers_is_not_found(cast: Cast, two_groups: East) -> None:
    east = f"/groups/{two_groups.east}"
    for actor in (cast.song, cast.wai):
        program = Program(actor)
        for method, path, body in (
            ("GET", east, None),
            ("GET", f"{east}/members", None),
            ("PUT", f"{east}/name", {"name": "x"}),
            ("POST", f"{east}/retire", None),
            ("DELETE", f"{east}/members/{cast.oyang.person_id}", None),
            ("GET", f"/coverage?territory_id={cast.ids['PA']}", None),
        ):
            assert program.ask(method, path, body).status_code == 404, (method, path)
    assert Program(cast.du).ask("PUT", f"{east}/name", {"name": "x"}).status_code == 403


def test_two_versions_side_by_side(cast: Cast) -> None:
    from qunlian.community.actions.count_comparison import count_comparison

    hua = Program(cast.hua)
    one = plans.small_groups(cast.hua)
    other = plans.planned(cast.hua, seats_soft=200, mode="fewest")
    asked = hua.ask("POST", "/plans/compare", {"one_id": one, "other_id": other}).json()
    found = f"/comparisons/{asked['comparison_id']}"
    assert hua.ask("GET", found).json()["is_counted"] is False
    count_comparison(actor=cast.hua, comparison_id=asked["comparison_id"], now=NOON)
    card = hua.ask("GET", found).json()
    assert (card["is_counted"], card["summary"]["moves"]["between"]) == (True, 3)
    first, *_ = hua.ask("GET", f"{found}/stores?order=better&take=1").json()["rows"]
    assert first["one"]["number"] in {1, 2, 3, 4}
    pairs = hua.ask("GET", f"{found}/groups").json()["rows"]
    assert sum(pair["shared"] for pair in pairs) == 4
    assert len(hua.ask("GET", f"{found}/groups?which=ended").json()["rows"]) == 2
    assert hua.ask("GET", f"{found}/people").json()["rows"][0]["one"]["groups"]
    same = hua.ask("POST", "/plans/compare", {"one_id": one, "other_id": one})
    assert (same.status_code, same.json()["code"]) == (422, "community.same_version")
    assert Program(cast.wai).ask("GET", found).status_code == 404
