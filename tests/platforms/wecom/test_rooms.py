"""Rooms and people on the sandbox: listed to the end whatever the pages look like, read, handed over."""

from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlsplit

import pytest

from qunlian.kernel import clock
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms.extensions import Counter, Door, Doorkeeper, LogIn
from qunlian.platforms.port import Outcome, OwnerChange, RoomStatus
from qunlian.platforms.registry import platform
from qunlian.platforms.wecom.errors import WeComTrouble
from tests.cast_words import Cast
from tests.platforms.wecom.scripted import Scripted
from tests.platforms.worlds import OWNER, WeComWorld, world
from tests.platforms.worlds import connect as connect_sandbox

LIST = "externalcontact/groupchat/list"
GET = "externalcontact/groupchat/get"
FINE = {"errcode": 0}


@pytest.fixture
def there(cast: Cast) -> Iterator[WeComWorld]:
    with world("wecom", cast) as opened:
        assert isinstance(opened, WeComWorld)
        yield opened


def _listed(enterprise_id: int, limit: int = 200) -> list[str]:
    seen, cursor, has_more = [], "", True
    while has_more:
        page = platform("wecom").list_rooms(enterprise_id, cursor, limit=limit)
        seen += [head.key for head in page.rooms]
        cursor, has_more = page.cursor, page.has_more
        assert len(seen) < 500
    return seen


def test_odd_pages_lose_no_room(there: WeComWorld) -> None:
    rooms = {there.room(f"g{n}") for n in range(9)}
    there.sandbox.post("weather", pages_odd=1.0)
    assert set(_listed(there.brand, limit=2)) == rooms


def test_too_many_owners_are_listed_a_hundred_at_a_time(server: Scripted, connect) -> None:
    brand = connect(server)
    owners = [f"u{n:03}" for n in range(250)]

    def answer(body: dict) -> dict:
        asked = body.get("owner_filter", {}).get("userid_list")
        if not asked:
            return {"errcode": 81017}
        if "cursor" in body:
            return FINE | {"group_chat_list": [{"chat_id": f"wr-{asked[-1]}", "status": 0}]}
        chats = [{"chat_id": f"wr-{one}", "status": 0} for one in asked[:-1]]
        return FINE | {"group_chat_list": chats, "next_cursor": "behind"}

    server.says[LIST] = [answer]
    server.says["externalcontact/get_follow_user_list"] = [FINE | {"follow_user": owners}]
    assert sorted(_listed(brand)) == [f"wr-{one}" for one in owners]
    assert len(server.asked[LIST]) == 1 + 6


def test_who_sits_in_a_room_and_how_he_came_is_told(there: WeComWorld) -> None:
    room, post = there.room(), there.sandbox.post
    customer = post("people/new_customer", name="便利店老张")["external_userid"]
    post("people/hire", userid="p2", name="李强")
    post("people/join_by_link", chat_id=room, external_userid=customer)
    post("people/invite", chat_id=room, by=OWNER, members=["p2"])
    post("people/set_admins", chat_id=room, userids=["p2"])
    post("people/set_nickname", chat_id=room, member=customer, nickname="张记便利店")
    (read,) = there.adapter.read_rooms(there.brand, [room])
    who = {one.person_key: one for one in read.occupants}
    assert (who["p2"].role, who["p2"].is_staff, who["p2"].invited_by) == ("manager", True, OWNER)
    one = who[customer]
    assert (one.role, one.is_staff, one.name, one.scene) == ("member", False, "张记便利店", "link")
    assert one.union_key
    assert one.joined_at
    assert read.version


def test_a_leavers_room_says_so_and_is_handed_over(there: WeComWorld) -> None:
    post, room, other = there.sandbox.post, there.room("g1"), there.room("g2")
    post("people/hire", userid="p2", name="李强")
    post("people/invite", chat_id=other, by=OWNER, members=["p2"])
    post("people/change_owner", chat_id=other, userid="p2")
    post("people/resign", userid=OWNER)
    page = there.adapter.list_rooms(there.brand)
    assert {head.key: head.status for head in page.rooms} == {
        room: RoomStatus.OWNER_GONE,
        other: RoomStatus.STANDS,
    }
    changes = [OwnerChange(room_key=room, from_key=OWNER, to_key="p2")]
    (told,) = there.adapter.change_owners(there.brand, changes, now=clock.now())
    assert told.outcome is Outcome.SENT
    heard = there.adapter.heard_rooms(there.brand)
    assert [one.room_key for one in heard] == [room]  # no event tells it: it is read all the same
    (read,) = there.adapter.read_rooms(there.brand, [room])
    assert (read.owner_key, read.status) == ("p2", RoomStatus.STANDS)
    there.adapter.heed_rooms(there.brand, heard)
    assert there.adapter.heard_rooms(there.brand) == ()


