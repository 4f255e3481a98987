"""
The conversation archive behind the vendor's native library: what it fetches, opens and hands out.

Source: page 91774 (2026-01-19): messages behind a number, a thousand at most, kept for five days; each sealed
with a key of its own, which is sealed with the company's public key (RSA, PKCS#1 v1.5); files in pieces of
512 KB.
The library's own errors: 10000 wrong parameter, 10005 no such file, 10006 cannot be opened.
"""

import base64
import hashlib
import json
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from qunlian.sandboxes.wecom.records import App, Archived, Group
from qunlian.sandboxes.wecom.state import Corp, World

KEPT_SECONDS = 5 * 86_400
MOST_AT_ONCE = 1000
PIECE = 512 * 1024
#: Numbers are not one after the other: after so many one is left out.
GAP_AFTER = 3


class LibraryError(Exception):
    """What the library returns instead of 0."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(code)


def write(world: World, corp: Corp, group: Group, sender: str, told: dict[str, Any]) -> str:
    """Archive what somebody wrote in a group where somebody sits who is archived; return its id or ""."""
    app = _archive_of(corp)
    if app is None or not corp.archive_keys or not set(app.archived_userids) & set(group.seats):
        return ""
    number, now = len(corp.archived), world.now()
    last = corp.archived[-1].seq if corp.archived else 0
    msgid = f"{world.new_id('msg')}_external"
    plain = {
        "msgid": msgid,
        "action": "send",
        "from": sender,
        "tolist": [one for one in group.seats if one != sender],
        "roomid": group.chat_id,
        "msgtime": int(now * 1000),
        **told,
    }
    version, key = max(corp.archive_keys), world.new_id("key", 32)
    public = load_pem_public_key(corp.archive_keys[version].encode())
    assert isinstance(public, RSAPublicKey)  # noqa: S101 (checked when it was entered)
    corp.archived.append(
        Archived(
            seq=last + (2 if number % GAP_AFTER == GAP_AFTER - 1 else 1),
            msgid=msgid,
            at=now,
            sender=sender,
            chat_id=group.chat_id,
            key_version=version,
            random_key=base64.b64encode(public.encrypt(key.encode(), PKCS1v15())).decode(),
            chat_msg=base64.b64encode(
                _stream(key, json.dumps(plain, ensure_ascii=False).encode())
            ).decode(),
        )
    )
    return msgid


def put_file(world: World, corp: Corp, content: bytes) -> dict[str, Any]:
    """Keep a file of a message; return what the message says of it."""
    file_id = world.new_id("file", 43)
    corp.archive_files[file_id] = base64.b64encode(content).decode()
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return {"sdkfileid": file_id, "md5sum": digest, "filesize": len(content)}


def fetch(world: World, corp: Corp, asked: dict[str, Any], ip: str) -> dict[str, Any]:
    """Return messages behind a number, as GetChatData does; a refusal is an errcode in its answer."""
    app = _archive_of(corp)
    if app is None or asked.get("secret") != app.secret:
        return _refused(40001, "invalid credential")
    if app.trusted_ips and ip not in app.trusted_ips:
        return _refused(301042, f"not allow to access from your ip, from ip: {ip}")
    if not app.is_licensed:
        return _refused(301052, "licence expired")
    limit = int(asked.get("limit", 0))
    if not 1 <= limit <= MOST_AT_ONCE:
        raise LibraryError(10000)
    kept = world.now() - KEPT_SECONDS
    rows = [one for one in corp.archived if one.seq > int(asked.get("seq", 0)) and one.at > kept]
    told = [
        {
            "seq": one.seq,
            "msgid": one.msgid,
            "publickey_ver": one.key_version,
            "encrypt_random_key": one.random_key,
            "encrypt_chat_msg": one.chat_msg,
        }
        for one in rows[:limit]
    ]
    return {"errcode": 0, "errmsg": "ok", "chatdata": told}


def decrypt(key: str, chat_msg: str) -> bytes:
    """
    Open a message with its own key.

    :raises LibraryError: it is another's
    """
    try:
        plain = _stream(key, base64.b64decode(chat_msg))
        json.loads(plain)
    except ValueError:
        raise LibraryError(10006) from None
    return plain


def piece(corp: Corp, file_id: str, index: str) -> tuple[bytes, str, bool]:
    """
    Return a piece of a file, the index of the next, and whether it was the last.

    :raises LibraryError: there is no such file
    """
    if file_id not in corp.archive_files:
        raise LibraryError(10005)
    content = base64.b64decode(corp.archive_files[file_id])
    begin = int(index.removeprefix("Range:bytes=").partition("-")[0] or 0) if index else 0
    end = min(begin + PIECE, len(content))
    following = f"Range:bytes={end}-{min(end + PIECE, len(content)) - 1}"
    return content[begin:end], following, end == len(content)


def add_routes(application: web.Application, world: World) -> None:
    """Put what a library asks below ``/_sandbox/archive/``: JSON in; the answer as it is handed out."""

    async def answer(request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        corp = world.corps.get(str(asked.get("corpid", ""))) or next(iter(world.corps.values()))
        try:
            if request.path.endswith("/chatdata"):
                told = fetch(world, corp, asked, request.remote or "")
                return web.Response(text=json.dumps(told, ensure_ascii=False))
            if request.path.endswith("/decrypt"):
                return web.Response(body=decrypt(str(asked["key"]), str(asked["message"])))
            data, following, is_last = piece(corp, str(asked["file"]), str(asked["index"]))
        except LibraryError as trouble:
            return web.Response(headers={"X-Ret": str(trouble.code)})
        return web.Response(body=data, headers={"X-Next": following, "X-Finish": str(int(is_last))})

    for name in ("chatdata", "decrypt", "media"):
        application.router.add_post(f"/_sandbox/archive/{name}", answer)


def _archive_of(corp: Corp) -> App | None:
    return next((app for app in corp.apps.values() if app.is_archive), None)


def _refused(code: int, text: str) -> dict[str, Any]:
    return {"errcode": code, "errmsg": text}


def _stream(key: str, content: bytes) -> bytes:
    """Seal or open: the vendor does not say how it does this, so any cipher will do."""
    cipher = Cipher(algorithms.AES(hashlib.sha256(key.encode()).digest()), modes.CTR(bytes(16)))
    return cipher.encryptor().update(content)
