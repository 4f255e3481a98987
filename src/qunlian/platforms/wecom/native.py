"""
WeCom's native library of the message archive (会话内容存档), which may not be passed on; loaded.

A setting names its file (``QUNLIAN_WECOM_ARCHIVE_LIBRARY``), for the whole installation: what is loaded runs
as we do, so no page takes such a path. Calls run in C without Python's lock.
Source: document 91774 (2026-01-19) and its header ``WeWorkFinanceSdk_C.h``.
"""

import ctypes
import json
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, Structure, c_char, c_char_p, c_int, c_uint, c_ulonglong, c_void_p
from functools import cache
from pathlib import Path
from typing import Any, Self

from django.conf import settings

from qunlian.platforms.wecom.archive import ArchiveTrouble, Sealed

_TIMEOUT_SECONDS = 20
_FINE = 0
#: The library reads these as text: no NULL.
_NO_PROXY = b""
#: Source: the header's list of the library's own errors.
BAD_ANSWER, BAD_FILE = 10002, 10005


class _Slice(Structure):
    _fields_ = (("buf", POINTER(c_char)), ("len", c_int))


class _MediaData(Structure):
    _fields_ = (
        ("outindexbuf", POINTER(c_char)),
        ("out_len", c_int),
        ("data", POINTER(c_char)),
        ("data_len", c_int),
        ("is_finish", c_int),
    )


_SLICE, _MEDIA = POINTER(_Slice), POINTER(_MediaData)
_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "NewSdk": (c_void_p, []),
    "Init": (c_int, [c_void_p, c_char_p, c_char_p]),
    "DestroySdk": (None, [c_void_p]),
    "GetChatData": (
        c_int,
        [c_void_p, c_ulonglong, c_uint, c_char_p, c_char_p, c_int, _SLICE],
    ),
    "DecryptData": (c_int, [c_char_p, c_char_p, _SLICE]),
    "GetMediaData": (
        c_int,
        [c_void_p, c_char_p, c_char_p, c_char_p, c_char_p, c_int, _MEDIA],
    ),
    "NewSlice": (_SLICE, []),
    "FreeSlice": (None, [_SLICE]),
    "NewMediaData": (_MEDIA, []),
    "FreeMediaData": (None, [_MEDIA]),
}


def why_not() -> str:
    """Tell why the library cannot be used: ``unnamed``, ``missing``, ``unusable``; "" when it can."""
    path = settings.WECOM_ARCHIVE_LIBRARY
    if not path:
        return "unnamed"
    if not Path(path).is_file():
        return "missing"
    try:
        _loaded(path)
    except (OSError, AttributeError):
        return "unusable"
    return ""


class NativeLibrary:
    """One corp's way into its archive; to be closed."""

    def __init__(self, corp_id: str, secret: str) -> None:
        """
        Open it; ``why_not`` was asked before.

        :raises ArchiveTrouble: the library refuses
        """
        self._library = _loaded(settings.WECOM_ARCHIVE_LIBRARY)
        self._sdk = self._library.NewSdk()
        code = self._library.Init(self._sdk, corp_id.encode(), secret.encode())
        if code != _FINE:
            self.close()
            raise ArchiveTrouble(code)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back what the library holds."""
        if self._sdk:
            self._library.DestroySdk(self._sdk)
            self._sdk = None

    def fetch(self, seq: int, limit: int) -> tuple[Sealed, ...]:
        """Return messages behind ``seq``; kept for five days."""
        with self._slice() as out:
            _check(
                self._library.GetChatData(
                    self._sdk, seq, limit, _NO_PROXY, _NO_PROXY, _TIMEOUT_SECONDS, out
                )
            )
            return tuple(_sealed(row) for row in _rows(_content(out)))

    def decrypt(self, key: str, chat_msg: str) -> bytes:
        """Open a message with its own key."""
        with self._slice() as out:
            _check(self._library.DecryptData(key.encode(), chat_msg.encode(), out))
            return _content(out)

    def media(self, file_id: str, index: str) -> tuple[bytes, str, bool]:
        """Return a piece of a file, the index of the next, and whether it was the last."""
        out = self._library.NewMediaData()
        try:
            _check(
                self._library.GetMediaData(
                    self._sdk,
                    index.encode(),
                    file_id.encode(),
                    _NO_PROXY,
                    _NO_PROXY,
                    _TIMEOUT_SECONDS,
                    out,
                )
            )
            told = out.contents
            following = ctypes.string_at(told.outindexbuf, told.out_len) if told.out_len else b""
            data = ctypes.string_at(told.data, told.data_len) if told.data_len else b""
            return data, following.decode("ascii", "replace"), bool(told.is_finish)
        finally:
            self._library.FreeMediaData(out)

    @contextmanager
    def _slice(self) -> Iterator[Any]:
        out = self._library.NewSlice()
        try:
            yield out
        finally:
            self._library.FreeSlice(out)


@cache
def _loaded(path: str) -> Any:
    """
    Load the library, once per process.

    :raises OSError: it is none for this machine
    :raises AttributeError: it is another one
    """
    library = ctypes.CDLL(path)
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def _check(code: int) -> None:
    if code != _FINE:
        raise ArchiveTrouble(code)


def _content(out: Any) -> bytes:
    told = out.contents
    return ctypes.string_at(told.buf, told.len) if told.len > 0 else b""


def _rows(content: bytes) -> list[dict[str, Any]]:
    try:
        told = json.loads(content)
        code, rows = int(told.get("errcode") or 0), told.get("chatdata") or []
    except (ValueError, AttributeError, TypeError):
        raise ArchiveTrouble(BAD_ANSWER) from None
    _check(code)
    return [row for row in rows if isinstance(row, dict)]


def _sealed(row: dict[str, Any]) -> Sealed:
    return Sealed(
        seq=int(row.get("seq") or 0),
        msgid=str(row.get("msgid") or ""),
        publickey_ver=int(row.get("publickey_ver") or 0),
        random_key=str(row.get("encrypt_random_key") or ""),
        chat_msg=str(row.get("encrypt_chat_msg") or ""),
    )
