"""The plan pages: from the wizard to applied groups, as a planner clicks through them."""

import pytest
from django.test import Client

from qunlian.community.actions.carry_out_plan import carry_out_plan
from qunlian.community.actions.plan_matrix import plan_matrix
from qunlian.community.queries.moves import list_moves
from qunlian.community.queries.plan_groups import (
    PlanGroupFilter,
    list_plan_groups,
    stores_of_plan_group,
)
from qunlian.community.queries.plans import plan_card
from qunlian.kernel.actor import system_actor
from tests.cast_words import NOON, Cast
from tests.community.plans import planned


@pytest.fixture
def hua(cast: Cast, logged_in) -> Client:
    return logged_in(cast.hua)


def _planned(cast: Cast, client: Client, **terms: str) -> int:
    answer = client.post(
        "/plans/new", {"mode": "balanced", "territory_id": "", "layers": "store", **terms}
    )
    assert answer.status_code == 302, answer.content.decode()
    plan_id = int(answer["Location"].rsplit("/", 1)[1])
    plan_matrix(actor=system_actor(cast.ids["brand"]), plan_id=plan_id, now=NOON)
    return plan_id


def test_a_plan_is_asked_for_shown_approved_and_applied(cast: Cast, hua: Client) -> None:
    plan_id = _planned(cast, hua)

    shown = hua.get(f"/plans/{plan_id}").content.decode()
    assert "石原东片" in shown
    assert hua.get("/plans").status_code == 200

    version = plan_card(cast.hua, plan_id).version
    hua.post(f"/plans/{plan_id}/approve", {"version": str(version)})
    hua.post(f"/plans/{plan_id}/apply")
    carry_out_plan(actor=system_actor(cast.ids["brand"]), plan_id=plan_id, now=NOON)

    assert plan_card(cast.hua, plan_id).state == "applied"
    assert hua.get(f"/plans/{plan_id}").status_code == 200


def test_terms_that_cannot_be_are_said_at_the_field_and_nothing_typed_is_lost(
    hua: Client,
) -> None:
    answer = hua.post("/plans/new", {"mode": "balanced", "soft": "9999", "name": "我的方案"})
    assert answer.status_code == 200
    assert "我的方案" in answer.content.decode()


def test_a_group_is_renamed_split_and_its_stores_moved_by_hand(cast: Cast, hua: Client) -> None:
    plan_id = _planned(cast, hua, territory_id=str(cast.ids["PA"]))

    def version() -> str:
        return str(plan_card(cast.hua, plan_id).version)

    hua.post(f"/plans/{plan_id}/groups/1/rename", {"version": version(), "name": "东片老友群"})
    ticked = [s.store_id for s in stores_of_plan_group(cast.hua, plan_id, 1)][:2]
    hua.post(f"/plans/{plan_id}/groups/1/split", {"version": version(), "selected": ticked})
    groups = list_plan_groups(cast.hua, plan_id).rows
    assert [g.stores for g in groups] == [2, 2]
    assert groups[0].name == "东片老友群"

    other = groups[1].number
    move = {"version": version(), "to_number": str(other), "selected": ticked_of(cast, plan_id)[:1]}
    hua.post(f"/plans/{plan_id}/groups/1/move", move)
    assert sorted(g.stores for g in list_plan_groups(cast.hua, plan_id).rows) == [1, 3]

    hua.post(f"/plans/{plan_id}/groups/{other}/merge", {"version": version(), "into_number": "1"})
    assert [g.stores for g in list_plan_groups(cast.hua, plan_id).rows] == [4]


def ticked_of(cast: Cast, plan_id: int) -> list[int]:
    return [s.store_id for s in stores_of_plan_group(cast.hua, plan_id, 1)]


def test_somebody_who_edited_an_older_version_is_told(cast: Cast, hua: Client) -> None:
    plan_id = _planned(cast, hua)
    version = str(plan_card(cast.hua, plan_id).version)
    hua.post(f"/plans/{plan_id}/groups/1/rename", {"version": version, "name": "甲"})
    late = hua.post(
        f"/plans/{plan_id}/groups/1/rename", {"version": version, "name": "乙"}, follow=True
    )
    assert list_plan_groups(cast.hua, plan_id).rows[0].name == "甲"
    assert late.status_code == 200


def test_a_rep_plans_nothing_and_a_stranger_finds_nothing(
    cast: Cast, hua: Client, logged_in
) -> None:
    plan_id = _planned(cast, hua)
    assert logged_in(cast.rong).get(f"/plans/{plan_id}").status_code == 404
    assert logged_in(cast.wai).get(f"/plans/{plan_id}").status_code == 404


def test_planned_again_chosen_declined_and_applied(cast: Cast, hua: Client) -> None:
    first = _planned(cast, hua, soft="4", reserved="2", minimum="0", mode="fewest")
    version = plan_card(cast.hua, first).version
    hua.post(f"/plans/{first}/approve", {"version": str(version)})
    hua.post(f"/plans/{first}/apply")
    machinery = system_actor(cast.ids["brand"])
    carry_out_plan(actor=machinery, plan_id=first, now=NOON)

    plan_id = _planned(cast, hua, start="again", minimum="0")
    assert "只做必须的" in hua.get(f"/plans/{plan_id}").content.decode()
    hua.post(f"/plans/{plan_id}/moves/choose", {"version": "0", "choice": "best"})
    plan_matrix(actor=machinery, plan_id=plan_id, now=NOON)
    moving = list_moves(cast.hua, plan_id).rows
    page = hua.get(f"/plans/{plan_id}/moves").content.decode()
    assert all(move.name in page for move in moving)
    sheet = hua.get(f"/plans/{plan_id}/moves/export")
    sheet.close()
    assert sheet.status_code == 200

    declined = {"version": "1", "selected": [str(moving[0].store_id)]}
    hua.post(f"/plans/{plan_id}/moves/decline", declined)
    assert len(list_moves(cast.hua, plan_id).rows) == len(moving) - 1
    hua.post(f"/plans/{plan_id}/approve", {"version": "2"})
    hua.post(f"/plans/{plan_id}/apply")
    assert carry_out_plan(actor=machinery, plan_id=plan_id, now=NOON).state == "applied"
    assert "谁要调整" in hua.get(f"/plans/{plan_id}/moves").content.decode()


@pytest.mark.parametrize("order", ["unlike", "small", "large"])
def test_the_worst_groups_come_first_page_by_page(cast: Cast, order: str) -> None:
    plan_id = planned(cast.hua, mode="fewest", seats_soft=7, minimum=0)
    narrow = PlanGroupFilter(order=order)
    whole = list_plan_groups(cast.hua, plan_id, narrow=narrow).rows
    assert len(whole) > 2
    key = {"unlike": lambda g: g.likeness, "small": lambda g: g.seats, "large": lambda g: -g.seats}
    assert list(whole) == sorted(whole, key=lambda g: (key[order](g), g.number))
    paged, after = [], ""
    while True:
        part = list_plan_groups(cast.hua, plan_id, narrow=narrow, after=after, limit=1)
        paged += part.rows
        if part.next_key is None:
            break
        after = part.next_key
    assert paged == list(whole)
