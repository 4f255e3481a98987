"""Events reach the app's address as WeCom sends them; the weather decides when, how often and whether."""

from collections.abc import Iterator

import pytest
from wechatpy.work import parse_message

from qunlian.sandboxes.wecom import Sandbox
from qunlian.sandboxes.wecom.settings import Settings
from qunlian.sandboxes.wecom.weather import Weather
from tests.sandboxes.wecom.client import Bare
from tests.sandboxes.wecom.conftest import customer, group
from tests.sandboxes.wecom.receiver import AES_KEY, TOKEN, Receiver, all_arrived, until

FAST = Settings(callback_repeat_after_seconds=0.02, callback_timeout_seconds=2)


@pytest.fixture
def receiver(sandbox: Sandbox) -> Iterator[Receiver]:
    made = Receiver(sandbox.corp_id)
    assert made.listen_to(sandbox)["is_verified"]
    yield made
    made.stop()


def hire(sandbox: Sandbox, *userids: str) -> None:
    for userid in userids:
        sandbox.post("people/hire", userid=userid, name=userid)


def test_an_address_that_cannot_decrypt_is_not_taken(sandbox: Sandbox) -> None:
    receiver = Receiver(sandbox.corp_id)
    receiver.echoes = False
    told = receiver.listen_to(sandbox)
    receiver.stop()
    assert told == {"is_verified": False, "problem": "the answer is not the decrypted echostr"}
    told = sandbox.post("app/callback", url=receiver.url, token=TOKEN, aes_key=AES_KEY)
    assert told["problem"].startswith("no answer")
    assert sandbox.post("app")["callback"] is None


def test_a_groups_life_comes_in_order_with_a_chain_of_versions(
    sandbox: Sandbox, receiver: Receiver, bare: Bare
) -> None:
    first, second = customer(sandbox, "甲"), customer(sandbox, "乙")
    chat = group(sandbox, "rep1", "群", "rep2")
    way = bare.post(
        "externalcontact/groupchat/add_join_way", scene=2, chat_id_list=[chat], state="海报"
    )
    sandbox.post("people/invite", chat_id=chat, by="rep1", members=[first])
    sandbox.post("people/scan", config_id=way["config_id"], external_userid=second)
    sandbox.post("people/remove_member", chat_id=chat, member=first)
    sandbox.post("people/rename_group", chat_id=chat, name="新群")
    sandbox.post("people/announce", chat_id=chat, notice="公告")
    sandbox.post("people/change_owner", chat_id=chat, userid="rep2")
    sandbox.post("people/dismiss_group", chat_id=chat)
    all_arrived(sandbox)
    changes = [(e["ChangeType"], e.get("UpdateDetail")) for e in receiver.events]
    assert changes == [
        ("create", None),
        ("update", "add_member"),
        ("update", "add_member"),
        ("update", "del_member"),
        ("update", "change_name"),
        ("update", "change_notice"),
        ("update", "change_owner"),
        ("dismiss", None),
    ]
    joined, scanned, removed = receiver.events[1:4]
    assert joined["LastMemVer"] != joined["CurMemVer"] == scanned["LastMemVer"]
    assert scanned["CurMemVer"] == removed["LastMemVer"]
    assert (joined["JoinScene"], scanned["JoinScene"], removed["QuitScene"]) == ("0", "3", "1")
    assert removed["MemChangeList"] == {"Item": first}
    assert {event["ToUserName"] for event in receiver.events} == {sandbox.corp_id}


def test_wechatpy_parses_an_event(sandbox: Sandbox, receiver: Receiver) -> None:
    chat = group(sandbox, "rep1", "群")
    all_arrived(sandbox)
    query, body = receiver.raw[-1]
    text = receiver.crypto.decrypt_message(
        body, query["msg_signature"], query["timestamp"], query["nonce"]
    )
    parsed = parse_message(text)
    assert (parsed.event, parsed.change_type, parsed.chat_id) == (
        "change_external_chat",
        "create",
        chat,
    )


