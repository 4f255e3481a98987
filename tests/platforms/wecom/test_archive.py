"""The archive with a library of the tests: the RSA step and the reading are ours, the rest is WeCom's."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from qunlian.platforms.wecom.archive import Archive, ArchiveTrouble, Sealed


@cache
def _key(version: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _pem(version: int) -> str:
    made = _key(version).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.decode()


@dataclass
class Shelf:
    """Stands in for the native library: what it decrypts with a key is the text behind it."""

    sealed: list[Sealed] = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)
    trouble: int = 0

    def put(
        self, seq: int, version: int = 1, *, seal_with: int | None = None, **told: object
    ) -> None:
        random_key = f"key-{seq}"
        public = _key(seal_with or version).public_key()
        closed = base64.b64encode(public.encrypt(random_key.encode(), PKCS1v15())).decode()
        plain = json.dumps({"msgid": f"m{seq}_external", "action": "send", **told})
        self.sealed.append(
            Sealed(seq, f"m{seq}_external", version, closed, f"{random_key}|{plain}")
        )

    def fetch(self, seq: int, limit: int) -> tuple[Sealed, ...]:
        if self.trouble:
            raise ArchiveTrouble(self.trouble)
        return tuple(one for one in self.sealed if one.seq > seq)[:limit]

    def decrypt(self, key: str, chat_msg: str) -> bytes:
        owner, _, plain = chat_msg.partition("|")
        if owner != key:
            raise ArchiveTrouble(10004)
        return plain.encode()

    def media(self, _file_id: str, index: str) -> tuple[bytes, str, bool]:
        at = int(index.removeprefix("Range:bytes=") or 0)
        return self.pieces[at], f"Range:bytes={at + 1}", at + 1 == len(self.pieces)


def _archive(shelf: Shelf, *versions: int) -> Archive:
    return Archive(shelf, {version: _pem(version) for version in versions or (1,)})


def test_messages_are_read_in_order_with_gaps_and_keys_of_all_versions() -> None:
    shelf = Shelf()
    text = {"msgtype": "text", "text": {"content": "早上好"}}
    shelf.put(9, 2, msgtime=1763793600123, roomid="wr1", tolist=["wm1"], **{"from": "wang"}, **text)
    shelf.put(3, 1, **text)
    shelf.put(4, 1, msgtype="revoke", action="recall", revoke={"pre_msgid": "m3_external"})
    page = _archive(shelf, 1, 2).read(0)
    assert [one.seq for one in page.messages] == [3, 4, 9]
    assert page.seq == 9
    assert not page.unread
    last = page.messages[2]
    assert (last.sender_key, last.receivers, last.room_key) == ("wang", ("wm1",), "wr1")
    assert (last.kind, last.body["content"], last.is_external) == ("text", "早上好", True)
    assert last.sent_at.isoformat() == "2025-11-22T06:40:00.123000+00:00"
    assert page.messages[1].recalls == "m3_external"
    assert _archive(shelf, 1, 2).read(9).messages == ()


def test_what_cannot_be_opened_holds_nobody_up() -> None:
    shelf = Shelf()
    shelf.put(1, 3, msgtype="text")
    shelf.put(2, 1, seal_with=2, msgtype="text")
    shelf.sealed.append(Sealed(3, "m3", 1, "no base64!", "x"))
    shelf.put(4, 1, msgtype="text", text={"content": "ok"})
    page = _archive(shelf, 1).read(0)
    assert [one.seq for one in page.messages] == [4]
    assert page.seq == 4
    assert set(page.unread) == {1, 2, 3}
    assert page.unread[1] == "no key of this version"


@pytest.mark.parametrize(
    ("told", "kind", "body"),
    [
        ({"msgtype": "image", "image": {"sdkfileid": "f"}}, "image", {"sdkfileid": "f"}),
        (
            {"msgtype": "external_redpacket", "redpacket": {"type": 1}},
            "external_redpacket",
            {"type": 1},
        ),
        ({"msgtype": "yet_unknown", "yet_unknown": {"a": 1}}, "yet_unknown", {"a": 1}),
        ({"msgtype": "text", "text": None}, "text", {}),
        ({"action": "switch", "user": "wang", "time": 1763793600000}, "", {}),
    ],
)
def test_kinds_are_read_known_or_not(told: dict, kind: str, body: dict) -> None:
    shelf = Shelf()
    shelf.put(1, **told)
    (one,) = _archive(shelf).read(0).messages
    assert (one.kind, one.body) == (kind, body)
    assert one.sender_key == told.get("user", "")


def test_the_librarys_trouble_is_told() -> None:
    with pytest.raises(ArchiveTrouble) as caught:
        _archive(Shelf(trouble=301042)).read(0)
    assert caught.value.errcode == 301042


def test_a_file_comes_in_pieces_and_is_proved() -> None:
    shelf = Shelf(pieces=[b"one", b"two", b"three"])
    digest = hashlib.md5(b"onetwothree").hexdigest()
    assert _archive(shelf).file("f", digest) == b"onetwothree"
    with pytest.raises(ValueError):
        _archive(shelf).file("f", "0" * 32)


def test_a_key_of_another_kind_is_refused() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    with pytest.raises(TypeError):
        Archive(Shelf(), {1: pem.decode()})
