"""Each rule refuses: what the sandbox says to a request that the real one would not take."""

import json
import re
import time
import urllib.request
from pathlib import Path

import pytest

from qunlian.sandboxes.wecom import Sandbox, errors
from qunlian.sandboxes.wecom.calls import CALLS
from qunlian.sandboxes.wecom.errors import TEXTS
from tests.sandboxes.wecom.client import Bare
from tests.sandboxes.wecom.conftest import customer, group

ROOT = Path(errors.__file__).parent
LIST = "externalcontact/groupchat/list"
GET = "externalcontact/groupchat/get"
MASS = "externalcontact/add_msg_template"
TEXT = {"content": "您好"}


def test_tokens(sandbox: Sandbox, bare: Bare) -> None:
    assert bare.get("gettoken")["errcode"] == 41002
    assert bare.get("gettoken", corpid=sandbox.corp_id)["errcode"] == 41004
    assert bare.get("gettoken", corpid="wwnone", corpsecret="x")["errcode"] == 40013
    assert bare.get("externalcontact/get_follow_user_list", access_token="")["errcode"] == 41001
    assert bare.get("externalcontact/get_follow_user_list", access_token="x")["errcode"] == 40014
    sandbox.post("clock", advance_seconds=7200)
    assert bare.get("externalcontact/get_follow_user_list")["errcode"] == 42001


def test_an_error_is_http_200_with_a_link_and_the_callers_address(bare: Bare) -> None:
    told = bare.post(GET, chat_id="wrNone")
    assert "from ip: 127.0.0.1" in told["errmsg"]
    assert told["errmsg"].endswith("devtool/query?e=40050")


def test_an_unknown_path_is_a_page(bare: Bare) -> None:
    assert bare.post("externalcontact/kick_member")["status"] == 404


def test_a_reset_secret_is_wrong_from_then_on(sandbox: Sandbox) -> None:
    old = sandbox.secret
    assert sandbox.post("app", resets_secret=True)["secret"] != old
    query = {"corpid": sandbox.corp_id, "corpsecret": old}
    assert Bare(sandbox).get("gettoken", **query)["errcode"] == 40001


def test_an_address_that_is_not_trusted(sandbox: Sandbox, bare: Bare) -> None:
    sandbox.post("app", trusted_ips=["10.0.0.1"])
    assert bare.post(LIST, limit=1)["errcode"] == 60020


def test_an_app_that_is_not_callable_for_customers(sandbox: Sandbox, bare: Bare) -> None:
    sandbox.post("app", is_callable_for_customers=False)
    assert bare.post(LIST, limit=1)["errcode"] == 48002
    assert bare.get("user/get", userid="rep1")["name"] == "荣小明"


def test_who_is_out_of_the_visible_range(sandbox: Sandbox, bare: Bare) -> None:
    chat = group(sandbox, "rep2", "群")
    person = customer(sandbox, "甲", "rep2")
    sandbox.post("app", visible_departments=[], visible_userids=["rep1"])
    assert bare.get("user/get", userid="rep2")["errcode"] == 60011
    assert bare.get("user/get", userid="nobody")["errcode"] == 60111
    assert bare.get("externalcontact/get", external_userid=person)["errcode"] == 40096
    assert bare.post(GET, chat_id=chat)["errcode"] == 40050
    assert bare.post(LIST, limit=9)["group_chat_list"] == []
    assert bare.post("appchat/create", userlist=["rep1", "rep2"])["errcode"] == 48002


