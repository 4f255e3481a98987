"""The phones as pages: what one taps is what happens."""

from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

from qunlian.sandboxes.wecom import Sandbox
from tests.sandboxes.wecom.client import Bare
from tests.sandboxes.wecom.conftest import customer, group


def look(sandbox: Sandbox, path: str) -> str:
    with urlopen(f"{sandbox.url}{path}", timeout=10) as answer:
        return answer.read().decode()


def tap(sandbox: Sandbox, path: str, **fields: str) -> str:
    request = Request(f"{sandbox.url}{path}", data=urlencode(fields).encode())
    with urlopen(request, timeout=10) as answer:
        return answer.read().decode()


def led_to(url: str) -> dict[str, list[str]]:
    """Follow no redirect; return the query of where it leads."""

    class Stay(HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    from urllib.error import HTTPError

    try:
        with build_opener(Stay).open(url, timeout=10) as answer:
            return {"page": [answer.read().decode()]}
    except HTTPError as led:
        with led:
            return parse_qs(urlsplit(led.headers["Location"]).query)


def test_a_mass_message_is_confirmed_on_a_phone(sandbox: Sandbox, bare: Bare) -> None:
    person = customer(sandbox, "东街<店>", "rep1")
    group(sandbox, "rep1", "东街群", person)
    text = {"content": "明天到货"}
    ask = {"chat_type": "group", "sender": "rep1", "text": text}
    msgid = bare.post("externalcontact/add_msg_template", **ask)["msgid"]
    phone = "/_sandbox/phones/staff/rep1"
    assert "请确认发送" in look(sandbox, phone)
    after = tap(sandbox, "/_sandbox/phones/confirm_mass", userid="rep1", msgid=msgid, back=phone)
    assert "好了" in after
    assert "请确认发送" not in after
    theirs = look(sandbox, f"/_sandbox/phones/customers/{person}")
    assert "明天到货" in theirs
    assert "东街&lt;店&gt;" in theirs


def test_a_phone_makes_groups_invites_and_says_what_went_wrong(sandbox: Sandbox) -> None:
    phone = "/_sandbox/phones/staff/rep1"
    tap(sandbox, "/_sandbox/phones/make_group", userid="rep1", name="新群", back=phone)
    chat = sandbox.get("truth")["groups"][0]["chat_id"]
    person = customer(sandbox, "甲")
    ask = {"chat_id": chat, "by": "rep1", "back": phone}
    tap(sandbox, "/_sandbox/phones/invite", members=f"{person}，rep2", **ask)
    assert len(sandbox.get("truth")["groups"][0]["members"]) == 3
    refused = tap(sandbox, "/_sandbox/phones/leave_group", chat_id=chat, member="rep1", back=phone)
    assert "不行" in refused
    home = tap(
        sandbox, "/_sandbox/phones/new_customer", name="新客户", back="https://elsewhere.example/"
    )
    assert "新客户" in home


def test_an_empty_world_is_filled_from_its_page(sandboxes) -> None:
    sandbox = sandboxes()
    assert "填充一家公司" in look(sandbox, "/_sandbox/")
    assert "不行" in tap(sandbox, "/_sandbox/fill", groups="many")
    assert "3 个群" in tap(sandbox, "/_sandbox/fill", groups="3", customers_per_group="")
    assert sandbox.get("truth")["counts"]["groups"] == 3
    assert "填充一家公司" not in look(sandbox, "/_sandbox/")


def test_a_code_is_a_picture_and_whoever_scans_it_is_in(sandbox: Sandbox, bare: Bare) -> None:
    chat = group(sandbox, "rep1", "群")
    config = bare.post("externalcontact/groupchat/add_join_way", scene=2, chat_id_list=[chat])[
        "config_id"
    ]
    code = bare.post("externalcontact/groupchat/get_join_way", config_id=config)["join_way"][
        "qr_code"
    ]
    with urlopen(code, timeout=10) as answer:
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.read(4) == b"\x89PNG"
    assert "加入群聊" in look(sandbox, f"/_sandbox/scan/{config}")
    assert "西门店 的手机" in tap(sandbox, f"/_sandbox/scan/{config}", name="西门店")
    assert len(sandbox.get("truth")["groups"][0]["members"]) == 2
    assert config in look(sandbox, "/_sandbox/")


def test_a_code_of_the_sign_in_page_is_good_once(sandbox: Sandbox, bare: Bare) -> None:
    query = {
        "appid": sandbox.corp_id,
        "agentid": sandbox.agent_id,
        "redirect_uri": "https://brand.example/back?x=1",
        "state": "s",
    }
    page = f"{sandbox.url}/wwlogin/sso/login?{urlencode(query)}"
    assert "荣小明" in led_to(page)["page"][0]
    back = led_to(f"{page}&sandbox_person=rep1")
    assert (back["state"], back["x"]) == (["s"], ["1"])
    assert bare.get("auth/getuserinfo", code=back["code"][0])["userid"] == "rep1"
    assert bare.get("auth/getuserinfo", code=back["code"][0])["errcode"] == 40029
    late = led_to(f"{page}&sandbox_person=rep1")["code"][0]
    sandbox.post("clock", advance_seconds=301)
    assert bare.get("auth/getuserinfo", code=late)["errcode"] == 40029
    sandbox.post("app", trusted_domain="other.example")
    assert "e=50001" in led_to(page)["page"][0]


def test_a_customer_signs_in_as_an_outsider(sandbox: Sandbox, bare: Bare) -> None:
    person = customer(sandbox, "甲")
    query = {
        "appid": sandbox.corp_id,
        "redirect_uri": "http://127.0.0.1/back",
        "sandbox_person": person,
    }
    code = led_to(f"{sandbox.url}/connect/oauth2/authorize?{urlencode(query)}")["code"][0]
    assert bare.get("user/getuserinfo", code=code)["external_userid"] == person


def test_in_the_client_a_customers_phone_is_chosen_too(sandbox: Sandbox, bare: Bare) -> None:
    person, _ = customer(sandbox, "东街老王"), customer(sandbox, "西门店")
    query = {"appid": sandbox.corp_id, "redirect_uri": "http://127.0.0.1/back"}
    page = f"{sandbox.url}/connect/oauth2/authorize?{urlencode(query)}"
    (shown,) = led_to(page)["page"]
    assert all(name in shown for name in ("荣小明", "东街老王", "西门店", person))
    (found,) = led_to(f"{page}&sandbox_name=%E8%80%81%E7%8E%8B")["page"]
    assert "东街老王" in found
    assert "西门店" not in found
    (by_code,) = led_to(f"{sandbox.url}/wwlogin/sso/login?{urlencode(query)}")["page"]
    assert "东街老王" not in by_code


def test_tickets_stay_and_run_out(bare: Bare) -> None:
    first = bare.get("get_jsapi_ticket")
    assert bare.get("get_jsapi_ticket")["ticket"] == first["ticket"]
    assert bare.get("ticket/get", type="agent_config")["ticket"] != first["ticket"]
    told = [bare.get("ticket/get", type="agent_config")["errcode"] for _ in range(100)]
    assert told[-2:] == [0, 45009]
