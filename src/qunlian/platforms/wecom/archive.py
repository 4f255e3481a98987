"""
The message archive (会话内容存档): what staff and customers wrote, for members with a licence.

Its content comes through WeCom's native library alone, which may not be passed on; so the library is the seam
(``Library``; native.py), and what is ours is the RSA step, the order, and reading the messages.
Source: document 91774 (2026-01-19); WxJava ``WxCpMsgAuditServiceImpl`` and ``bean/msgaudit``.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

MOST_AT_ONCE = 1_000
_OTHER_NAMES = {
    "external_redpacket": "redpacket",
    "docmsg": "doc",
    "news": "info",
    "markdown": "info",
}


class ArchiveTrouble(Exception):
    """The library answered with an error; ``errcode`` is WeCom's (errors.py) or its own, 10001 and above."""

    def __init__(self, errcode: int) -> None:
        self.errcode = errcode
        super().__init__(errcode)


@dataclass(frozen=True, slots=True)
class Sealed:
    """One message as the library hands it out: only its place and what it is sealed with can be seen."""

    seq: int
    msgid: str
    publickey_ver: int
    random_key: str = field(repr=False)
    chat_msg: str = field(repr=False)


class Library(Protocol):
    """
    WeCom's native library, or what stands in for it.

    :raises ArchiveTrouble: of each, when it answers with an error
    """

    def fetch(self, seq: int, limit: int) -> tuple[Sealed, ...]:
        """Return messages behind ``seq``; kept for five days."""
        ...

    def decrypt(self, key: str, chat_msg: str) -> bytes:
        """Open a message with its own key."""
        ...

    def media(self, file_id: str, index: str) -> tuple[bytes, str, bool]:
        """Return a piece of a file, the index of the next, and whether it was the last."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """
    One message that was read.

    :ivar action: send, recall or switch (somebody changed to another company: no more is known)
    :ivar room_key: "" between two people
    :ivar body: what WeCom holds under the name of the kind; of an unknown kind too
    :ivar recalls: the message that was taken back
    """

    seq: int
    msgid: str
    action: str
    kind: str
    sender_key: str
    receivers: tuple[str, ...]
    room_key: str
    sent_at: datetime
    body: Mapping[str, Any]
    recalls: str = ""

    @property
    def is_external(self) -> bool:
        """Tell whether somebody outside the company took part."""
        return self.msgid.endswith("_external")


@dataclass(frozen=True, slots=True)
class Page:
    """
    What was read, up to which place, and which places could not be opened.

    :ivar unread: why not, by seq; ``versions`` of whose key they need
    """

    messages: tuple[Written, ...]
    seq: int
    unread: Mapping[int, str]
    versions: Mapping[int, int] = field(default_factory=dict)


class Archive:
    """Reads on from a place, with the private keys of all versions there ever were."""

    def __init__(self, library: Library, keys: Mapping[int, str]) -> None:
        """:param keys: PEM of each version's private key; old ones open old messages."""
        self._library = library
        self._keys = {version: _private_key(pem) for version, pem in keys.items()}

    def read(self, seq: int, *, limit: int = MOST_AT_ONCE) -> Page:
        """
        Return the messages behind a place, in order, each once; one that can't be opened holds nobody up.

        :raises ArchiveTrouble: the library could not be asked
        """
        sealed = self._library.fetch(seq, min(limit, MOST_AT_ONCE))
        messages, unread, versions, last = [], {}, {}, seq
        for one in sorted({each.seq: each for each in sealed}.values(), key=lambda each: each.seq):
            if one.seq <= seq:
                continue
            last = one.seq
            try:
                messages.append(_written(one, self._opened(one)))
            except _CannotOpen as trouble:
                unread[one.seq], versions[one.seq] = str(trouble), one.publickey_ver
        return Page(tuple(messages), last, unread, versions)

    def file(self, file_id: str, md5sum: str = "") -> bytes:
        """
        Return a whole file.

        :raises ArchiveTrouble: the library could not be asked
        :raises ValueError: it is not what the message said
        """
        content = b"".join(self._pieces(file_id))
        if md5sum and hashlib.md5(content, usedforsecurity=False).hexdigest() != md5sum.lower():
            raise ValueError("the file is not the one that was sent")
        return content

    def _pieces(self, file_id: str) -> Iterator[bytes]:
        index, seen = "", set[str]()
        while True:
            piece, following, is_last = self._library.media(file_id, index)
            yield piece
            if is_last or following in seen:
                return
            seen.add(following)
            index = following

    def _opened(self, sealed: Sealed) -> bytes:
        private = self._keys.get(sealed.publickey_ver)
        if private is None:
            raise _CannotOpen("no key of this version")
        try:
            # with a wrong key new versions of OpenSSL give no error here, but bytes that are no text
            key = private.decrypt(base64.b64decode(sealed.random_key), PKCS1v15()).decode("ascii")
            return self._library.decrypt(key, sealed.chat_msg)
        except (ValueError, binascii.Error, ArchiveTrouble):
            raise _CannotOpen("cannot be opened") from None


class _CannotOpen(Exception):
    pass


def _private_key(pem: str) -> RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the archive's keys are RSA keys")
    return key


def _written(sealed: Sealed, plain: bytes) -> Written:
    try:
        told = json.loads(plain)
    except ValueError:
        raise _CannotOpen("not JSON") from None
    if not isinstance(told, dict):
        raise _CannotOpen("not JSON")
    kind = str(told.get("msgtype") or "")
    # the body stands under the kind's own name, for some kinds under another
    bodies = (told.get(name) for name in (kind, _OTHER_NAMES.get(kind, "")))
    body = next((one for one in bodies if isinstance(one, dict)), {})
    receivers = told.get("tolist")
    return Written(
        seq=sealed.seq,
        msgid=str(told.get("msgid") or sealed.msgid),
        action=str(told.get("action") or "send"),
        kind=kind,
        sender_key=str(told.get("from") or told.get("user") or ""),
        receivers=tuple(map(str, receivers)) if isinstance(receivers, list) else (),
        room_key=str(told.get("roomid") or ""),
        sent_at=_moment(told.get("msgtime") or told.get("time")),
        body=body,
        recalls=str(body.get("pre_msgid") or "") if kind == "revoke" else "",
    )


def _moment(milliseconds: object) -> datetime:
    try:
        return datetime.fromtimestamp(int(str(milliseconds)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