@pytest.mark.parametrize(
    ("api", "body", "code"),
    [
        (LIST, {}, 40058),
        (LIST, {"limit": 1001}, 40058),
        (LIST, {"limit": "9"}, 40058),
        (LIST, {"limit": 9, "status_filter": 4}, 40058),
        (LIST, {"limit": 9, "cursor": "nonsense"}, 40058),
        (LIST, {"limit": 9, "owners": []}, 40058),
        (LIST, {"limit": 9, "owner_filter": {"userid_list": ["x"] * 101}}, 40058),
        (LIST, {"limit": 9, "owner_filter": {"userid_list": ["nobody"]}}, 40003),
        (GET, {}, 40058),
        (GET, {"chat_id": ""}, 40063),
        (GET, {"chat_id": "wrNone"}, 40050),
        ("externalcontact/remark", {"userid": "rep1", "external_userid": "wmNone"}, 40096),
        ("externalcontact/mark_tag", {"userid": "rep1", "external_userid": "x"}, 40063),
        ("externalcontact/add_corp_tag", {"group_name": "g", "tag": []}, 40063),
        ("externalcontact/add_corp_tag", {"group_id": "et", "tag": [{"name": "a"}]}, 40068),
        ("externalcontact/add_corp_tag", {"group_name": "g", "tag": [{"name": "a"}] * 2}, 40071),
        ("externalcontact/add_corp_tag", {"group_name": "g", "tag": [{"name": str(n)} for n in range(3001)]}, 40126),
        ("externalcontact/groupchat/add_join_way", {"scene": 3, "chat_id_list": ["x"]}, 40058),
        ("externalcontact/groupchat/add_join_way", {"scene": 2, "chat_id_list": ["x"]}, 40050),
        ("externalcontact/groupchat/add_join_way", {"scene": 2, "chat_id_list": ["x"] * 6}, 41091),
        ("externalcontact/groupchat/add_join_way", {"scene": 2, "chat_id_list": []}, 40063),
        ("externalcontact/groupchat/get_join_way", {"config_id": "x"}, 41044),
        (MASS, {"chat_type": "group", "sender": "rep1"}, 40063),
        (MASS, {"chat_type": "group", "text": TEXT}, 40063),
        (MASS, {"chat_type": "group", "sender": "rep1", "text": TEXT}, 41048),
        (MASS, {"chat_type": "group", "sender": "clerk", "text": TEXT}, 84084),
        (MASS, {"chat_type": "group", "sender": "rep1", "text": {"content": "字" * 1334}}, 45002),
        (MASS, {"sender": "rep1", "text": TEXT, "attachments": [{"msgtype": "image"}]}, 40063),
        (MASS, {"sender": "rep1", "attachments": [{"msgtype": "image", "image": {"media_id": "x"}}]}, 40007),
        (MASS, {"sender": "rep1", "attachments": [{"msgtype": "link", "link": {"title": "a", "url": "b"}}] * 10}, 41064),
        ("externalcontact/get_groupmsg_task", {"msgid": "x"}, 41047),
        ("externalcontact/remind_groupmsg_send", {"msgid": "x"}, 41047),
        ("externalcontact/groupchat/transfer", {"chat_id_list": ["x"] * 101, "new_owner": "rep1"}, 40058),
        ("externalcontact/groupchat/transfer", {"chat_id_list": ["x"], "new_owner": "nobody"}, 60111),
        ("externalcontact/group_welcome_template/add", {}, 40063),
        ("externalcontact/group_welcome_template/add", {"text": {"content": "字" * 1001}}, 45002),
        ("externalcontact/send_welcome_msg", {"welcome_code": "x", "text": TEXT}, 41050),
        ("externalcontact/add_intercept_rule", {"rule_name": "r" * 21, "word_list": ["a"], "intercept_type": 1, "applicable_range": {"user_list": ["rep1"]}}, 40058),
        ("externalcontact/add_intercept_rule", {"rule_name": "r", "word_list": ["a"] * 301, "intercept_type": 1, "applicable_range": {"user_list": ["rep1"]}}, 41068),
        ("externalcontact/add_intercept_rule", {"rule_name": "r", "word_list": ["a"], "intercept_type": 1, "applicable_range": {}}, 40063),
        ("appchat/create", {"userlist": ["rep1"]}, 86006),
        ("appchat/create", {"userlist": ["rep1", "nobody"]}, 86216),
        ("appchat/create", {"userlist": ["rep1", "rep2"], "owner": "clerk"}, 86207),
        ("appchat/create", {"userlist": ["rep1", "rep2"], "chatid": "a-b"}, 86001),
        ("appchat/create", {"userlist": ["rep1", "rep2"], "name": "n" * 51}, 0),
        ("externalcontact/remark", {"external_userid": "x"}, 41009),
        ("externalcontact/remark", {"userid": "rep1", "external_userid": ""}, 41035),
        ("externalcontact/get_groupmsg_task", {}, 41046),
        ("externalcontact/groupchat/get_join_way", {}, 41043),
        ("externalcontact/send_welcome_msg", {"welcome_code": "", "text": TEXT}, 41049),
        ("externalcontact/get_intercept_rule", {"rule_id": "x"}, 41070),
        (MASS, {"sender": "rep1", "attachments": [{"msgtype": "dance"}]}, 41065),
        ("appchat/send", {"chatid": "x", "msgtype": "text", "text": TEXT}, 86003),
        ("message/send", {"agentid": 1, "touser": "rep1", "msgtype": "text", "text": TEXT}, 40056),
        ("message/send", {"agentid": 1000002, "touser": "nobody", "msgtype": "text", "text": TEXT}, 81013),
        ("message/send", {"agentid": 1000002, "touser": "rep1", "msgtype": "shout"}, 40008),
    ],
)  # fmt: skip
def test_what_does_not_fit(bare: Bare, api: str, body: dict, code: int) -> None:
    assert bare.post(api, **body)["errcode"] == code


