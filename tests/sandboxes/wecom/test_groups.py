"""Groups as they stand, late reads, join ways that fill, and figures by day."""

import time

import pytest

from qunlian.sandboxes.wecom import Sandbox
from qunlian.sandboxes.wecom.settings import Settings
from qunlian.sandboxes.wecom.weather import Weather
from tests.sandboxes.wecom.client import Bare
from tests.sandboxes.wecom.conftest import customer, group

DAY = 86_400
GET = "externalcontact/groupchat/get"


def read(bare: Bare, chat_id: str) -> dict:
    return bare.post(GET, chat_id=chat_id, need_name=1)["group_chat"]


def test_a_group_shows_who_sits_there_and_how_he_came(sandbox: Sandbox, bare: Bare) -> None:
    first, second, third = (customer(sandbox, name) for name in "甲乙丙")
    chat = group(sandbox, "rep1", "东街群", first)
    way = bare.post(
        "externalcontact/groupchat/add_join_way", scene=2, chat_id_list=[chat], state="海报1"
    )
    sandbox.post("people/scan", config_id=way["config_id"], external_userid=second)
    sandbox.post("people/join_by_link", chat_id=chat, external_userid=third)
    sandbox.post("people/set_nickname", chat_id=chat, member=second, nickname="东街店")
    sandbox.post("people/set_admins", chat_id=chat, userids=[second])
    told = read(bare, chat)
    seats = {seat["userid"]: seat for seat in told["member_list"]}
    assert seats[first]["invitor"] == {"userid": "rep1"}
    assert (seats[second]["join_scene"], seats[second]["state"]) == (3, "海报1")
    assert (seats[second]["group_nickname"], seats[second]["name"]) == ("东街店", "乙")
    assert seats[third]["join_scene"] == 2
    assert "invitor" not in seats[third]
    assert told["admin_list"] == [{"userid": second}]


def test_reads_come_after_the_event(sandboxes) -> None:
    sandbox = sandboxes(weather=Weather(reads_lag_seconds=60))
    sandbox.post("people/hire", userid="rep1", name="荣小明")
    chat = group(sandbox, "rep1", "群")
    bare = Bare(sandbox)
    assert bare.post(GET, chat_id=chat)["errcode"] == 40050
    assert bare.post("externalcontact/groupchat/list", limit=9)["group_chat_list"] == []
    sandbox.post("clock", advance_seconds=61)
    before = read(bare, chat)
    sandbox.post("people/rename_group", chat_id=chat, name="新群")
    sandbox.post("people/invite", chat_id=chat, by="rep1", members=[customer(sandbox, "甲")])
    assert read(bare, chat) == before
    sandbox.post("clock", advance_seconds=61)
    after = read(bare, chat)
    assert (after["name"], len(after["member_list"])) == ("新群", 2)
    assert after["member_version"] != before["member_version"]


def test_a_join_way_fills_its_groups_and_opens_the_next(sandboxes) -> None:
    sandbox = sandboxes(settings=Settings(join_way_seats=3))
    sandbox.post("people/hire", userid="rep1", name="荣小明")
    bare = Bare(sandbox)
    chat = group(sandbox, "rep1", "东街1群")
    ask = {"scene": 2, "chat_id_list": [chat], "room_base_name": "东街", "room_base_id": 2}
    config = bare.post("externalcontact/groupchat/add_join_way", **ask)["config_id"]
    places = []
    for n in range(4):
        person = customer(sandbox, f"{n}")
        places.append(
            sandbox.post("people/scan", config_id=config, external_userid=person)["chat_id"]
        )
    assert places[:2] == [chat, chat]
    assert places[2] == places[3] != chat
    opened = read(bare, places[3])
    assert (opened["name"], opened["owner"]) == ("东街2", "rep1")
    way = bare.post("externalcontact/groupchat/get_join_way", config_id=config)["join_way"]
    assert way["chat_id_list"] == [chat, places[3]]


