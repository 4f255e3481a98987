"""Pictures and videos on their way to WeCom: uploaded once per conversation, kept there for three days."""

from pathlib import PurePath
from typing import Protocol

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.module_loading import import_string

from qunlian.kernel.errors import NotFound
from qunlian.platforms.port import Post
from qunlian.platforms.wecom.accounts import Account
from qunlian.platforms.wecom.api import apps
from qunlian.platforms.wecom.client import Client, on_thread
from qunlian.platforms.wecom.wording import media_of


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


def _read(account: Account, kind: str, token: str) -> apps.Upload | None:
    try:
        found: _File = import_string(settings.QUNLIAN_MEDIA_FINDER)(account.machinery, token)
    except NotFound:
        return None
    with default_storage.open(found.path) as stream:
        content = stream.read()
    name = PurePath(found.path).name
    return apps.Upload(kind=kind, name=name, content=content, content_type=found.content_type)
