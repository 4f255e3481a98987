"""Existing groups and their people through the API: taken over, set aside, bound; and to whom they open."""

from qunlian.community.actions.find_bindings import find_bindings
from qunlian.kernel.actor import system_actor
from tests.api.test_community import Program
from tests.cast_words import NOON, Cast
from tests.community.bound import PEOPLE, handle_of
from tests.community.outside import room, take_in


def test_rooms_are_listed_taken_over_and_set_aside(cast: Cast) -> None:
    kept = take_in(cast.hua, room("r1", people=PEOPLE)).room_id
    spare = take_in(cast.hua, room("r2", "别人的群", people="wm9:路人")).room_id
    hua = Program(cast.hua)
    listed = hua.ask("GET", "/rooms").json()["rows"]
    assert {row["room_id"] for row in listed} == {kept, spare}
    card = hua.ask("GET", f"/rooms/{kept}").json()
    assert (len(card["sitters"]), card["people"], card["staff"]) == (5, 4, 1)
    aside = hua.ask("POST", "/rooms/aside", {"room_ids": [spare]})
    assert (aside.status_code, aside.json()) == (200, {"changed": 1})
    made = hua.ask("POST", "/rooms/adopt", {"adoptions": [{"room_id": kept}]}).json()
    group_id = made["groups"][str(kept)]
    again = hua.ask("POST", "/rooms/adopt", {"adoptions": [{"room_id": kept}]})
    assert (again.status_code, again.json()["code"]) == (409, "community.room_decided")
    views = hua.ask("GET", "/room-counts").json()["views"]
    assert (views["open"], views["adopted"], views["unbound"], views["ignored"]) == (0, 1, 1, 1)
    assert hua.ask("GET", "/rooms-shared").json() == []
    rows = hua.ask("GET", "/rooms?view=adopted").json()["rows"]
    assert [row["group_id"] for row in rows] == [group_id]


def test_people_are_bound_and_unbound(cast: Cast) -> None:
    room_id = take_in(cast.hua, room("r1", people=PEOPLE)).room_id
    hua, rong = Program(cast.hua), Program(cast.rong)
    made = hua.ask("POST", "/rooms/adopt", {"adoptions": [{"room_id": room_id}]}).json()
    group_id = made["groups"][str(room_id)]
    find_bindings(actor=system_actor(cast.ids["brand"]), room_id=room_id, now=NOON)
    waiting = rong.ask("GET", "/groups-to-bind").json()["rows"]
    people = rong.ask("GET", f"/groups/{group_id}/unbound").json()
    proposed = [one for one in people if one["proposals"]]
    assert waiting[0] | {"people": 0} == {
        "group_id": group_id,
        "name": "石原东片老板群",
        "people": 0,
    }
    assert waiting[0]["people"] == len(proposed) > 0
    handle = f"/groups/{group_id}/accounts/{handle_of(cast, 'wm3')}"
    store = {"store_id": cast.ids["A3"]}
    assert rong.ask("POST", f"{handle}/bind", store).json()["store_id"] == cast.ids["A3"]
    known = {one["handle_id"] for one in rong.ask("GET", f"/groups/{group_id}/unbound").json()}
    assert handle_of(cast, "wm3") not in known
    assert rong.ask("POST", f"{handle}/unbind", store).status_code == 204
    whole = rong.ask("GET", "/coverage").json()["whole"]
    assert (whole["members"], whole["members_bound"], whole["bound"]) == (4, 1, 1)
    (store,) = rong.ask("GET", "/coverage/not-bound").json()["rows"]
    assert store["store_id"] == cast.ids["A3"]  # it keeps the group that came by the mistake


def test_strangers_find_nothing(cast: Cast) -> None:
    room_id = take_in(cast.hua, room("r1", people=PEOPLE)).room_id
    for outsider in (Program(cast.wai), Program(cast.song)):
        assert outsider.ask("GET", "/rooms").json()["rows"] == []
        assert outsider.ask("GET", f"/rooms/{room_id}").status_code == 404
        refused = outsider.ask("POST", "/rooms/adopt", {"adoptions": [{"room_id": room_id}]})
        assert refused.status_code == 404
        assert outsider.ask("POST", "/rooms/aside", {"room_ids": [room_id]}).status_code == 404
