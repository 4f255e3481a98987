"""The pages of waves and nominations, as those who work with them open them, and the API beside them."""

from collections.abc import Callable

from django.test import Client

from qunlian.activation.actions.rank_rollout import rank_rollout
from qunlian.activation.queries.nominations import list_nominations
from qunlian.activation.queries.rollouts import list_rollouts
from qunlian.activation.queries.scores import weights_of
from qunlian.kernel.actor import Actor, system_actor
from tests.activation.make import held_groups, opened, rolled_out
from tests.cast_words import NOON, Cast

LoggedIn = Callable[[Actor], Client]


def test_a_rep_names_a_store_and_takes_it_back(cast: Cast, logged_in: LoggedIn) -> None:
    client, store = logged_in(cast.rong), cast.ids["A1"]
    page = client.get(f"/stores/{store}").content.decode()
    assert f'href="/stores/{store}/nominate"' in page
    form = client.get(f"/stores/{store}/nominate")
    assert [part.weight for part in form.context["parts"]] == [40, 20, 20, 20]
    assert client.post(f"/stores/{store}/nominate", {"reason": ""}).status_code == 422
    client.post(f"/stores/{store}/nominate", {"reason": "认识半条街"})
    assert "认识半条街" in client.get("/nominations").content.decode()
    (row,) = list_nominations(cast.rong).rows
    assert "认识半条街" not in logged_in(cast.song).get("/nominations").content.decode()
    client.post(f"/nominations/{row.nomination_id}/withdraw")
    assert list_nominations(cast.rong).rows == ()


def test_a_manager_rolls_out_and_opens_wave_by_wave(cast: Cast, logged_in: LoggedIn) -> None:
    held_groups(cast)
    client = logged_in(cast.ma)
    assert client.get("/waves/new").status_code == 200
    typed = {
        "territory_id": cast.ids["PB"],
        "unit": "store",
        "bounds": "10、50、100",
        "wait_days": "0",
    }
    assert client.post("/waves/new", typed | {"bounds": "50,10"}).status_code == 422
    client.post("/waves/new", typed)
    (card,) = list_rollouts(cast.ma).rows
    assert "正在给门店排序" in client.get(f"/waves/{card.rollout_id}").content.decode()
    rank_rollout(actor=system_actor(cast.ids["brand"]), rollout_id=card.rollout_id, now=NOON)
    here = f"/waves/{card.rollout_id}"
    client.post(f"{here}/1/open")
    page = client.get(here)
    assert page.context["following"].number == 2
    assert page.context["plot"]["series"][0]["values"][0] == 0
    client.post(f"{here}/2/open", {"seen_at": page.context["seen_at"]})
    assert client.get(here).context["following"].number == 2
    client.post(f"{here}/2/open", {"seen_at": page.context["seen_at"], "decision": "继续"})
    assert client.get(here).context["following"].number == 3
    assert "继续" in client.get(here).content.decode()
    sheet = b"".join(client.get(f"{here}/1/export?format=csv").streaming_content).decode()
    assert len(sheet.strip().splitlines()) == 2
    assert client.get(f"{here}/1").status_code == 200


def test_headquarters_changes_the_weights(cast: Cast, logged_in: LoggedIn) -> None:
    client = logged_in(cast.hua)
    typed = {"activity": "10", "influence": "0", "closeness": "0", "nomination": "0"}
    assert client.get("/waves/weights").status_code == 200
    assert client.post("/waves/weights", typed | {"activity": "1000"}).status_code == 422
    client.post("/waves/weights", typed)
    assert weights_of(cast.rong).activity == 10
    assert logged_in(cast.ma).get("/waves/weights").status_code == 404


def test_lists_read_in_the_same_number_of_queries(cast: Cast, logged_in: LoggedIn) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    held_groups(cast)
    client = logged_in(cast.ma)
    counts = []
    opened(cast, rolled_out(cast))
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            client.get("/waves")
        counts.append(len(seen))
        for _more in range(5):
            rolled_out(cast)
    assert counts[0] == counts[1]
