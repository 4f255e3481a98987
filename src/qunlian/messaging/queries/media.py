"""Where a picture, voice or video lies, for one who may see it."""

from dataclasses import dataclass

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging import access


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """A file in the default storage and what it is served as."""

    path: str
    content_type: str
    bytes: int


def media_file(actor: Actor, token: str, *, is_small: bool = False) -> MediaFile:
    """
    Return where the file is; ``is_small`` asks for a picture's thumbnail.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        row = access.media_for(actor, token)
    if is_small and row.has_thumbnail:
        return MediaFile(path=f"{row.path}.small", content_type="image/jpeg", bytes=0)
    return MediaFile(path=row.path, content_type=row.content_type, bytes=row.bytes)
