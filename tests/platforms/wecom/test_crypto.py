"""The envelope opens what WeCom closed, and nothing else. The vectors come from SDKs' own tests (``source``)."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunlian.platforms.wecom.crypto import Envelope, EnvelopeRefused

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text())
KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
OURS = Envelope(token="123456", aes_key=KEY, receiver="ww1")


def _envelope(vector: dict[str, str]) -> Envelope:
    return Envelope(
        token=vector.get("token", ""), aes_key=vector["aes_key"], receiver=vector["receive_id"]
    )


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_published_message_opens_and_its_signature_is_the_one_published(vector) -> None:
    envelope = _envelope(vector)
    assert envelope.decrypt(vector["cipher"]).decode() == vector["plain"]
    if "signature" in vector:
        stamp, nonce = vector["timestamp"], vector["nonce"]
        assert envelope.sign(stamp, nonce, vector["cipher"]) == vector["signature"]


@pytest.mark.parametrize(
    "vector", [v for v in VECTORS if "random16" in v], ids=lambda vector: vector["name"]
)
def test_closing_makes_the_published_bytes(vector) -> None:
    random16 = vector["random16"].encode()
    made = _envelope(vector).encrypt(vector["plain"].encode(), random16=random16)
    assert made == vector["cipher"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_another_receiver_is_refused(vector) -> None:
    other = Envelope(token="", aes_key=vector["aes_key"], receiver="ww-somebody-else")
    with pytest.raises(EnvelopeRefused, match="receiver"):
        other.decrypt(vector["cipher"])


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_one_flipped_byte_in_any_block_is_never_the_message(vector) -> None:
    """Without the signature CBC garbles one block; the receiver, in the last ones, must not pass."""
    envelope, raw = _envelope(vector), base64.b64decode(vector["cipher"])
    for place in range(len(raw)):
        bent = bytearray(raw)
        bent[place] ^= 1
        cipher = base64.b64encode(bytes(bent)).decode()
        with pytest.raises(EnvelopeRefused, match="signature"):
            envelope.open(
                signature=envelope.sign("1", "n", vector["cipher"]),
                timestamp="1",
                nonce="n",
                cipher=cipher,
            )
        if place >= len(raw) - 16:
            with pytest.raises(EnvelopeRefused):
                envelope.decrypt(cipher)


@given(message=st.binary(max_size=300), padding=st.binary(min_size=16, max_size=16))
def test_what_is_closed_opens(message: bytes, padding: bytes) -> None:
    cipher = OURS.encrypt(message, random16=padding)
    signature = OURS.sign("17", "n", cipher)
    opened = OURS.open(signature=signature, timestamp="17", nonce="n", cipher=cipher)
    assert opened == message


@given(message=st.binary(max_size=100), data=st.data())
def test_whatever_is_bent_is_refused_and_nothing_else_is_raised(message: bytes, data) -> None:
    cipher = OURS.encrypt(message)
    parts = {"timestamp": "17", "nonce": "abc", "cipher": cipher}
    signature = OURS.sign("17", "abc", cipher)
    which = data.draw(st.sampled_from(["timestamp", "nonce", "cipher", "signature"]))
    whole = signature if which == "signature" else parts[which]
    bent = data.draw(
        st.one_of(
            st.integers(0, max(len(whole) - 1, 0)).map(lambda end: whole[:end]),
            st.text(max_size=40).map(lambda more: whole + more),
            st.text(max_size=120),
        ).filter(lambda text: text != whole and _is_other(text, which, parts))
    )
    if which == "signature":
        signature = bent
    else:
        parts[which] = bent
    with pytest.raises(EnvelopeRefused):
        OURS.open(signature=signature, **parts)


def _is_other(text: str, which: str, parts: dict[str, str]) -> bool:
    """Joining the sorted parts forgets where one ends, so a few other splits sign alike; they open alike too."""
    if which == "signature":
        return True
    bent = parts | {which: text}
    return OURS.sign(bent["timestamp"], bent["nonce"], bent["cipher"]) != OURS.sign(
        parts["timestamp"], parts["nonce"], parts["cipher"]
    )


@given(raw=st.binary(max_size=200), stamp=st.text(max_size=12), text=st.text(max_size=80))
def test_rubbish_that_is_signed_rightly_is_refused(raw: bytes, stamp: str, text: str) -> None:
    for cipher in (base64.b64encode(raw).decode(), text):
        with pytest.raises(EnvelopeRefused):
            OURS.open(
                signature=OURS.sign(stamp, "n", cipher), timestamp=stamp, nonce="n", cipher=cipher
            )


@pytest.mark.parametrize("key", ["", "short", KEY[:-1] + "!", KEY + "A"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(ValueError):
        Envelope(token="t", aes_key=key, receiver="ww1")


def test_an_envelope_does_not_show_its_secrets() -> None:
    assert KEY not in repr(OURS)
    assert "123456" not in repr(OURS)
