"""The same seed meets the same weather; a lost answer is a change that was made."""

import http.client
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from qunlian.sandboxes.wecom import Sandbox
from qunlian.sandboxes.wecom.settings import Settings
from qunlian.sandboxes.wecom.weather import PRESETS, Weather, call_fate, callback_fate
from tests.sandboxes.wecom.client import Bare

STORM = PRESETS["storm"]


def outcomes(sandbox, count: int = 60) -> list[object]:
    bare = Bare(sandbox)
    found = []
    for _ in range(count):
        try:
            found.append(bare.post("externalcontact/get_corp_tag_list").get("errcode"))
        except (http.client.RemoteDisconnected, ConnectionError):
            found.append("cut")
    return found


def test_a_seed_draws_the_same_weather_and_another_one_another(sandboxes) -> None:
    sky = Weather(calls_busy=0.1, calls_crowded=0.1, answers_lost=0.2)
    same = [outcomes(sandboxes(seed=3, weather=sky)) for _ in range(2)]
    assert same[0] == same[1]
    assert {-1, 45033, 0, None, "cut"} == set(same[0])
    assert outcomes(sandboxes(seed=4, weather=sky)) != same[0]


def test_a_draw_depends_on_what_it_is_about_and_nothing_else() -> None:
    assert call_fate(STORM, 1, "a", 7) == call_fate(STORM, 1, "a", 7)
    drawn = [callback_fate(STORM, 1, number) for number in range(1000)]
    lost = sum(not fate.delays for fate in drawn) / len(drawn)
    repeated = sum(len(fate.delays) == 2 for fate in drawn) / len(drawn)
    assert lost == pytest.approx(0.2, abs=0.05)
    assert repeated == pytest.approx(0.16, abs=0.05)


def test_calm_weather_is_calm() -> None:
    calm = PRESETS["calm"]
    assert all(call_fate(calm, 1, "a", n) == call_fate(calm, 2, "b", 1) for n in range(50))
    assert all(callback_fate(calm, 1, n).delays == (0.0,) for n in range(50))


def test_an_answer_that_gets_lost_is_a_change_that_was_made(sandboxes) -> None:
    sandbox = sandboxes(weather=Weather(answers_lost=1.0))
    bare = Bare(sandbox)
    told = []
    for name in "ABCDEFGH":
        try:
            answer = bare.post("externalcontact/add_corp_tag", group_name=name, tag=[{"name": "x"}])
            told.append(answer["status"])
        except (http.client.RemoteDisconnected, ConnectionError):
            told.append("cut")
    assert set(told) == {502, "cut"}
    sandbox.post("weather", preset="calm")
    assert len(bare.post("externalcontact/get_corp_tag_list")["tag_group"]) == len(told)


def test_too_many_at_once_are_refused_while_they_are_under_way(sandboxes) -> None:
    slow = Weather(answers_slow=1.0, slow_seconds=1.0)
    sandbox = sandboxes(weather=slow, settings=Settings(concurrent_calls=2))
    bare = Bare(sandbox)
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(bare.post, "externalcontact/get_corp_tag_list") for _ in range(6)]
        codes = [one.result()["errcode"] for one in asked]
    assert codes.count(45033) >= 2
    assert codes.count(0) >= 2
    sandbox.post("weather", preset="calm")
    assert bare.post("externalcontact/get_corp_tag_list")["errcode"] == 0


def test_a_block_of_the_weather_ends(sandboxes) -> None:
    sandbox = sandboxes(weather=Weather(calls_blocked=1.0, block_seconds=60))
    bare = Bare(sandbox)
    assert bare.post("externalcontact/get_corp_tag_list")["errcode"] == 45009
    sandbox.post("weather", preset="calm")
    assert bare.post("externalcontact/get_corp_tag_list")["errcode"] == 45009
    sandbox.post("clock", advance_seconds=61)
    assert bare.post("externalcontact/get_corp_tag_list")["errcode"] == 0


def test_odd_pages_are_empty_with_more_behind_them_and_miss_nothing(sandboxes) -> None:
    sandbox = sandboxes(weather=Weather(pages_odd=0.5))
    sandbox.post("company", groups=30, customers_per_group=2, groups_of_leavers=0)
    bare = Bare(sandbox)
    sizes, seen, cursor = [], [], ""
    while True:
        page = bare.post("externalcontact/groupchat/list", limit=4, cursor=cursor)
        sizes.append(len(page["group_chat_list"]))
        seen += [row["chat_id"] for row in page["group_chat_list"]]
        cursor = page.get("next_cursor", "")
        if not cursor:
            break
    assert 0 in sizes
    assert len(set(seen)) == 30


def test_a_row_comes_twice_after_a_change_and_none_is_missed(sandboxes) -> None:
    sandbox = sandboxes()
    told = sandbox.post("company", groups=6, customers_per_group=1, groups_of_leavers=0)
    bare = Bare(sandbox)
    page = bare.post("externalcontact/groupchat/list", limit=3)
    sandbox.post("people/dismiss_group", chat_id=told["groups"][0])
    behind = bare.post("externalcontact/groupchat/list", limit=9, cursor=page["next_cursor"])
    rows = [row["chat_id"] for row in behind["group_chat_list"]]
    assert rows[0] == page["group_chat_list"][-1]["chat_id"]
    assert rows[1:] == told["groups"][3:]


def ask_until_told(sandbox: Sandbox, bare: Bare, api: str, **body) -> dict:
    """Repeat a call as long as the weather is in its way."""
    for _ in range(50):
        try:
            answer = bare.post(api, **body)
        except (http.client.RemoteDisconnected, ConnectionError):
            continue
        if answer["errcode"] == 0:
            return answer
        if answer["errcode"] == 45009:
            sandbox.post("clock", advance_seconds=STORM.block_seconds)
    raise AssertionError


def all_rooms(sandbox: Sandbox, bare: Bare) -> dict[str, int]:
    """List all groups, page by page."""
    seen, cursor = {}, None
    while cursor != "":
        told = ask_until_told(
            sandbox, bare, "externalcontact/groupchat/list", limit=7, cursor=cursor
        )
        seen |= {row["chat_id"]: row["status"] for row in told["group_chat_list"]}
        cursor = told.get("next_cursor", "")
    return seen


def test_who_asks_again_learns_the_whole_truth_even_in_a_storm(sandboxes) -> None:
    sandbox = sandboxes(weather=replace(STORM, slow_seconds=0.0), seed=11)
    told = sandbox.post("company", groups=40, customers_per_group=10)
    bare = Bare(sandbox)
    for chat in told["groups"][:9]:
        person = sandbox.post("people/new_customer", name="新来")["external_userid"]
        sandbox.post("people/join_by_link", chat_id=chat, external_userid=person)
    sandbox.post("people/dismiss_group", chat_id=told["groups"][-1])
    sandbox.post("clock", advance_seconds=3)  # reads lag behind for two
    truth = {group["chat_id"]: group for group in sandbox.get("truth")["groups"]}
    listed = all_rooms(sandbox, bare)
    assert listed == {chat: group["status"] for chat, group in truth.items()}
    for chat, group in truth.items():
        read = ask_until_told(sandbox, bare, "externalcontact/groupchat/get", chat_id=chat)[
            "group_chat"
        ]
        assert [seat["userid"] for seat in read["member_list"]] == [
            m["id"] for m in group["members"]
        ]
        assert read["member_version"] == group["member_version"]
