"""wechatpy 2.0.0a26, which nobody here wrote, works with the sandbox as with the real one."""

import io

import pytest
from wechatpy.exceptions import APILimitedException, WeChatClientException

from qunlian.sandboxes.wecom import Sandbox
from qunlian.sandboxes.wecom.settings import Settings
from tests.sandboxes.wecom.client import wechatpy_client
from tests.sandboxes.wecom.conftest import customer, group


def refusal(call, *arguments, **options) -> int:
    with pytest.raises(WeChatClientException) as caught:
        call(*arguments, **options)
    return caught.value.errcode


def test_a_token_is_the_same_while_it_is_valid_and_another_one_after_it(sandbox: Sandbox) -> None:
    client = wechatpy_client(sandbox)
    first = client.fetch_access_token()["access_token"]
    assert client.fetch_access_token()["access_token"] == first
    sandbox.post("clock", advance_seconds=7201)
    assert client.fetch_access_token()["access_token"] != first


def test_a_revoked_token_is_fetched_anew_and_the_call_repeated(sandbox: Sandbox) -> None:
    client = wechatpy_client(sandbox)
    assert client.external_contact.get_follow_user_list()["follow_user"]
    assert sandbox.post("tokens/revoke") == {"revoked": 1}
    assert client.external_contact.get_follow_user_list()["follow_user"]
    assert type(client).tokens_fetched == 2


def test_an_expired_token_likewise(sandbox: Sandbox) -> None:
    client = wechatpy_client(sandbox)
    client.external_contact.get_follow_user_list()
    sandbox.post("clock", advance_seconds=7201)
    client.external_contact.get_follow_user_list()
    assert type(client).tokens_fetched == 2


def test_a_wrong_secret_is_40001_and_too_many_shut_the_address_out(sandboxes) -> None:
    sandbox = sandboxes(settings=Settings(wrong_secrets=2))
    client = wechatpy_client(sandbox, "nonsense")
    assert refusal(client.fetch_access_token) == 40001
    assert refusal(client.fetch_access_token) == 40001
    assert refusal(wechatpy_client(sandbox).fetch_access_token) == 45009
    sandbox.post("clock", advance_seconds=3600)
    wechatpy_client(sandbox).fetch_access_token()


def test_groups_are_listed_in_pages_and_read(sandbox: Sandbox) -> None:
    owner = customer(sandbox, "东街惠民超市", "rep1")
    chats = [group(sandbox, "rep1", f"{n}群", owner) for n in range(5)]
    client = wechatpy_client(sandbox).external_contact_group_chat
    listed = client.list_all(limit=2)
    assert [row["chat_id"] for row in listed] == chats
    read = client.get(chats[0])["group_chat"]
    assert (read["name"], read["owner"]) == ("0群", "rep1")
    assert [member["type"] for member in read["member_list"]] == [1, 2]
    assert read["member_list"][1]["invitor"] == {"userid": "rep1"}
    assert "name" not in read["member_list"][1]
    assert refusal(client.get, "wrUnknown") == 40050


def test_contacts_are_listed_and_read(sandbox: Sandbox) -> None:
    known = [customer(sandbox, f"店{n}", "rep1") for n in range(3)]
    client = wechatpy_client(sandbox).external_contact
    assert client.get_follow_user_list()["follow_user"] == ["rep1", "rep2"]
    assert client.list("rep1")["external_userid"] == known
    assert refusal(client.list, "rep2") == 84061
    assert refusal(client.list, "clerk") == 84084
    assert client.get(known[0])["external_contact"]["name"] == "店0"
    assert refusal(client.get, "wmUnknown") == 40096


def test_tags_are_made_marked_and_deleted(sandbox: Sandbox) -> None:
    person = customer(sandbox, "店", "rep1")
    client = wechatpy_client(sandbox).external_contact
    made = client.add_corp_tag(None, "等级", 1, [{"name": "A", "order": 1}])["tag_group"]
    tag = made["tag"][0]["id"]
    client.mark_tag("rep1", person, [tag])
    assert client.get(person)["follow_user"][0]["tags"][0]["tag_name"] == "A"
    client.del_corp_tag(tag_id=[tag])
    assert client.get(person)["follow_user"][0]["tags"] == []
    assert client.get_corp_tag_list()["tag_group"] == []


