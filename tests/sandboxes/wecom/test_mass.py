"""A mass message waits for people; what becomes of it is told per target."""

import time

import pytest

from qunlian.sandboxes.wecom import Sandbox
from tests.sandboxes.wecom.client import Bare
from tests.sandboxes.wecom.conftest import customer, group

TEXT = {"content": "明天到货"}
DAY = 86_400


def make(bare: Bare, **fields) -> dict:
    return bare.post("externalcontact/add_msg_template", text=TEXT, **fields)


def results(bare: Bare, msgid: str, userid: str = "rep1") -> dict[str, int]:
    told = bare.post("externalcontact/get_groupmsg_send_result", msgid=msgid, userid=userid)
    return {
        row.get("chat_id") or row["external_userid"]: row["status"] for row in told["send_list"]
    }


def task(bare: Bare, msgid: str) -> dict[str, int]:
    told = bare.post("externalcontact/get_groupmsg_task", msgid=msgid)["task_list"]
    return {row["userid"]: row["status"] for row in told}


def test_nothing_is_sent_until_the_owner_confirms(sandbox: Sandbox, bare: Bare) -> None:
    mine, gone, other = (
        group(sandbox, "rep1", "一"),
        group(sandbox, "rep1", "二"),
        group(sandbox, "rep2", "三"),
    )
    made = make(bare, chat_type="group", sender="rep1", chat_id_list=[mine, gone, other, "wrNone"])
    msgid = made["msgid"]
    assert set(made["fail_list"]) == {other, "wrNone"}
    assert task(bare, msgid) == {"rep1": 0}
    assert results(bare, msgid) == {mine: 0, gone: 0}
    sandbox.post("people/dismiss_group", chat_id=gone)
    sandbox.post("people/confirm_mass", userid="rep1", msgid=msgid)
    assert task(bare, msgid) == {"rep1": 2}
    assert results(bare, msgid) == {mine: 1, gone: 2}
    assert sandbox.corp.groups[mine].posts[0].text == "明天到货"


def test_customers_are_asked_through_whom_they_talked_to_last(sandbox: Sandbox, bare: Bare) -> None:
    shared, lost = customer(sandbox, "甲", "rep1", "rep2"), customer(sandbox, "乙", "rep1")
    stranger = customer(sandbox, "丙")
    time.sleep(0.01)
    sandbox.post("people/talk", userid="rep2", external_userid=shared)
    made = make(bare, external_userid=[shared, lost, stranger])
    assert made["fail_list"] == [stranger]
    assert task(bare, made["msgid"]) == {"rep2": 0, "rep1": 0}
    sandbox.post("people/delete_staff", userid="rep1", external_userid=lost)
    sandbox.post("people/confirm_mass", userid="rep1", msgid=made["msgid"])
    assert results(bare, made["msgid"]) == {lost: 2}
    assert results(bare, made["msgid"], "rep2") == {shared: 0}


def test_tags_choose_among_a_senders_customers(sandbox: Sandbox, bare: Bare) -> None:
    tagged, plain = customer(sandbox, "甲", "rep1"), customer(sandbox, "乙", "rep1")
    tag = bare.post("externalcontact/add_corp_tag", group_name="级", tag=[{"name": "A"}])
    tag_id = tag["tag_group"]["tag"][0]["id"]
    bare.post("externalcontact/mark_tag", userid="rep1", external_userid=tagged, add_tag=[tag_id])
    made = make(bare, sender="rep1", tag_filter={"group_list": [{"tag_list": [tag_id]}]})
    assert results(bare, made["msgid"]) == {tagged: 0}
    assert made["fail_list"] == [plain]


def test_a_month_has_room_for_as_many_as_the_settings_say(sandbox: Sandbox, bare: Bare) -> None:
    sandbox.post("settings", mass_per_month=1)
    chat = group(sandbox, "rep1", "群")
    ask = {"chat_type": "group", "sender": "rep1", "chat_id_list": [chat]}
    first, second = make(bare, **ask)["msgid"], make(bare, **ask)["msgid"]
    sandbox.post("people/confirm_mass", userid="rep1", msgid=first)
    sandbox.post("people/confirm_mass", userid="rep1", msgid=second)
    assert (results(bare, first), results(bare, second)) == ({chat: 1}, {chat: 3})
    assert make(bare, **ask)["errcode"] == 41048
    sandbox.post("clock", advance_seconds=31 * DAY)
    assert make(Bare(sandbox), **ask)["errcode"] == 0


def test_who_ignores_it_is_reminded_three_times_a_day(sandbox: Sandbox, bare: Bare) -> None:
    group(sandbox, "rep1", "群")
    msgid = make(bare, chat_type="group", sender="rep1")["msgid"]
    sandbox.post("people/ignore_mass", userid="rep1", msgid=msgid)
    remind = "externalcontact/remind_groupmsg_send"
    told = [bare.post(remind, msgid=msgid)["errcode"] for _ in range(4)]
    assert told == [0, 0, 0, 41094]
    assert task(bare, msgid) == {"rep1": 0}


def test_a_cancelled_message_is_asked_of_nobody(sandbox: Sandbox, bare: Bare) -> None:
    group(sandbox, "rep1", "群")
    msgid = make(bare, chat_type="group", sender="rep1")["msgid"]
    cancel = "externalcontact/cancel_groupmsg_send"
    assert [bare.post(cancel, msgid=msgid)["errcode"] for _ in range(2)] == [0, 41093]
    assert bare.post("externalcontact/remind_groupmsg_send", msgid=msgid)["errcode"] == 41093
    with pytest.raises(ValueError, match="nothing to confirm"):
        sandbox.post("people/confirm_mass", userid="rep1", msgid=msgid)


def test_just_made_it_cannot_be_asked_about(sandbox: Sandbox, bare: Bare) -> None:
    sandbox.post("settings", mass_dispatch_seconds=5)
    group(sandbox, "rep1", "群")
    msgid = make(bare, chat_type="group", sender="rep1")["msgid"]
    ask = "externalcontact/get_groupmsg_task"
    assert bare.post(ask, msgid=msgid)["errcode"] == 41063
    sandbox.post("clock", advance_seconds=6)
    assert bare.post(ask, msgid=msgid)["errcode"] == 0


def test_lists_tell_the_time_as_a_text_and_take_a_large_limit_as_the_default(
    sandbox: Sandbox, bare: Bare
) -> None:
    group(sandbox, "rep1", "群")
    for _ in range(52):
        make(bare, chat_type="group", sender="rep1")
    now = int(time.time())
    ask = {"chat_type": "group", "start_time": now - DAY, "end_time": now + 60}
    told = bare.post("externalcontact/get_groupmsg_list_v2", **ask, limit=1000)
    assert len(told["group_msg_list"]) == 50
    assert isinstance(told["group_msg_list"][0]["create_time"], str)
    ask["start_time"] = now - 40 * DAY
    assert bare.post("externalcontact/get_groupmsg_list_v2", **ask)["errcode"] == 40058


def test_contacts_by_the_batch_take_a_large_limit_as_the_largest(
    sandbox: Sandbox, bare: Bare
) -> None:
    sandbox.post("company", staff=1, groups=3, customers_per_group=120, groups_of_leavers=0)
    told = bare.post("externalcontact/batch/get_by_user", userid_list=["rep0001"], limit=1000)
    assert len(told["external_contact_list"]) == 100
    assert "tag_id" in told["external_contact_list"][0]["follow_info"]
