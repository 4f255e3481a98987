"""Take in a picture, voice or video, before the message that shows it."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid
from qunlian.messaging import access
from qunlian.messaging.models import Media
from qunlian.messaging.rules import media
from qunlian.messaging.steps import uploads


class BadUpload(Invalid):
    """This file cannot be used: pictures up to 10 MB, voice up to 60 seconds, video up to 20 MB."""

    code = "messaging.bad_upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """
    A file as it came. ``kind`` is image, voice or video; ``duration_ms`` what the recorder says.

    ``group_id`` None means: for a broadcast that is being composed. The same ``client_key`` again means
    the same upload, sent once more because its answer was lost.
    """

    kind: str
    content: bytes
    group_id: int | None = None
    duration_ms: int | None = None
    client_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """Where an upload stands; the message refers to it by ``token``."""

    token: str
    kind: str
    content_type: str
    width: int | None
    height: int | None
    duration_ms: int | None


def upload_media(*, actor: Actor, upload: Upload, now: datetime) -> Uploaded:
    """
    Check a file by its first bytes, re-encode pictures, keep it, and say by which token to send it.

    Files are written before the row, under a name nobody can guess; a row never names a missing file.

    :raises NotFound: no such group within the actor's reach
    :raises NotInGroup: he may see it but sits not in it
    :raises BadUpload: too large, too long, empty, or not what it says it is
    """
    with scope.writing(actor):
        if upload.group_id is not None:
            access.seat_for(actor, upload.group_id)
        token = _token(actor, upload)
        row = uploads.earlier(token) if upload.client_key else None
        if row is None:
            row = Media(
                enterprise_id=actor.enterprise_id,
                token=token,
                group_id=upload.group_id,
                uploader_account_id=actor.account_id,
                kind=upload.kind,
                created_at=now,
            )
            try:
                uploads.write(row, upload.content, upload.duration_ms)
            except media.BadMedia as trouble:
                raise BadUpload(reason=trouble.reason) from None
    return Uploaded(
        token=row.token,
        kind=row.kind,
        content_type=row.content_type,
        width=row.width,
        height=row.height,
        duration_ms=row.duration_ms,
    )


def _token(actor: Actor, upload: Upload) -> str:
    if not upload.client_key:
        return secrets.token_urlsafe(18)
    return uploads.token_of(
        f"{actor.enterprise_id}/{actor.account_id}/{upload.group_id}/{upload.client_key}"
    )