def test_contacts_come_with_a_welcome_code_and_go_both_ways(
    sandbox: Sandbox, receiver: Receiver, bare: Bare
) -> None:
    person = customer(sandbox, "甲")
    pair = {"userid": "rep1", "external_userid": person}
    sandbox.post("people/add_contact", **pair, state="海报")
    sandbox.post("people/remark_contact", **pair, remark="东街店")
    sandbox.post("people/delete_staff", **pair)
    all_arrived(sandbox)
    added, edited, deleted = receiver.events
    assert (added["ChangeType"], added["State"]) == ("add_external_contact", "海报")
    assert edited["ChangeType"] == "edit_external_contact"
    assert deleted["ChangeType"] == "del_follow_user"
    text = {"content": "您好"}
    sent = bare.post(
        "externalcontact/send_welcome_msg", welcome_code=added["WelcomeCode"], text=text
    )
    assert sent["errcode"] == 0
    again = bare.post(
        "externalcontact/send_welcome_msg", welcome_code=added["WelcomeCode"], text=text
    )
    assert again["errcode"] == 41050


def test_what_an_app_changes_makes_no_event(
    sandbox: Sandbox, receiver: Receiver, bare: Bare
) -> None:
    person = customer(sandbox, "甲", "rep1")
    chat = group(sandbox, "rep1", "群", person)
    before = all_arrived(sandbox)["made"]
    moved = bare.post(
        "externalcontact/groupchat/onjob_transfer", chat_id_list=[chat], new_owner="rep2"
    )
    assert moved["failed_chat_list"] == []
    bare.post("externalcontact/remark", userid="rep1", external_userid=person, remark="店")
    assert all_arrived(sandbox)["made"] == before


def test_an_app_hears_only_of_those_it_sees(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.post("app", visible_departments=[], visible_userids=["rep1"])
    seen = group(sandbox, "rep1", "一")
    group(sandbox, "rep2", "二")
    all_arrived(sandbox)
    assert [event["ChatId"] for event in receiver.events] == [seen]


def test_what_is_not_answered_200_is_repeated_three_times_and_then_given_up(sandboxes) -> None:
    sandbox = sandboxes(settings=FAST)
    hire(sandbox, "rep1")
    receiver = Receiver(sandbox.corp_id)
    receiver.listen_to(sandbox)
    receiver.refuses = 3
    group(sandbox, "rep1", "一")
    assert all_arrived(sandbox)["answered"] == 1
    assert (receiver.posts, len(receiver.events)) == (4, 1)
    receiver.refuses = 9
    group(sandbox, "rep1", "二")
    told = all_arrived(sandbox)
    receiver.stop()
    assert (receiver.posts, told["given_up"]) == (8, 1)


def test_an_answer_that_comes_too_late_is_none(sandboxes) -> None:
    patience = Settings(callback_repeat_after_seconds=0.01, callback_timeout_seconds=0.1)
    sandbox = sandboxes(settings=patience)
    hire(sandbox, "rep1")
    receiver = Receiver(sandbox.corp_id)
    receiver.listen_to(sandbox)
    receiver.naps = 1
    group(sandbox, "rep1", "一")
    told = all_arrived(sandbox)
    until(lambda: len(receiver.events) == 2)  # heard twice: once too late
    receiver.stop()
    assert (told["posted"], told["answered"], told["given_up"]) == (2, 1, 0)


def test_a_storm_loses_repeats_and_disorders_but_says_so(sandboxes) -> None:
    weather = Weather(
        callbacks_lost=0.3,
        callbacks_repeated=0.3,
        callbacks_delayed=0.6,
        callback_delay_seconds=0.3,
    )
    sandbox = sandboxes(weather=weather, seed=5)
    hire(sandbox, "rep1")
    receiver = Receiver(sandbox.corp_id)
    receiver.listen_to(sandbox)
    chats = [group(sandbox, "rep1", f"{n}") for n in range(40)]
    told = all_arrived(sandbox)
    receiver.stop()
    heard = [event["ChatId"] for event in receiver.events]
    assert told["made"] == 40
    assert len(set(heard)) == 40 - told["lost"] < 40
    assert len(heard) > len(set(heard))
    first_heard = list(dict.fromkeys(heard))
    assert first_heard != [chat for chat in chats if chat in set(heard)]
