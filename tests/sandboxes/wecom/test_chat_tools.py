"""What the client does for a page beside a chat: only when signed, beside a chat, for files that are held."""

import hashlib
import io
import json
import urllib.request
from typing import Any

import pytest

from qunlian.sandboxes.wecom import Sandbox
from tests.sandboxes.wecom.client import Bare, wechatpy_client
from tests.sandboxes.wecom.conftest import group

URL = "https://shop.example.com/beside"
DAY = 86_400


def _config(sandbox: Sandbox, bare: Bare, url: str = URL) -> dict[str, Any]:
    ticket = bare.get("ticket/get", type="agent_config")["ticket"]
    told = f"jsapi_ticket={ticket}&noncestr=n&timestamp=1&url={url}"
    signature = hashlib.sha1(told.encode(), usedforsecurity=False).hexdigest()
    app = {"corpid": sandbox.corp_id, "agentid": str(sandbox.agent_id)}
    return {**app, "nonceStr": "n", "timestamp": 1, "signature": signature}


def _uploaded(sandbox: Sandbox) -> str:
    told = wechatpy_client(sandbox).media.upload("image", io.BytesIO(b"a picture"))
    return str(told["media_id"])


def _invoke(sandbox: Sandbox, name: str, **fields: Any) -> str:
    body = json.dumps({"userid": "rep1", "url": URL, "name": name, **fields}).encode()
    with urllib.request.urlopen(f"{sandbox.url}/_sandbox/client", body, timeout=5) as told:
        return str(json.loads(told.read())["err_msg"]).removeprefix(f"{name}:")


def test_a_page_must_be_signed_for_its_own_address(sandbox: Sandbox, bare: Bare) -> None:
    assert _invoke(sandbox, "agentConfig", params=_config(sandbox, bare)) == "ok"
    other = _config(sandbox, bare, "https://elsewhere.example.com/")
    assert _invoke(sandbox, "agentConfig", params=other) == "fail invalid signature"
    other = _config(sandbox, bare) | {"agentid": "7"}
    assert _invoke(sandbox, "agentConfig", params=other) == "fail no permission"
    assert _invoke(sandbox, "getCurExternalChat", chat_id="wr1") == "fail no permission"


def test_a_chat_is_told_only_beside_one(sandbox: Sandbox, bare: Bare) -> None:
    config = _config(sandbox, bare)
    assert _invoke(sandbox, "getCurExternalChat", config=config, chat_id="wr1") == "ok"
    said = _invoke(sandbox, "getCurExternalChat", config=config)
    assert said == "fail without context of external contact"


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"msgtype": "text", "text": {"content": "早"}}, "ok"),
        ({"msgtype": "image", "image": {"mediaid": "MEDIA"}}, "ok"),
        ({"msgtype": "file", "file": {"mediaid": "MEDIA"}}, "fail invalid mediaid"),
        ({"msgtype": "image", "image": {"mediaid": "none"}}, "fail invalid mediaid"),
        ({"msgtype": "image", "text": {"content": "早"}}, "fail invalid msgtype"),
        ({"msgtype": "poll", "poll": {}}, "fail invalid msgtype"),
    ],
)
def test_what_is_put_into_the_chat(
    sandbox: Sandbox, bare: Bare, params: dict[str, Any], told: str
) -> None:
    chat = group(sandbox, "rep1", "群")
    held = _uploaded(sandbox)
    said = json.loads(json.dumps(params).replace("MEDIA", held))
    config = _config(sandbox, bare)
    asked = {"config": config, "chat_id": chat, "params": said}
    assert _invoke(sandbox, "sendChatMessage", **asked) == told
    assert len(sandbox.corp.groups[chat].posts) == (told == "ok")


def test_a_file_is_held_for_three_days(sandbox: Sandbox, bare: Bare) -> None:
    chat = group(sandbox, "rep1", "群")
    held = _uploaded(sandbox)
    sandbox.post("clock", advance_seconds=3 * DAY + 1)
    params = {"msgtype": "image", "image": {"mediaid": held}}
    asked = {"config": _config(sandbox, Bare(sandbox)), "chat_id": chat, "params": params}
    assert _invoke(sandbox, "sendChatMessage", **asked) == "fail invalid mediaid"


def test_only_who_sits_there_with_customer_contact_may_send(sandbox: Sandbox, bare: Bare) -> None:
    chat = group(sandbox, "rep1", "群")
    sandbox.post("people/hire", userid="rep9", name="外人")
    params = {"msgtype": "text", "text": {"content": "早"}}
    asked = {"config": _config(sandbox, bare), "chat_id": chat, "params": params}
    assert _invoke(sandbox, "sendChatMessage", userid="rep9", **asked) == "fail no permission"
    sandbox.post("app", is_callable_for_customers=False)
    assert _invoke(sandbox, "sendChatMessage", **asked) == "fail no permission"
