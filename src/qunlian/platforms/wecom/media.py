"""
Files on their way to WeCom: uploaded once, used for as long as it holds them.

Source: document 90253 (media/upload): held for three days, known to the whole corp; pictures are JPG or PNG,
videos MP4; anything else goes as a file.
"""

from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Protocol

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.module_loading import import_string

from qunlian.kernel import scope
from qunlian.kernel.errors import NotFound
from qunlian.platforms.extensions import ChatFile
from qunlian.platforms.port import Post
from qunlian.platforms.wecom.accounts import Account
from qunlian.platforms.wecom.api import apps
from qunlian.platforms.wecom.client import Client, on_thread
from qunlian.platforms.wecom.models import Upload
from qunlian.platforms.wecom.wording import media_of

#: WeCom holds them for three days; nobody sends one in its last hours.
_HELD_FOR = timedelta(days=3) - timedelta(hours=4)


class _File(Protocol):
    @property
    def path(self) -> str: ...

    @property
    def content_type(self) -> str: ...


async def media_id(client: Client, post: Post) -> str:
    """Return what a post's picture or video is called there; "" when it has none, or it can't be found."""
    kind, token = media_of(post.kind, post.body)
    if not token:
        return ""
    if token not in client.uploaded:
        file = await on_thread(_read, client.account, kind, token)
        client.uploaded[token] = await apps.upload(client, file) if file else ""
    return client.uploaded[token]


async def lend(client: Client, token: str, now: datetime) -> ChatFile:
    """
    Return a file as WeCom's client may send it: held there already, or uploaded now.

    :raises NotFound: there is no such file
    """
    held = await on_thread(_held, client.account, token, now)
    if held is not None:
        return held
    file = await on_thread(_read, client.account, "", token)
    if file is None:
        raise NotFound(kind="media", id=token)
    key = await apps.upload(client, file)
    await on_thread(_hold, client.account, token, ChatFile(kind=file.kind, key=key), now)
    return ChatFile(kind=file.kind, key=key)


def _held(account: Account, token: str, now: datetime) -> ChatFile | None:
    with scope.reading(account.machinery):
        row = Upload.objects.filter(
            token=token, corp_id=account.corp_id, expires_at__gt=now
        ).first()
    return ChatFile(kind=row.kind, key=row.media_id) if row else None


def _hold(account: Account, token: str, file: ChatFile, now: datetime) -> None:
    """Note what WeCom holds, and forget what it does not any more."""
    with scope.writing(account.machinery):
        Upload.objects.filter(expires_at__lte=now).delete()
        Upload.objects.update_or_create(
            enterprise_id=account.enterprise_id,
            token=token,
            kind=file.kind,
            defaults={
                "corp_id": account.corp_id,
                "media_id": file.key,
                "expires_at": now + _HELD_FOR,
            },
        )


def _kind_of(content_type: str) -> str:
    if content_type in ("image/jpeg", "image/png"):
        return "image"
    return "video" if content_type == "video/mp4" else "file"


def _read(account: Account, kind: str, token: str) -> apps.Upload | None:
    """Read a file, as the kind it is shown as where one is named."""
    try:
        found: _File = import_string(settings.QUNLIAN_MEDIA_FINDER)(account.machinery, token)
        with default_storage.open(found.path) as stream:
            content = stream.read()
    except (NotFound, FileNotFoundError):
        return None
    name = PurePath(found.path).name
    return apps.Upload(
        kind=kind or _kind_of(found.content_type),
        name=name,
        content=content,
        content_type=found.content_type,
    )
