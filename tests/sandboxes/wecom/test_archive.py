"""The archive behind the vendor's library: whose words are in it, how they are sealed, what is refused."""

import base64
import json
from typing import Any
from urllib.request import Request, urlopen

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from qunlian.sandboxes.wecom import Sandbox
from tests.sandboxes.wecom.conftest import customer, group

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
DAY = 86_400


def _ask(sandbox: Sandbox, what: str, **fields: Any) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(fields).encode()
    request = Request(
        f"{sandbox.url}/_sandbox/archive/{what}", body, {"Content-Type": "application/json"}
    )
    with urlopen(request, timeout=5) as told:
        return told.read(), dict(told.headers)


def _fetch(sandbox: Sandbox, secret: str, seq: int = 0, limit: int = 100) -> dict[str, Any]:
    asked = {"corpid": sandbox.corp_id, "secret": secret, "seq": seq, "limit": limit}
    return dict(json.loads(_ask(sandbox, "chatdata", **asked)[0]))


@pytest.fixture
def secret(sandbox: Sandbox) -> str:
    told = sandbox.post("archive", userids=["rep1"], public_keys={"1": PEM})
    return str(told["secret"])


@pytest.fixture
def chat(sandbox: Sandbox, secret: str) -> str:
    return group(sandbox, "rep1", "群", customer(sandbox, "甲"))


def test_a_message_is_opened_with_the_companys_key(
    sandbox: Sandbox, secret: str, chat: str
) -> None:
    sandbox.post("people/say", chat_id=chat, member="rep1", text="早")
    (one,) = _fetch(sandbox, secret)["chatdata"]
    key = KEY.decrypt(base64.b64decode(one["encrypt_random_key"]), PKCS1v15()).decode()
    plain = json.loads(_ask(sandbox, "decrypt", key=key, message=one["encrypt_chat_msg"])[0])
    assert (plain["text"], plain["roomid"], plain["from"]) == ({"content": "早"}, chat, "rep1")
    assert one["msgid"].endswith("_external")
    assert (
        _ask(sandbox, "decrypt", key="wrong", message=one["encrypt_chat_msg"])[1]["X-Ret"]
        == "10006"
    )


def test_only_groups_with_somebody_archived_are_in_it(sandbox: Sandbox, secret: str) -> None:
    other = group(sandbox, "rep2", "别的群")
    sandbox.post("people/say", chat_id=other, member="rep2", text="早")
    assert _fetch(sandbox, secret)["chatdata"] == []


def test_numbers_have_gaps_and_pages_go_on_behind_one(
    sandbox: Sandbox, secret: str, chat: str
) -> None:
    for _ in range(5):
        sandbox.post("people/say", chat_id=chat, member="rep1", text="早")
    seqs = [one["seq"] for one in _fetch(sandbox, secret)["chatdata"]]
    assert seqs == [1, 2, 4, 5, 6]
    assert [one["seq"] for one in _fetch(sandbox, secret, 2, 2)["chatdata"]] == [4, 5]
    assert _ask(sandbox, "chatdata", secret=secret, limit=1001)[1]["X-Ret"] == "10000"


def test_messages_are_kept_for_five_days(sandbox: Sandbox, secret: str, chat: str) -> None:
    sandbox.post("people/say", chat_id=chat, member="rep1", text="早")
    sandbox.post("clock", advance_seconds=5 * DAY + 1)
    assert _fetch(sandbox, secret)["chatdata"] == []


def test_a_wrong_secret_another_address_and_no_licence_are_refused(
    sandbox: Sandbox, secret: str
) -> None:
    assert _fetch(sandbox, "wrong")["errcode"] == 40001
    sandbox.post("archive", userids=["rep1"], trusted_ips=["10.0.0.1"])
    assert _fetch(sandbox, secret)["errcode"] == 301042
    sandbox.post("archive", userids=["rep1"], trusted_ips=[], is_licensed=False)
    assert _fetch(sandbox, secret)["errcode"] == 301052
    assert _ask(sandbox, "media", file="none", index="")[1]["X-Ret"] == "10005"


def test_what_is_taken_back_is_told(sandbox: Sandbox, secret: str, chat: str) -> None:
    sandbox.post("people/show", chat_id=chat, member="rep1", kind="weapp", body={"title": "订货"})
    sandbox.post("people/take_back", chat_id=chat, member="rep1")
    assert len(_fetch(sandbox, secret)["chatdata"]) == 2
    assert sandbox.corp.groups[chat].posts == []
