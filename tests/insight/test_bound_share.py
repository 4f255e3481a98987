"""The bound share: of how many stores with a group, and of how many of its people, we know who is whose."""

from datetime import timedelta

from qunlian.community.actions.bind_member import bind_member
from qunlian.community.actions.find_bindings import find_bindings
from qunlian.community.models import GroupStore
from qunlian.community.queries.bindings import list_groups_to_bind, people_to_confirm, store_share
from qunlian.community.queries.coverage import counted_now, list_unbound_stores
from qunlian.community.queries.coverage import coverage as by_parts
from qunlian.community.queries.rooms import list_rooms, rooms_waiting
from qunlian.insight.actions.take_tally import take_tally
from qunlian.insight.queries.coverage import bound_territories, tallied
from qunlian.insight.queries.today import today
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from tests.cast_words import NOON, Cast
from tests.community.bound import adopt, handle_of
from tests.community.outside import room, take_in


def place(cast: Cast, group_id: int, *codes: str) -> None:
    """Give stores their base group, as a plan does: without anybody of theirs in it."""
    with scope.writing(cast.hua):
        for code in codes:
            GroupStore.objects.create(
                enterprise_id=cast.ids["brand"],
                layer="store",
                store_id=cast.ids[code],
                group_id=group_id,
                since_at=NOON,
            )


def bind(cast: Cast, group_id: int, key: str, store: str) -> None:
    bind_member(
        actor=cast.rong,
        group_id=group_id,
        handle_id=handle_of(cast, key),
        store_id=cast.ids[store],
        now=NOON,
    )


def unbound(actor: Actor, **more: object) -> list[str]:
    return [row.code for row in list_unbound_stores(actor, **more).rows]  # type: ignore[arg-type]


def test_a_store_with_a_group_is_bound_once_somebody_of_it_is_known_there(cast: Cast) -> None:
    _, group_id = adopt(cast)
    place(cast, group_id, "A1", "A2")
    assert unbound(cast.hua) == unbound(cast.rong) == ["A1", "A2"]
    bind(cast, group_id, "wm1", "A1")
    assert unbound(cast.hua) == ["A2"]
    assert (unbound(cast.song), unbound(cast.wai)) == ([], [])
    share = store_share(cast.rong, group_id)
    assert (share.stores_bound, share.members, share.members_bound) == (1, 4, 1)
    for count in (counted_now, tallied):
        take_tally(actor=system_actor(cast.ids["brand"]), now=NOON)
        page = by_parts(cast.hua, cast.ids["PA"], count=count)
        whole = page.whole
        assert (whole.in_group, whole.bound, whole.not_bound) == (2, 1, 1)
        assert (whole.members, whole.members_bound) == (4, 1)
        assert by_parts(cast.song, count=count).whole.members == 0


def test_places_where_all_are_bound_are_not_looked_into(cast: Cast) -> None:
    _, group_id = adopt(cast)
    place(cast, group_id, "A1", "A2")
    take_tally(actor=system_actor(cast.ids["brand"]), now=NOON)
    assert cast.ids["PA"] not in bound_territories(cast.hua)
    bind(cast, group_id, "wm1", "A1")
    bind(cast, group_id, "wm3", "A2")
    take_tally(actor=system_actor(cast.ids["brand"]), now=NOON + timedelta(minutes=1))
    assert cast.ids["PA"] in bound_territories(cast.hua)
    assert unbound(cast.hua, covered=bound_territories(cast.hua)) == []


def test_it_pages_place_by_place(cast: Cast) -> None:
    _, group_id = adopt(cast)
    place(cast, group_id, "A1", "A2", "A3", "B1")
    first = list_unbound_stores(cast.hua, limit=3)
    second = list_unbound_stores(cast.hua, after=first.next_key or "", limit=3)
    codes = [[row.code for row in page.rows] for page in (first, second)]
    assert codes == [["A1", "A2", "A3"], ["B1"]]
    assert second.next_key is None


def test_today_says_what_is_to_decide_and_to_confirm(cast: Cast) -> None:
    def waiting(actor: Actor) -> dict[str, int]:
        found = {todo.code: todo.count for todo in today(actor, now=NOON).todos}
        return {code: found.get(code, 0) for code in ("rooms_to_decide", "people_to_bind")}

    assert waiting(cast.hua) == {"rooms_to_decide": 0, "people_to_bind": 0}
    take_in(cast.hua, room("r2", people="wm8:路人"))
    room_id, group_id = adopt(cast)
    find_bindings(actor=system_actor(cast.ids["brand"]), room_id=room_id, now=NOON)
    listed = list_groups_to_bind(cast.rong).rows
    assert [row.group_id for row in listed] == [group_id]
    people = people_to_confirm(cast.rong, most=10)
    assert people == listed[0].people > 0
    assert waiting(cast.hua) == {"rooms_to_decide": 1, "people_to_bind": people}
    assert waiting(cast.rong) == {"rooms_to_decide": 0, "people_to_bind": people}
    for outsider in (cast.song, cast.wai):
        assert waiting(outsider) == {"rooms_to_decide": 0, "people_to_bind": 0}
        assert list_groups_to_bind(outsider).rows == ()
    assert rooms_waiting(cast.hua, most=10) == 1
    assert rooms_waiting(cast.hua, most=0) == 0
    assert [row.room_id for row in list_rooms(cast.hua, view="unbound").rows] == [room_id]


def test_the_pages_show_it(cast: Cast, logged_in) -> None:
    room_id, group_id = adopt(cast)
    find_bindings(actor=system_actor(cast.ids["brand"]), room_id=room_id, now=NOON)
    place(cast, group_id, "A3", "A4")
    client = logged_in(cast.hua)
    part = cast.ids["PA"]
    shown = {
        path: client.get(path).content.decode()
        for path in (
            f"/coverage?territory={part}",
            f"/coverage/not-bound?territory={part}",
            f"/groups/{group_id}",
            "/rooms/bind",
            "/rooms?view=unbound",
        )
    }
    assert "东街3号便利店" in shown[f"/coverage/not-bound?territory={part}"]
    assert f"/coverage/not-bound?territory={part}" in shown[f"/coverage?territory={part}"]
    assert f"/groups/{group_id}?tab=unbound" in shown["/rooms/bind"]
    assert f"/groups/{group_id}" in shown["/rooms?view=unbound"]
