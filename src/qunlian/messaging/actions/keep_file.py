"""Keep a picture or video that came with a message from an outside platform."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging import access
from qunlian.messaging.models import Media
from qunlian.messaging.rules import bodies, media
from qunlian.messaging.steps import uploads


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideFile:
    """A file as the platform handed it out; ``key`` is its message's, the same on every try."""

    group_id: int
    platform: str
    key: str
    kind: str
    content: bytes


def keep_file(*, actor: Actor, file: OutsideFile, now: datetime) -> dict[str, Any] | None:
    """
    Keep a file once; return the body of the message that shows it, None when it cannot be shown.

    Inbound messages are not journalled.

    :raises NotFound: no such group
    """
    said = f"{actor.enterprise_id}/{file.platform}/{file.group_id}/{file.key}"
    token = uploads.token_of(said)
    with scope.writing(actor):
        access.group_for(actor, file.group_id)
        row = uploads.earlier(token)
        if row is None:
            row = Media(
                enterprise_id=actor.enterprise_id,
                token=token,
                group_id=file.group_id,
                kind=file.kind,
                created_at=now,
            )
            try:
                uploads.write(row, file.content)
            except media.BadMedia:
                return None
    return bodies.media_body(token, width=row.width, height=row.height, duration_ms=row.duration_ms)