def test_a_get_where_a_post_is_wanted_and_the_other_way_round(bare: Bare) -> None:
    assert bare.get(LIST)["errcode"] == 40058
    assert bare.post("externalcontact/get_follow_user_list")["errcode"] == 43001


def test_unknown_fields_may_be_let_pass(sandbox: Sandbox, bare: Bare) -> None:
    sandbox.post("settings", refuses_unknown_fields=False)
    assert bare.post(LIST, limit=9, owners=[])["errcode"] == 0


def test_debugging_is_for_five_calls_a_minute(bare: Bare) -> None:
    told = [bare.get("externalcontact/get_follow_user_list", debug=1)["errcode"] for _ in range(6)]
    assert told == [0] * 5 + [45009]


def test_relations(sandbox: Sandbox, bare: Bare) -> None:
    person = customer(sandbox, "甲", "rep1", "rep2")
    ask = {"external_userid": person, "remark": "店"}
    sandbox.post("people/delete_staff", userid="rep1", external_userid=person)
    assert bare.post("externalcontact/remark", userid="rep1", **ask)["errcode"] == 0
    sandbox.post("people/delete_customer", userid="rep2", external_userid=person)
    assert bare.post("externalcontact/remark", userid="rep2", **ask)["errcode"] == 84061


def test_a_welcome_comes_too_late_or_after_a_word(sandbox: Sandbox, bare: Bare) -> None:
    def add(name: str) -> tuple[dict, str]:
        person = sandbox.post("people/new_customer", name=name)["external_userid"]
        pair = {"userid": "rep1", "external_userid": person}
        return pair, sandbox.post("people/add_contact", **pair)["welcome_code"]

    send = "externalcontact/send_welcome_msg"
    pair, code = add("甲")
    time.sleep(0.01)
    sandbox.post("people/talk", **pair)
    assert bare.post(send, welcome_code=code, text=TEXT)["errcode"] == 41051
    _, code = add("乙")
    sandbox.post("clock", advance_seconds=21)
    assert bare.post(send, welcome_code=code, text=TEXT)["errcode"] == 41050


def test_only_the_app_that_made_something_may_change_it(sandbox: Sandbox, bare: Bare) -> None:
    other = Bare(sandbox, secret=sandbox.post("apps", name="另一个")["secret"])
    range_ = {"department_list": [1]}
    rule = bare.post(
        "externalcontact/add_intercept_rule",
        rule_name="r",
        word_list=["返利"],
        intercept_type=1,
        applicable_range=range_,
    )["rule_id"]
    template = bare.post("externalcontact/group_welcome_template/add", text=TEXT)["template_id"]
    chat = bare.post("appchat/create", userlist=["rep1", "rep2"])["chatid"]
    assert other.post("externalcontact/del_intercept_rule", rule_id=rule)["errcode"] == 84074
    edit = "externalcontact/group_welcome_template/edit"
    assert other.post(edit, template_id=template, text=TEXT)["errcode"] == 41058
    assert other.get("appchat/get", chatid=chat)["errcode"] == 86008
    room = group(sandbox, "rep1", "群")
    config = bare.post("externalcontact/groupchat/add_join_way", scene=2, chat_id_list=[room])
    way = {"config_id": config["config_id"]}
    assert other.post("externalcontact/groupchat/get_join_way", **way)["errcode"] == 41044
    twice = {"rule_name": "r", "word_list": ["a"], "intercept_type": 2, "applicable_range": range_}
    assert bare.post("externalcontact/add_intercept_rule", **twice)["errcode"] == 41077
    assert bare.post("externalcontact/del_intercept_rule", rule_id=rule)["errcode"] == 0
    assert bare.get("externalcontact/get_intercept_rule_list")["rule_list"] == []


