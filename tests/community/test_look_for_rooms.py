"""Having the platforms' rooms read now, and the pages on which they are taken over."""

from collections.abc import Callable

import pytest
from django.conf import settings

from qunlian.channel.queries.handles import staff_handles
from qunlian.community.actions.look_for_rooms import NoOutsidePlatform, look_for_rooms
from qunlian.community.queries.rooms import list_rooms
from qunlian.kernel.errors import Forbidden
from tests.cast_words import NOON, Cast
from tests.community import bound, outside
from tests.community.bound import handle_of, store_of
from tests.community.outside import room, take_in


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> None:
    platforms = {**settings.QUNLIAN_PLATFORMS, "outside": outside.PATH}
    monkeypatch.setattr(settings, "QUNLIAN_PLATFORMS", platforms)


@pytest.mark.usefixtures("wired")
def test_a_worker_is_asked_for_every_platform(cast: Cast) -> None:
    assert look_for_rooms(actor=cast.ma, now=NOON) == ("outside",)


def test_refusals(cast: Cast) -> None:
    with pytest.raises(NoOutsidePlatform):
        look_for_rooms(actor=cast.hua, now=NOON)
    with pytest.raises(Forbidden):
        look_for_rooms(actor=cast.song, now=NOON)


def test_the_list_takes_over_what_is_ticked(cast: Cast, logged_in: Callable) -> None:
    clear = take_in(cast.hua, room("r1", people="wm1 wm2")).room_id
    aside = take_in(cast.hua, room("r2", "吃货群", people="wm3")).room_id
    client = logged_in(cast.hua)
    page = client.get("/rooms").content.decode()
    assert "石原东片老板群" in page
    assert client.post("/rooms/aside", {"selected": aside}).status_code == 302
    assert client.post("/rooms/adopt", {"selected": clear}).status_code == 302
    (group,) = list_rooms(cast.hua, view="adopted").rows
    assert f"/groups/{group.group_id}" in client.get("/rooms?view=adopted").content.decode()
    client.post("/rooms/aside", {"selected": aside, "back": "1"})
    assert [row.room_id for row in list_rooms(cast.hua).rows] == [aside]
    assert client.post("/rooms/adopt", {}).status_code == 302


def test_one_room_is_taken_over_as_chosen(cast: Cast, logged_in: Callable) -> None:
    room_id = take_in(cast.hua, room("r1", owner="nobody", people="wm1:老王 wm2")).room_id
    client = logged_in(cast.hua)
    assert "老王" in client.get(f"/rooms/{room_id}").content.decode()
    choice = {
        "selected": room_id,
        "layer": "consumer",
        "territory_id": cast.ids["PB"],
        "steward_staff_id": cast.ids["R2"],
    }
    refused = client.post("/rooms/adopt", choice)
    assert refused.status_code == 409
    assert "nobody" in refused.content.decode()
    (account,) = staff_handles(cast.hua, "outside")
    tie = f"/staff/accounts/{account.handle_id}"
    assert client.post(tie, {"staff_id": cast.ids["R1"]}).status_code == 302
    assert "荣业务" in client.get("/staff/accounts").content.decode()
    take_in(cast.hua, room("r1", owner="nobody", people="wm1:老王 wm2"), minutes=1)
    done = client.post("/rooms/adopt", choice)
    page = client.get(done.headers["Location"])
    assert page.context["group"].layer == "consumer"
    assert page.context["group"].steward_staff_id == cast.ids["R2"]


@pytest.mark.usefixtures("wired")
def test_a_rep_binds_people_on_the_groups_page(cast: Cast, logged_in: Callable) -> None:
    _, group_id = bound.adopt(cast)
    client, handle_id = logged_in(cast.rong), handle_of(cast, "wm3")
    page = client.get(f"/groups/{group_id}?tab=unbound&person={handle_id}&q=东街3")
    assert "东街3号便利店" in page.content.decode()
    here = f"/groups/{group_id}/accounts/{handle_id}"
    assert client.post(f"{here}/bind", {"store_id": cast.ids["A3"]}).status_code == 302
    assert store_of(cast, group_id, "wm3") == cast.ids["A3"]
    client.post(f"{here}/unbind", {"store_id": cast.ids["A3"]})
    assert store_of(cast, group_id, "wm3") is None


def test_who_sits_twice_is_listed(cast: Cast, logged_in: Callable) -> None:
    take_in(cast.hua, room("r1", people="wm1:老王"))
    take_in(cast.hua, room("r2", "西片群", people="wm1:老王"))
    page = logged_in(cast.hua).get("/rooms/twice").content.decode()
    assert "老王" in page
    assert "西片群" in page
