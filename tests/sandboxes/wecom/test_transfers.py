"""Groups and customers change hands, or stand among those that could not."""

import pytest

from qunlian.sandboxes.wecom import Sandbox
from tests.sandboxes.wecom.client import Bare
from tests.sandboxes.wecom.conftest import customer, group

DAY = 86_400
INHERIT = "externalcontact/groupchat/transfer"
PASS_ON = "externalcontact/groupchat/onjob_transfer"


def failed(told: dict) -> dict[str, int]:
    assert told["errcode"] == 0
    return {row["chat_id"]: row["errcode"] for row in told["failed_chat_list"]}


def statuses(bare: Bare) -> dict[str, int]:
    told = bare.post("externalcontact/groupchat/list", limit=1000)["group_chat_list"]
    return {row["chat_id"]: row["status"] for row in told}


def test_a_leavers_groups_are_inherited(sandbox: Sandbox, bare: Bare) -> None:
    theirs, other = group(sandbox, "rep1", "群"), group(sandbox, "rep2", "别")
    assert failed(bare.post(INHERIT, chat_id_list=[theirs], new_owner="rep2")) == {theirs: 90500}
    sandbox.post("people/resign", userid="rep1")
    assert statuses(bare) == {theirs: 1, other: 0}
    assert failed(bare.post(PASS_ON, chat_id_list=[theirs], new_owner="rep2")) == {theirs: 90502}
    told = bare.post(INHERIT, chat_id_list=[theirs, other, "wrNone"], new_owner="rep2")
    assert failed(told) == {other: 90500, "wrNone": 90501}
    assert statuses(bare)[theirs] == 3
    assert sandbox.get("truth")["groups"][0]["owner"] == "rep2"
    assert failed(bare.post(INHERIT, chat_id_list=[theirs], new_owner="rep2")) == {theirs: 90508}


def test_how_a_leavers_groups_are_listed_differs_between_the_sources(
    sandbox: Sandbox, bare: Bare
) -> None:
    chat = group(sandbox, "rep1", "群")
    sandbox.post("people/resign", userid="rep1")
    ask = {"limit": 9, "owner_filter": {"userid_list": ["rep1"]}}
    for kind, unnamed, named in (
        ("both", {chat: 1}, 0),
        ("named", {}, 0),
        ("unnamed", {chat: 1}, 40003),
    ):
        sandbox.post("settings", leavers_groups=kind)
        assert statuses(bare) == unnamed
        assert bare.post("externalcontact/groupchat/list", **ask)["errcode"] == named


def test_inheriting_may_take_its_time(sandbox: Sandbox, bare: Bare) -> None:
    sandbox.post("settings", group_inherit_seconds=60)
    chat = group(sandbox, "rep1", "群")
    sandbox.post("people/resign", userid="rep1")
    assert failed(bare.post(INHERIT, chat_id_list=[chat], new_owner="rep2")) == {}
    assert statuses(bare) == {chat: 2}
    assert failed(bare.post(INHERIT, chat_id_list=[chat], new_owner="rep2")) == {chat: 90507}
    sandbox.post("clock", advance_seconds=61)
    assert statuses(bare) == {chat: 3}


def test_on_the_job_a_group_changes_hands_twice_in_ninety_days(
    sandbox: Sandbox, bare: Bare
) -> None:
    chat = group(sandbox, "rep1", "群")
    told = [
        failed(bare.post(PASS_ON, chat_id_list=[chat], new_owner=taker))
        for taker in ("rep1", "rep2", "rep1", "rep2")
    ]
    assert told == [{chat: 90504}, {}, {}, {chat: 40128}]
    sandbox.post("clock", advance_seconds=91 * DAY)
    assert failed(Bare(sandbox).post(PASS_ON, chat_id_list=[chat], new_owner="rep2")) == {}


@pytest.mark.parametrize(
    ("change", "code"),
    [({"is_real_named": False}, 40098), ({"has_customer_contact": False}, 84084)],
)
def test_who_takes_over_is_real_named_and_has_customer_contact(
    sandbox: Sandbox, bare: Bare, change: dict, code: int
) -> None:
    chat = group(sandbox, "rep1", "群")
    sandbox.post("people/change_staff", userid="rep2", **change)
    assert bare.post(PASS_ON, chat_id_list=[chat], new_owner="rep2")["errcode"] == code


def test_nobody_takes_more_than_three_hundred_groups_a_day(sandbox: Sandbox, bare: Bare) -> None:
    sandbox.post("company", staff=1, groups=301, customers_per_group=1, groups_of_leavers=0)
    chats = [one["chat_id"] for one in sandbox.get("truth")["groups"]]
    told = {}
    for first in range(0, 301, 100):
        told |= failed(
            bare.post(PASS_ON, chat_id_list=chats[first : first + 100], new_owner="rep2")
        )
    assert told == {chats[-1]: 45009}


def test_a_leavers_customers_wait_and_move_after_a_day(sandbox: Sandbox, bare: Bare) -> None:
    stays, goes = customer(sandbox, "甲", "rep1"), customer(sandbox, "乙", "rep1")
    move = {"handover_userid": "rep1", "takeover_userid": "rep2"}
    inherit = "externalcontact/resigned/transfer_customer"
    assert bare.post(inherit, **move, external_userid=[stays])["errcode"] == 40097
    sandbox.post("people/resign", userid="rep1")
    waiting = bare.post("externalcontact/get_unassigned_list")
    assert [row["external_userid"] for row in waiting["info"]] == [stays, goes]
    told = bare.post(inherit, **move, external_userid=[stays, goes, "wmNone"])["customer"]
    assert [row["errcode"] for row in told] == [0, 0, 40096]
    sandbox.post("people/refuse_transfer", external_userid=stays)
    sandbox.post("clock", advance_seconds=DAY + 1)
    bare = Bare(sandbox)
    result = bare.post("externalcontact/resigned/transfer_result", **move)["customer"]
    assert {row["external_userid"]: row["status"] for row in result} == {stays: 3, goes: 1}
    assert bare.get("externalcontact/list", userid="rep2")["external_userid"] == [goes]
    assert [
        r["external_userid"] for r in bare.post("externalcontact/get_unassigned_list")["info"]
    ] == [stays]


def test_customers_on_the_job(sandbox: Sandbox, bare: Bare) -> None:
    mine, strange = customer(sandbox, "甲", "rep1"), customer(sandbox, "乙", "rep2")
    pass_on = "externalcontact/transfer_customer"
    move = {"handover_userid": "rep1", "takeover_userid": "rep2"}
    told = bare.post(pass_on, **move, external_userid=[mine, strange])["customer"]
    assert [row["errcode"] for row in told] == [0, 40131]
    again = bare.post(pass_on, **move, external_userid=[mine])["customer"]
    assert again[0]["errcode"] == 40129
    same = {"handover_userid": "rep1", "takeover_userid": "rep1"}
    assert bare.post(pass_on, **same, external_userid=[mine])["errcode"] == 40130
