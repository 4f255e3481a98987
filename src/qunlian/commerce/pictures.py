"""Pictures of products: made small, kept under their own digest, once however often they are uploaded."""

import hashlib
import io
from pathlib import Path
from typing import IO, ClassVar

from django.conf import settings

from qunlian.kernel.errors import Invalid

SIDE_PIXELS = 640
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000


class NotAPicture(Invalid):
    """Choose a picture (JPEG, PNG or WebP) of up to 8 MB."""

    code: ClassVar[str] = "commerce.not_a_picture"


def keep_picture(enterprise_id: int, file: IO[bytes]) -> str:
    """
    Keep a picture and return the name to store with the product.

    :raises NotAPicture: something else, or too large
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415  (loads slowly)

    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise NotAPicture
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NotAPicture
            small = ImageOps.exif_transpose(picture).convert("RGB")
            small.thumbnail((SIDE_PIXELS, SIDE_PIXELS))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise NotAPicture from None
    out = io.BytesIO()
    small.save(out, "WEBP", quality=82)
    name = f"{hashlib.sha256(out.getvalue()).hexdigest()[:32]}.webp"
    path = picture_path(enterprise_id, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue())
    return name


def picture_path(enterprise_id: int, name: str) -> Path:
    """Return where a kept picture lies."""
    return Path(settings.MEDIA_ROOT) / "products" / str(enterprise_id) / Path(name).name