def test_too_many_calls_are_45009_until_the_minute_is_over(sandboxes) -> None:
    sandbox = sandboxes(settings=Settings(corp_calls_per_minute=3))
    client = wechatpy_client(sandbox)
    for _ in range(3):
        client.external_contact.get_follow_user_list()
    with pytest.raises(APILimitedException):
        client.external_contact.get_follow_user_list()
    wechatpy_client(sandbox).external_contact.get_corp_tag_list()  # another API is not blocked
    sandbox.post("clock", advance_seconds=61)
    client.external_contact.get_follow_user_list()


def test_a_mass_message_with_a_picture_is_made_and_confirmed(sandbox: Sandbox) -> None:
    person = customer(sandbox, "东街店", "rep1")
    chat = group(sandbox, "rep1", "东街群", person)
    client = wechatpy_client(sandbox)
    picture = client.media.upload("image", ("poster.png", io.BytesIO(b"\x89PNG" + b"0" * 100)))
    assert picture["type"] == "image"
    image = {"msgtype": "image", "image": {"media_id": picture["media_id"]}}
    template = {
        "chat_type": "group",
        "sender": "rep1",
        "text": {"content": "明天到货"},
        "attachments": [image],
    }
    made = client.external_contact.add_msg_template(template)
    assert made["fail_list"] == []
    sandbox.post("people/confirm_mass", userid="rep1", msgid=made["msgid"])
    told = client.post(
        "externalcontact/get_groupmsg_send_result", data={"msgid": made["msgid"], "userid": "rep1"}
    )
    assert [(row["chat_id"], row["status"]) for row in told["send_list"]] == [(chat, 1)]
    sandbox.post("clock", advance_seconds=4 * 86_400)
    assert refusal(client.external_contact.add_msg_template, template) == 40007


def test_media_is_refused_by_kind_and_size(sandbox: Sandbox) -> None:
    media = wechatpy_client(sandbox).media
    assert refusal(media.upload, "image", ("a.png", io.BytesIO(b"0"))) == 40006
    assert refusal(media.upload, "song", ("a.mp3", io.BytesIO(b"0" * 99))) == 40004
    assert refusal(media.upload, "voice", ("a.amr", io.BytesIO(b"0" * (2 * 2**20 + 1)))) == 45001


def test_welcome_templates(sandbox: Sandbox) -> None:
    client = wechatpy_client(sandbox).external_contact
    made = client.add_group_welcome_template({"text": {"content": "欢迎 %NICKNAME%"}})[
        "template_id"
    ]
    client.update_group_welcome_template({"text": {"content": "您好"}}, made)
    assert client.get_group_welcome_template(made)["text"]["content"] == "您好"
    client.del_group_welcome_template(made)
    assert refusal(client.get_group_welcome_template, made) == 40037


def test_an_internal_group_of_the_app(sandbox: Sandbox) -> None:
    chats = wechatpy_client(sandbox).appchat
    made = chats.create(name="督导群", owner="rep1", user_list=["rep1", "rep2"])["chatid"]
    chats.send_text(made, "开会")
    chats.update(made, add_user_list=["clerk"])
    assert chats.get(made)["userlist"] == ["rep1", "rep2", "clerk"]
    assert sandbox.get("truth")["app_chats"][0]["posts"][0]["text"] == "开会"


def test_staff_and_departments(sandbox: Sandbox) -> None:
    branch = sandbox.post("people/new_department", name="华东")["id"]
    sandbox.post("people/change_staff", userid="rep2", departments=[branch])
    client = wechatpy_client(sandbox)
    assert [one["id"] for one in client.department.list()] == [1, branch]
    assert client.department.get(branch)["name"] == "华东"
    assert refusal(client.department.get, 99) == 60003
    assert [one["userid"] for one in client.department.get_users(branch)] == ["rep2"]
    assert len(client.department.get_users(1, fetch_child=1, simple=False)) == 3
    assert client.user.get("rep2")["department"] == [branch]
    assert refusal(client.user.get, "nobody") == 60111


def test_leavers_customers_are_listed(sandbox: Sandbox) -> None:
    person = customer(sandbox, "店", "rep1")
    sandbox.post("people/resign", userid="rep1")
    client = wechatpy_client(sandbox).external_contact
    rows = client.get_unassigned_list(page_id=0, page_size=10)["info"]
    assert [(row["handover_userid"], row["external_userid"]) for row in rows] == [("rep1", person)]
