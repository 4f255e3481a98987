"""The work list of likely duplicates, a person's page, and the same by API."""

from collections.abc import Callable

import pytest
from django.test import Client

from qunlian.channel.actions.make_api_token import make_api_token
from qunlian.channel.models import LikelyDuplicate
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from tests.cast_words import NOON, Cast
from tests.channel.test_find_likely_duplicates import look, person
from tests.messaging.people import merged, twins

LoggedIn = Callable[[Actor], Client]


@pytest.fixture
def double(cast: Cast) -> int:
    """Somebody who looks like Oyang."""
    found = person(cast, "欧阳店主", "+8613900000051", stores="A1 A2")
    look(cast)
    return found


def test_from_the_list_to_one_person_and_back_to_two(
    cast: Cast, logged_in: LoggedIn, double: int
) -> None:
    rep, oyang = logged_in(cast.rong), cast.oyang.person_id
    assert "/people/duplicates" in rep.get("/").content.decode()
    page = rep.get("/people/duplicates").content.decode()
    for words in ("欧阳店主", "138****0001", "139****0051", f"/people/{double}/merge"):
        assert words in page
    answer = rep.post(
        f"/people/{oyang}/merge", {"merged_id": double}, headers={"referer": "/people/duplicates"}
    )
    assert answer.status_code == 302
    assert f"/people/{double}/merge" not in rep.get("/people/duplicates").content.decode()
    trail = rep.get(f"/people/{oyang}").content.decode()
    with scope.reading(cast.hua):
        from qunlian.channel.models import PersonMerge

        merge_id = PersonMerge.objects.get().pk
    assert f"/people/merges/{merge_id}/undo" in trail
    assert f"/people/{oyang}" in rep.get(f"/people/{double}").content.decode()
    assert "139****0051" in trail
    seen = rep.post(f"/people/{double}/contact")
    assert "13900000051" in seen.content.decode()
    undone = rep.post(f"/people/merges/{merge_id}/undo", {"note": "认错"})
    assert undone.status_code == 302
    assert "认错" in rep.get(f"/people/{double}").content.decode()


def test_two_different_people(cast: Cast, logged_in: LoggedIn, double: int) -> None:
    rep = logged_in(cast.rong)
    with scope.reading(cast.hua):
        pair = LikelyDuplicate.objects.get().pk
    assert rep.post(f"/people/duplicates/{pair}/apart").status_code == 302
    assert f"/people/{double}/merge" not in rep.get("/people/duplicates").content.decode()
    assert rep.post("/people/duplicates/look").status_code == 302


def test_a_refusal_is_told_where_it_was_pressed(cast: Cast, logged_in: LoggedIn) -> None:
    two = twins(cast)
    merged(cast.rong, two)
    answer = logged_in(cast.rong).post(
        f"/people/{two.kept_id}/merge", {"merged_id": two.merged_id}, follow=True
    )
    assert answer.status_code == 200
    assert "欧阳老板" in answer.content.decode()


def test_who_may_look_but_not_merge(cast: Cast, logged_in: LoggedIn, double: int) -> None:
    dealer = logged_in(cast.du)
    assert dealer.get("/people/duplicates").status_code == 404
    page = dealer.get(f"/people/{double}")
    assert page.status_code == 200
    assert "/merge" not in page.content.decode()
    assert dealer.post(f"/people/{double}/merge", {"merged_id": 1}).status_code == 404


def test_the_same_queries_for_one_pair_and_many(
    cast: Cast, logged_in: LoggedIn, double: int
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    rep = logged_in(cast.rong)
    rep.get("/people/duplicates")
    with CaptureQueriesContext(connection) as one:
        rep.get("/people/duplicates")
    for number in range(10):
        for _ in range(2):
            person(cast, f"同名{chr(0x4E00 + number)}", f"+86139000001{number:02}", stores="A4")
    look(cast, 1)
    with CaptureQueriesContext(connection) as many:
        rep.get("/people/duplicates")
    assert len(many) <= len(one)


def test_by_api(cast: Cast, double: int) -> None:
    made = make_api_token(actor=cast.rong, name="erp", now=NOON)
    api = Client(headers={"Authorization": f"Bearer {made.token}"})

    def ask(method: str, path: str, body: str = "{}") -> tuple[int, dict]:
        answer = api.generic(method, f"/api/v1{path}", body, content_type="application/json")
        return answer.status_code, answer.json() if answer.content else {}

    oyang = cast.oyang.person_id
    _, listed = ask("GET", "/people/duplicates")
    (pair,) = listed["rows"]
    assert {pair["first"]["person_id"], pair["second"]["person_id"]} == {oyang, double}
    status, done = ask("POST", f"/people/{oyang}/merge", f'{{"merged_id": {double}}}')
    assert (status, done["kept_id"]) == (200, oyang)
    status, refused = ask("POST", f"/people/{oyang}/merge", f'{{"merged_id": {double}}}')
    assert (status, refused["code"]) == (409, "channel.already_merged")
    _, shown = ask("GET", f"/people/{double}")
    assert shown["merged_into_id"] == oyang
    assert shown["trail"][0]["moved"] == {"contacts": 2}
    status, back = ask("POST", f"/people/merges/{done['merge_id']}/undo")
    assert (status, back["stayed"]) == (200, {})
    assert ask("POST", f"/people/duplicates/{pair['id']}/apart")[0] == 409
    assert ask("POST", "/people/duplicates/look")[0] == 202
