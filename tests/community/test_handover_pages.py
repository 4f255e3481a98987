"""The review's page and API: look, choose, hand over, and see what still waits."""

from collections.abc import Callable

from django.test import Client

from qunlian.channel.actions.make_api_token import make_api_token
from qunlian.channel.rules.staff import day_of
from qunlian.kernel import clock
from tests.cast_words import Cast
from tests.community import make
from tests.community.words import East


def test_look_choose_and_hand_over(cast: Cast, two_groups: East, logged_in: Callable) -> None:
    client, ids = logged_in(cast.hua), cast.ids
    assert f"/staff/{ids['R1']}/hand-over" in client.get(f"/staff/{ids['R1']}").content.decode()
    here = f"/staff/{ids['R1']}/hand-over"
    page = client.get(here)
    assert page.status_code == 200
    assert "东片一群" in page.content.decode()
    wish = {
        "on": day_of(clock.now()).isoformat(),
        "is_leaving": "yes",
        "successor": ids["R2"],
        f"t{ids['PA']}": ids["R2"],
    }
    seen = client.get(here, wish)
    assert dict(seen.context["hidden"])["successor"] == ids["R2"]
    stale = client.post(f"{here}/do", wish | {"version": "0" * 16})
    assert stale.status_code == 409
    assert "宋业务" in stale.content.decode()  # what was chosen is still there
    done = client.post(f"{here}/do", dict(seen.context["hidden"]))
    assert (done.status_code, done.headers["Location"]) == (302, here)
    assert client.get(here).context["sheet"].left_on is not None
    assert (
        here not in client.get(here.removesuffix("/hand-over")).content.decode()
    )  # nothing is left to do
    assert client.get(f"/groups/{two_groups.east}").status_code == 200
    assert logged_in(cast.du).get(here).status_code == 404


def test_a_patch_alone_is_proposed_from_its_page(
    cast: Cast, two_groups: East, logged_in: Callable
) -> None:
    client, ids = logged_in(cast.hua), cast.ids
    link = f"/staff/{ids['R1']}/hand-over?territory={ids['PA']}"
    assert link in client.get(f"/territories/{ids['PA']}").content.decode()
    wish = client.get(link).context["wish"]
    assert (wish.is_leaving, wish.territories) == (False, ((ids["PA"], ids["M1"]),))


def test_a_rooms_owner_waits_on_the_groups_page(
    cast: Cast, two_groups: East, logged_in: Callable
) -> None:
    ids = cast.ids
    colleague = make.colleague_of(cast.hua)
    made = make_api_token(actor=colleague, name="handover", now=clock.now())
    api = Client(headers={"Authorization": f"Bearer {made.token}"})
    path, day = f"/api/v1/staff/{ids['HQ1']}/handover", day_of(clock.now()).isoformat()
    wish = {"on": day, "successor_id": ids["M1"]}
    review = api.get(path, wish).json()
    assert (review["counts"]["owner"], review["is_within"]) == (2, True)
    wish["version"] = review["version"]
    done = api.post(path, wish, content_type="application/json")
    assert done.json()["rooms_asked"] == 2
    unpaired = api.get(path, wish | {"territory_id": [ids["PA"]]})
    assert unpaired.status_code == 422  # whose would it be?
    page = logged_in(cast.ma).get(f"/groups/{two_groups.east}")
    assert page.context["next_owner"] == "马经理"
