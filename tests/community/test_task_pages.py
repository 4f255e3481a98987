"""The pages and the API of tasks: one tap on a phone, a manager's list, what a group waits for."""

import json
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qunlian.channel.actions.make_api_token import make_api_token
from qunlian.community.models import Task
from qunlian.kernel import clock, scope
from tests.cast_words import Cast
from tests.community.hands import hand_group, mine, renamed, request_state, room_asked, task


def test_one_tap_and_one_back(cast: Cast, by_hand: object, logged_in: Callable) -> None:
    group_id = hand_group(cast)
    task_id = renamed(cast, group_id)
    phone = logged_in(cast.rong)
    listed = phone.get("/tasks").content.decode()
    assert f'href="/tasks/{task_id}"' in listed
    assert "新名字" in listed
    page = phone.get(f"/tasks/{task_id}")
    assert page.context["steps"][0].startswith("在by_hand里打开群“新名字”")
    assert task(cast, task_id).seen_at is not None
    assert len(page.content) < 100_000
    tap = phone.post(f"/tasks/{task_id}/finish", {"answer": "done"})
    assert (tap.status_code, tap.headers["Location"]) == (302, f"/tasks/{task_id}")
    assert request_state(cast, "rename")[0] == "done"
    assert "take-back" in phone.get(f"/tasks/{task_id}").content.decode()
    phone.post(f"/tasks/{task_id}/take-back")
    assert request_state(cast, "rename")[0] == "with_person"


def test_cannot_needs_a_reason_and_is_asked_again(
    cast: Cast, by_hand: object, logged_in: Callable
) -> None:
    group_id = hand_group(cast)
    task_id = renamed(cast, group_id)
    phone, desk = logged_in(cast.rong), logged_in(cast.ma)
    refused = phone.post(f"/tasks/{task_id}/finish", {"answer": "refused", "words": ""})
    assert refused.status_code == 422
    phone.post(f"/tasks/{task_id}/finish", {"answer": "refused:no_right", "words": "被禁了"})
    group = desk.get(f"/groups/{group_id}").content.decode()
    assert "没有权限 被禁了" in group
    card = desk.get(f"/tasks/{task_id}")
    again = f"/groups/requests/{card.context['card'].request_id}/again"
    assert again in group
    desk.post(again, {"staff_id": str(cast.ids["R2"])})
    assert [row.task_id for row in mine(cast.song)] == [task_id]


def test_a_manager_sees_who_has_how_many(cast: Cast, by_hand: object, logged_in: Callable) -> None:
    task_id = renamed(cast, hand_group(cast))
    desk = logged_in(cast.ma)
    page = desk.get("/tasks?of=team&state=overdue")
    (load, url) = page.context["loads"][0]
    assert (load.name, load.waiting) == ("荣业务", 1)
    assert desk.get(url).status_code == 200
    assert desk.post(f"/tasks/{task_id}/remind").status_code == 302
    assert task(cast, task_id).reminders == 1
    nobody = desk.post(f"/tasks/{task_id}/reassign", {"staff_id": ""})
    assert nobody.status_code == 422
    desk.post(f"/tasks/{task_id}/reassign", {"staff_id": str(cast.ids["R2"])})
    assert [row.task_id for row in mine(cast.song)] == [task_id]
    assert not logged_in(cast.song).get("/tasks?of=team").context["is_team"]


def test_every_narrowing_answers(cast: Cast, by_hand: object, logged_in: Callable) -> None:
    room_asked(cast)
    desk = logged_in(cast.hua)
    for query in (
        "?of=team&state=unseen",
        "?of=team&state=done&kind=create",
        "?of=team&staff=0",
        "?state=nonsense&kind=x&after=y",
        "?of=team&state=expired",
    ):
        assert desk.get(f"/tasks{query}").status_code == 200, query


def test_today_tells_of_them(cast: Cast, by_hand: object, logged_in: Callable) -> None:
    renamed(cast, hand_group(cast))
    with scope.writing(cast.hua):
        Task.objects.update(due_at=clock.now().replace(year=2020))
    assert logged_in(cast.rong).get("/").context["lines"][0].url == "/tasks"
    urls = [line.url for line in logged_in(cast.ma).get("/").context["lines"]]
    assert "/tasks?of=team&state=overdue" in urls


def test_twenty_cost_what_one_costs(cast: Cast, by_hand: object, logged_in: Callable) -> None:
    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert logged_in(cast.ma).get(address).status_code == 200
        return len(seen)

    group_id = hand_group(cast)
    renamed(cast, group_id)
    lists = ("/tasks?of=team", "/tasks?of=team&state=done")
    before = [cost(address) for address in lists]
    for number in range(20):
        renamed(cast, hand_group(cast, f"群{number}", room=f"R-x{number}"))
    assert [cost(address) for address in lists] == before


def test_the_api_does_the_same(cast: Cast, by_hand: object) -> None:
    task_id = renamed(cast, hand_group(cast))
    clients = {}
    for who in (cast.rong, cast.ma):
        made = make_api_token(actor=who, name="tasks", now=clock.now())
        clients[who] = Client(headers={"Authorization": f"Bearer {made.token}"})
    phone, desk = clients[cast.rong], clients[cast.ma]

    def post(client: Client, path: str, **entry: object) -> dict[str, object]:
        answer = client.post(f"/api/v1/{path}", json.dumps(entry), content_type="application/json")
        return {"status": answer.status_code} | answer.json()

    assert [row["task_id"] for row in phone.get("/api/v1/tasks").json()["rows"]] == [task_id]
    card = phone.get(f"/api/v1/tasks/{task_id}").json()
    assert (card["text"], card["is_mine"]) == ("新名字", True)
    assert post(phone, f"tasks/{task_id}/see")["is_first"]
    assert post(desk, f"tasks/{task_id}/remind")["reminders"] == 1
    assert desk.get("/api/v1/task-loads").json()[0]["waiting"] == 1
    refused = post(phone, f"tasks/{task_id}/finish", state="refused", reason="no_right")
    assert refused["state"] == "refused"
    assert post(phone, f"tasks/{task_id}/take-back")["state"] == "with_person"
    assert post(phone, f"tasks/{task_id}/finish", state="unknown")["state"] == "unknown"
    again = post(desk, f"group-requests/{card['request_id']}/again", staff_id=cast.ids["G1"])
    assert again["is_with_person"]
    given = post(desk, f"tasks/{task_id}/reassign", staff_id=cast.ids["R2"])
    assert given["staff_id"] == cast.ids["R2"]
    assert post(phone, f"tasks/{task_id}/finish")["status"] == 404