@pytest.mark.parametrize("has_left", [False, True])
def test_whether_an_owner_left_is_found_out_by_asking(there: WeComWorld, has_left: bool) -> None:
    """What we knew of the owner is old: the other way of handing over is tried once."""
    post, room = there.sandbox.post, there.room()
    post("people/hire", userid="p2", name="李强")
    if has_left:
        there.adapter.list_rooms(there.brand)
        post("people/resign", userid=OWNER)
    else:
        post("people/hire", userid="p3", name="赵敏")
        post("people/resign", userid=OWNER)
        there.adapter.list_rooms(there.brand)
        there.adapter.change_owners(
            there.brand, [OwnerChange(room_key=room, from_key=OWNER, to_key="p3")], now=clock.now()
        )
    (told,) = there.adapter.change_owners(
        there.brand, [OwnerChange(room_key=room, from_key="", to_key="p2")], now=clock.now()
    )
    assert told.outcome is Outcome.SENT


def test_each_rooms_own_code_decides(server: Scripted, connect) -> None:
    brand = connect(server)
    codes = {"ok": 0, "has": 90504, "runs": 90507, "full": 90503, "no": 40098, "often": 40128}
    server.says["externalcontact/groupchat/onjob_transfer"] = [
        FINE | {"failed_chat_list": [{"chat_id": k, "errcode": c} for k, c in codes.items() if c]}
    ]
    changes = [OwnerChange(room_key=key, from_key="a", to_key="b") for key in codes]
    told = platform("wecom").change_owners(brand, changes, now=clock.now())
    assert {one.item: (one.outcome, one.is_permanent) for one in told} == {
        "ok": (Outcome.SENT, False),
        "has": (Outcome.SENT, False),
        "runs": (Outcome.UNKNOWN, False),
        "full": (Outcome.WITH_PERSON, False),
        "no": (Outcome.REFUSED, True),
        "often": (Outcome.REFUSED, False),
    }


def test_nobody_takes_over_more_in_a_day_than_he_may(server: Scripted, connect) -> None:
    brand = connect(server, transfers_per_receiver_and_day=3)
    server.says["externalcontact/groupchat/onjob_transfer"] = [FINE]
    changes = [OwnerChange(room_key=f"wr{n}", from_key="a", to_key="b") for n in range(5)]
    told = platform("wecom").change_owners(brand, changes, now=clock.now())
    assert [one.outcome for one in told] == [Outcome.SENT] * 3 + [Outcome.REFUSED] * 2
    sent = server.asked["externalcontact/groupchat/onjob_transfer"]
    assert [len(one["chat_id_list"]) for one in sent] == [3]


def test_a_lost_answer_to_a_handover_is_asked_for_again(server: Scripted, connect) -> None:
    brand = connect(server)
    server.says["externalcontact/groupchat/onjob_transfer"] = [None]
    change = OwnerChange(room_key="wr1", from_key="a", to_key="b")
    for _ in range(3):  # and is not counted before it is known
        (told,) = platform("wecom").change_owners(brand, [change], now=clock.now())
        assert told.outcome is Outcome.UNKNOWN


def test_what_cannot_be_read_is_missing_and_a_dissolved_room_says_so(
    there: WeComWorld,
) -> None:
    rooms = [there.room(f"g{n}") for n in range(2)]
    there.sandbox.post("people/dismiss_group", chat_id=rooms[0])
    (read,) = there.adapter.read_rooms(there.brand, rooms)
    assert read.key == rooms[1]


def test_nothing_readable_at_all_is_trouble(server: Scripted, connect) -> None:
    brand = connect(server)
    server.says[GET] = [{"errcode": 60020}]
    with pytest.raises(WeComTrouble) as caught:
        platform("wecom").read_rooms(brand, ["wr1", "wr2"])
    assert caught.value.permanent
    server.says[GET] = [{"errcode": 45009}]
    with pytest.raises(PlatformTrouble) as parked:
        platform("wecom").read_rooms(brand, ["wr1", "wr2"])
    assert not parked.value.permanent


def test_rubbish_in_a_room_is_read_as_far_as_it_goes(server: Scripted, connect) -> None:
    brand = connect(server)
    members = [{"userid": "a", "type": "1", "join_time": "x"}, {"name": "nobody"}, None, 7]
    chat = {
        "chat_id": "wr1",
        "name": None,
        "owner": "a",
        "member_list": members,
        "admin_list": None,
    }
    server.says[GET] = [FINE | {"group_chat": chat}]
    (room,) = platform("wecom").read_rooms(brand, ["wr1"])
    assert [(one.person_key, one.is_staff, one.joined_at) for one in room.occupants] == [
        ("a", True, None)
    ]
    server.says[GET] = [FINE | {"group_chat": [1]}]
    (room,) = platform("wecom").read_rooms(brand, ["wr1"])
    assert (room.key, room.occupants) == ("wr1", ())


def test_staff_are_listed_also_where_the_app_sees_only_some(there: WeComWorld) -> None:
    there.sandbox.post("people/hire", userid="p2", name="李强")
    whole = {one.key: one.name for one in there.adapter.list_staff(there.brand)}
    assert whole == {OWNER: "王芳", "p2": "李强"}
    there.sandbox.post("app", visible_departments=[], visible_userids=["p2"])
    assert [one.key for one in there.adapter.list_staff(there.brand)] == ["p2"]


