"""Ways into groups and their posters by program: opened, counted, printed, closed; and to whom they open."""

from qunlian.community.actions.draw_posters import draw_posters
from qunlian.kernel import clock
from qunlian.kernel.actor import system_actor
from tests.api.test_community import Program
from tests.cast_words import Cast
from tests.community.words import East


def test_a_door_is_opened_listed_and_closed(cast: Cast, two_groups: East) -> None:
    hua = Program(cast.hua)
    made = hua.ask("POST", "/doors", {"group_id": two_groups.east, "name": "收银台"})
    assert made.status_code == 201
    door = made.json()
    assert (door["kind"], door["name"], door["closed_at"]) == ("group", "收银台", None)
    assert door["link"] == f"http://testserver/m/j/{door['code']}"
    assert [row["door_id"] for row in hua.ask("GET", "/doors").json()["rows"]] == [door["door_id"]]
    address = f"/doors/{door['door_id']}"
    assert hua.ask("GET", address).json()["code"] == door["code"]
    for _ in "12":
        assert hua.ask("POST", f"{address}/close").json() == {"door_id": door["door_id"]}
    assert hua.ask("GET", address).json()["closed_at"]
    unsound = hua.ask("POST", "/doors", {"name": "哪里"})
    assert (unsound.status_code, unsound.json()["code"]) == (422, "community.door_unsound")


def test_posters_are_asked_for_and_fetched(cast: Cast, two_groups: East) -> None:
    hua = Program(cast.hua)
    asked = hua.ask("POST", "/posters", {"group_id": two_groups.east, "size": "a6"})
    assert asked.status_code == 202
    (run_id,) = asked.json()["run_ids"]
    early = hua.ask("GET", f"/posters/{run_id}/pdf")
    assert early.status_code == 404
    draw_posters(actor=system_actor(cast.ids["brand"]), run_id=run_id, now=clock.now())
    (file,) = hua.ask("GET", "/posters").json()
    assert (file["state"], file["total"]) == ("ready", asked.json()["posters"])
    pdf = hua.ask("GET", f"/posters/{run_id}/pdf")
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    for stranger in (cast.rong, cast.wai):
        assert Program(stranger).ask("GET", f"/posters/{run_id}/pdf").status_code == 404
    nobody = hua.ask("POST", "/posters", {"territory_id": cast.ids["PB"], "store_ids": []})
    assert nobody.status_code in (202, 422)
    too_many = hua.ask("POST", "/posters", {"store_ids": list(range(20_001))})
    assert too_many.status_code == 422


def test_outsiders_find_nothing(cast: Cast, two_groups: East) -> None:
    door = Program(cast.hua).ask("POST", "/doors", {"group_id": two_groups.east}).json()
    for outsider in (cast.song, cast.wai):
        program = Program(outsider)
        assert program.ask("GET", "/doors").json()["rows"] == []
        assert program.ask("GET", f"/doors/{door['door_id']}").status_code == 404
        assert program.ask("POST", f"/doors/{door['door_id']}/close").status_code == 404
        assert program.ask("POST", "/doors", {"group_id": two_groups.east}).status_code == 404
        assert program.ask("POST", "/posters", {"door_id": door["door_id"]}).status_code == 404