def test_templates_and_rules_are_full_at_a_hundred(bare: Bare) -> None:
    for number in range(100):
        bare.post("externalcontact/group_welcome_template/add", text={"content": str(number)})
    assert bare.post("externalcontact/group_welcome_template/add", text=TEXT)["errcode"] == 41055


def test_a_rule_keeps_staff_from_a_word_and_nobody_else(sandbox: Sandbox, bare: Bare) -> None:
    person = customer(sandbox, "甲")
    chat = group(sandbox, "rep1", "群", person)
    bare.post(
        "externalcontact/add_intercept_rule",
        rule_name="返利",
        word_list=["返利"],
        intercept_type=1,
        applicable_range={"user_list": ["rep1"]},
    )
    sandbox.post("people/say", chat_id=chat, member=person, text="有返利吗")
    with pytest.raises(ValueError, match="blocked by the rule"):
        sandbox.post("people/say", chat_id=chat, member="rep1", text="返利三成")


def test_a_group_robot(sandbox: Sandbox) -> None:
    key = sandbox.post("robots", name="播报")["key"]

    def send(key: str, body: bytes = b'{"msgtype": "text", "text": {"content": "hi"}}') -> int:

        url = f"{sandbox.url}/cgi-bin/webhook/send?key={key}"
        with urllib.request.urlopen(urllib.request.Request(url, data=body)) as answer:
            return json.load(answer)["errcode"]

    assert send("nonsense") == 93000
    assert send(key, b'{"msgtype": "text"}') == 40063
    assert [send(key) for _ in range(21)] == [0] * 20 + [45009]
    sandbox.post("clock", advance_seconds=61)
    assert send(key) == 0
    sandbox.post("robots", key=key, state="disabled")
    assert send(key) == 93004
    assert len(sandbox.get("truth")["robots"][0]["posts"]) == 21


def test_messages_to_one_person_beyond_thirty_a_minute_are_dropped_without_a_word(
    sandbox: Sandbox, bare: Bare
) -> None:
    message = {
        "agentid": sandbox.agent_id,
        "touser": "rep1|nobody",
        "msgtype": "text",
        "text": TEXT,
    }
    told = [bare.post("message/send", **message) for _ in range(33)]
    assert {one["errcode"] for one in told} == {0}
    assert told[0]["invaliduser"] == "nobody"
    staff = {one["userid"]: one for one in sandbox.get("truth")["staff"]}
    assert len(staff["rep1"]["messages"]) == 30


@pytest.mark.parametrize("path", [*CALLS])
def test_nonsense_is_refused_and_breaks_nothing(bare: Bare, path: str) -> None:
    """No body makes a call answer otherwise than with HTTP 200 and a number."""
    model = CALLS[path].model.model_fields
    bodies = [
        b"",
        b"[]",
        b"nonsense",
        b"{}",
        b'{"a": {"b": [null]}}',
        "\ud800".encode("utf-8", "replace"),
    ]
    values = (None, "x", "", 0, -1, 10**30, [], {}, [None], [{}], {"x": 1}, True, 1.5)
    bodies += [json.dumps(dict.fromkeys(model, value)).encode() for value in values]
    for body in bodies:
        told = bare._ask(path, {} if CALLS[path].method == "POST" else {"code": "x"}, body)
        assert isinstance(told["errcode"], int), body
    if CALLS[path].method == "GET":
        for value in ("", "x", "-1", "9" * 40):
            told = bare._ask(path, dict.fromkeys(model, value), None)
            assert isinstance(told["errcode"], int), value


@pytest.mark.parametrize("area", sorted((ROOT / "calls").glob("*.py")), ids=lambda path: path.stem)
def test_every_area_names_its_sources(area: Path) -> None:
    if area.stem != "__init__":
        assert re.search(r"pages? \d{5}", area.read_text(encoding="utf-8"))


def test_no_code_is_without_its_text() -> None:
    codes = {
        int(code)
        for path in ROOT.rglob("*.py")
        for code in re.findall(r"Refused\((-?\d+)", path.read_text(encoding="utf-8"))
    }
    assert len(codes) > 50
    assert codes <= set(TEXTS)