def test_people_are_read_with_what_is_noted_of_them(there: WeComWorld) -> None:
    post = there.sandbox.post
    customer = post("people/new_customer", name="老张")["external_userid"]
    post("people/hire", userid="p2", name="李强")
    for by, remark in ((OWNER, "张记便利店"), ("p2", "老张 城东")):
        post("people/add_contact", userid=by, external_userid=customer)
        post(
            "people/remark_contact", userid=by, external_userid=customer, remark=remark,
            remark_mobiles=["13800138000"],
        )  # fmt: skip
    (card,) = there.adapter.read_people(there.brand, [customer, "wm-nobody"])
    assert (card.name, bool(card.union_key)) == ("老张", True)
    assert {(one.by_key, one.remark, one.phones) for one in card.remarks} == {
        (OWNER, "张记便利店", ("13800138000",)),
        ("p2", "老张 城东", ("13800138000",)),
    }


def test_everybody_our_people_know_is_listed_over_odd_pages(there: WeComWorld) -> None:
    post = there.sandbox.post
    post("people/hire", userid="p2", name="李强")
    known = {}
    for number in range(130):
        customer = post("people/new_customer", name=f"客户{number}")["external_userid"]
        for by in (OWNER, "p2")[: 1 + number % 2]:
            post("people/add_contact", userid=by, external_userid=customer)
            post("people/remark_contact", userid=by, external_userid=customer, remark=f"{by}店{number}")  # fmt: skip
            known[(customer, by)] = f"{by}店{number}"
    there.sandbox.post("weather", pages_odd=0.5)
    found, cursor, has_more = {}, "", True
    while has_more:
        page = there.adapter.list_people(there.brand, cursor)
        for card in page.cards:
            found |= {(card.person_key, one.by_key): one.remark for one in card.remarks}
        cursor, has_more = page.cursor, page.has_more
    assert found == known


def test_a_door_leads_into_rooms_elsewhere_and_nowhere(there: WeComWorld) -> None:
    adapter = there.adapter
    assert isinstance(adapter, Doorkeeper)
    one, two = there.room("g1"), there.room("g2")
    opened = adapter.open_door(there.brand, Door(room_keys=(one,), state="store-7"))
    assert opened.code_url.startswith("http")
    adapter.change_door(there.brand, opened.key, Door(room_keys=(two,), state="store-8"))
    customer = there.sandbox.post("people/new_customer", name="老张")["external_userid"]
    there.sandbox.post("people/scan", config_id=opened.key, external_userid=customer)
    (room,) = adapter.read_rooms(there.brand, [two])
    assert {each.person_key: each.door for each in room.occupants}[customer] == "store-8"
    for _ in "12":
        adapter.close_door(there.brand, opened.key)


def test_a_day_is_counted_once_it_is_over(there: WeComWorld) -> None:
    adapter, room = there.adapter, there.room()
    assert isinstance(adapter, Counter)
    there.sandbox.post("people/say", chat_id=room, member=OWNER, text="早")
    there.sandbox.post("clock", advance_seconds=24 * 3600)
    (counted,) = adapter.count_activity(there.brand, [OWNER, OWNER], day=clock.now())
    assert (counted.owner_key, counted.rooms, counted.members) == (OWNER, 1, 1)
    with pytest.raises(WeComTrouble) as caught:
        adapter.count_activity(there.brand, [OWNER], day=clock.now() + timedelta(days=1))
    assert caught.value.errcode == 600018


@pytest.mark.parametrize("is_in_client", [True, False])
def test_whoever_logs_in_with_wecom_is_told_by_his_account(
    there: WeComWorld, is_in_client: bool
) -> None:
    adapter, url = there.adapter, there.sandbox.url
    assert isinstance(adapter, LogIn)
    there.sandbox.post("app", trusted_domain="q.example")
    pages = {
        "authorize_url": f"{url}/connect/oauth2/authorize",
        "qr_url": f"{url}/wwlogin/sso/login",
    }
    connect_sandbox(there.sandbox, there.brand, **pages)
    address = adapter.log_in_address(
        there.brand, back_to="https://q.example/back", state="s1", is_in_client=is_in_client
    ).partition("#")[0]
    code = _scanned(f"{address}&sandbox_person={OWNER}")
    assert adapter.who_logged_in(there.brand, code) == OWNER
    with pytest.raises(WeComTrouble):
        adapter.who_logged_in(there.brand, code)


def _scanned(address: str) -> str:
    """Open a log-in page as a browser would; return the code it is sent back with."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc)
    connection.request("GET", f"{parts.path}?{parts.query}")
    back = connection.getresponse().headers["Location"]
    connection.close()
    query = parse_qs(urlsplit(back).query)
    assert query["state"] == ["s1"]
    return query["code"][0]
