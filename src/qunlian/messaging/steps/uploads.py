"""
How a file gets into the storage: checked by its first bytes, pictures drawn anew, its name not to be guessed.

A step runs inside the transaction of a higher action; the file is written before its row.
"""

from base64 import urlsafe_b64encode

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils.crypto import salted_hmac

from qunlian.messaging.models import Media
from qunlian.messaging.rules import bodies, media


def token_of(said: str) -> str:
    """Name an upload so that nobody can guess it, and the same upload by the same name."""
    mark = salted_hmac("qunlian.messaging.media", said, algorithm="sha256").digest()[:18]
    return urlsafe_b64encode(mark).decode()


def earlier(token: str) -> Media | None:
    """Return the same upload when it came before; one that is still coming is waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [token])
    return Media.objects.filter(token=token).first()


def write(row: Media, content: bytes, duration_ms: int | None = None) -> None:
    """
    Check a file, put it into the storage, and save its row.

    :raises BadMedia: too large, too long, empty, or not what it says it is
    """
    if row.kind == "image":
        made = media.picture(content)
        content, row.content_type = made.content, "image/jpeg"
        row.width, row.height, row.has_thumbnail = made.width, made.height, True
        default_storage.save(f"{row.path}.small", ContentFile(made.thumbnail))
    elif row.kind in ("voice", "video"):
        row.content_type = media.sound_or_film(row.kind, content)
        row.duration_ms = _duration(row.kind, duration_ms)
    else:
        raise media.BadMedia("kind")
    row.bytes = len(content)
    default_storage.save(row.path, ContentFile(content))
    row.save(force_insert=True)


def _duration(kind: str, said: int | None) -> int | None:
    if said is not None and said < 0:
        raise media.BadMedia("duration")
    if kind == "voice" and (said is None or said > bodies.VOICE_LIMIT_MS + 1000):
        raise media.BadMedia("too_long")
    return said