def test_a_join_way_is_replaced_as_a_whole_and_deleted(sandbox: Sandbox, bare: Bare) -> None:
    chat = group(sandbox, "rep1", "群")
    config = bare.post(
        "externalcontact/groupchat/add_join_way", scene=2, chat_id_list=[chat], state="a"
    )["config_id"]
    bare.post(
        "externalcontact/groupchat/update_join_way", config_id=config, scene=2, chat_id_list=[chat]
    )
    way = bare.post("externalcontact/groupchat/get_join_way", config_id=config)["join_way"]
    assert way["state"] == ""
    assert bare.post("externalcontact/groupchat/del_join_way", config_id=config)["errcode"] == 0
    assert bare.post("externalcontact/groupchat/get_join_way", config_id=config)["errcode"] == 41044


def test_a_newcomer_is_greeted_by_the_template_that_the_owner_attached(
    sandbox: Sandbox, bare: Bare
) -> None:
    text = {"content": "欢迎 %NICKNAME%"}
    template = bare.post("externalcontact/group_welcome_template/add", text=text)["template_id"]
    chat = group(sandbox, "rep1", "群")
    sandbox.post("people/attach_welcome", chat_id=chat, template_id=template)
    sandbox.post("people/invite", chat_id=chat, by="rep1", members=[customer(sandbox, "甲")])
    assert sandbox.corp.groups[chat].posts[0].text == "欢迎 甲"


@pytest.fixture
def ten_days_on(sandbox: Sandbox) -> str:
    people = [customer(sandbox, str(n)) for n in range(3)]
    chat = group(sandbox, "rep1", "群", *people)
    sandbox.post("people/say", chat_id=chat, member=people[0], text="早")
    sandbox.post("people/say", chat_id=chat, member=people[0], text="早上好")
    sandbox.post("clock", advance_seconds=2 * DAY)
    sandbox.post("people/leave_group", chat_id=chat, member=people[1])
    sandbox.post("clock", advance_seconds=8 * DAY)
    return chat


def test_figures_by_day_and_by_owner(sandbox: Sandbox, bare: Bare, ten_days_on: str) -> None:
    now = int(sandbox.world.now())
    owners = {"userid_list": ["rep1"]}
    ask = {"day_begin_time": now - 11 * DAY, "day_end_time": now - 7 * DAY, "owner_filter": owners}
    assert sandbox.post("tokens/revoke")["revoked"] == 0  # it has expired by itself
    bare = Bare(sandbox)
    days = bare.post("externalcontact/groupchat/statistic_group_by_day", **ask)["items"]
    assert [day["data"]["new_member_cnt"] for day in days] == [0, 4, 0, 0, 0]
    assert [day["data"]["member_total"] for day in days] == [0, 4, 4, 3, 3]
    assert [day["data"]["msg_total"] for day in days] == [0, 2, 0, 0, 0]
    assert days[1]["data"]["member_has_msg"] == days[1]["data"]["chat_has_msg"] == 1
    whole = bare.post("externalcontact/groupchat/statistic", **ask)
    assert whole["total"] == 1
    assert whole["items"][0]["data"]["new_chat_cnt"] == 1
    assert whole["items"][0]["data"]["member_total"] == 3


@pytest.mark.parametrize(("begin", "end"), [(0, 0), (1, 0), (181, 180), (40, 5), (5, 6)])
def test_todays_figures_old_ones_and_long_spans_are_refused(
    sandbox: Sandbox, bare: Bare, begin: int, end: int
) -> None:
    now = int(time.time())
    told = bare.post(
        "externalcontact/groupchat/statistic_group_by_day",
        day_begin_time=now - begin * DAY,
        day_end_time=now - end * DAY,
        owner_filter={"userid_list": ["rep1"]},
    )
    assert told["errcode"] == 600018


def test_who_sees_more_than_a_thousand_people_needs_a_filter(sandboxes) -> None:
    sandbox = sandboxes()
    sandbox.post("company", staff=1001, groups=1, customers_per_group=1, groups_of_leavers=0)
    bare = Bare(sandbox)
    assert bare.post("externalcontact/groupchat/list", limit=1000)["errcode"] == 81017
    owners = {"userid_list": ["rep0001"]}
    assert bare.post("externalcontact/groupchat/list", limit=9, owner_filter=owners)["errcode"] == 0
