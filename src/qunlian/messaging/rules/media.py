"""What may be uploaded, judged by its first bytes, and pictures made small and anonymous."""

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

IMAGE_LIMIT = 10 * 1024 * 1024
VOICE_LIMIT = 2 * 1024 * 1024
VIDEO_LIMIT = 20 * 1024 * 1024
LIMITS = {"image": IMAGE_LIMIT, "voice": VOICE_LIMIT, "video": VIDEO_LIMIT}
PIXELS_LIMIT = 50_000_000
LONG_SIDE = 1920
THUMBNAIL_SIDE = 360
#: container found by its first bytes → what it is served as, per kind
_SERVED = {
    ("voice", "webm"): "audio/webm",
    ("voice", "ogg"): "audio/ogg",
    ("voice", "mp4"): "audio/mp4",
    ("voice", "mp3"): "audio/mpeg",
    ("voice", "wav"): "audio/wav",
    ("video", "webm"): "video/webm",
    ("video", "mp4"): "video/mp4",
}


class BadMedia(ValueError):
    """The upload cannot be used; ``reason`` says why in one word."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture ready to serve: both are JPEG without any metadata; sizes in pixels."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int


def container(head: bytes) -> str:
    """Name the container by its magic number; empty when it is none we know."""
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm"
    if head.startswith(b"OggS"):
        return "ogg"
    if head[4:8] == b"ftyp":
        return "mp4"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] in (b"\xfb", b"\xf3")):
        return "mp3"
    return ""


def sound_or_film(kind: str, content: bytes) -> str:
    """
    Return what a voice or video is served as.

    :raises BadMedia: empty, too large, or not what it says it is
    """
    if not content:
        raise BadMedia("empty")
    if len(content) > LIMITS[kind]:
        raise BadMedia("too_large")
    served = _SERVED.get((kind, container(content[:16])))
    if served is None:
        raise BadMedia("not_that_kind")
    return served


def picture(content: bytes) -> Picture:
    """
    Re-encode a picture: turned upright, at most 1920 pixels long, without EXIF or anything hidden.

    :raises BadMedia: empty, too large, no picture, or one that would unpack to too many pixels
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415  (loads slowly)

    if not content:
        raise BadMedia("empty")
    if len(content) > IMAGE_LIMIT:
        raise BadMedia("too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF"))
            if image.width * image.height > PIXELS_LIMIT:
                raise BadMedia("too_large")
            upright = _flat(ImageOps.exif_transpose(image))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Warning) as trouble:
        if isinstance(trouble, BadMedia):
            raise
        raise BadMedia("not_that_kind") from None
    upright.thumbnail((LONG_SIDE, LONG_SIDE))
    small = upright.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Picture(
        content=_jpeg(upright, 82),
        thumbnail=_jpeg(small, 72),
        width=upright.width,
        height=upright.height,
    )


def _flat(image: "Image.Image") -> "Image.Image":
    """Put a picture with see-through parts on white."""
    from PIL import Image  # noqa: PLC0415  (loads slowly)

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    return image.convert("RGB")


def _jpeg(image: "Image.Image", quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()
