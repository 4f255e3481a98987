"""Uploads are what they say they are, small, anonymous, and served to those who may see them."""

import io
import threading
from dataclasses import replace

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from PIL import Image

from qunlian.kernel.errors import NotFound
from qunlian.messaging.access import NotInGroup
from qunlian.messaging.actions.upload_media import BadUpload, Upload, upload_media
from qunlian.messaging.queries.media import media_file
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import scene

WEBM = b"\x1a\x45\xdf\xa3" + b"\x00" * 60
MP4 = b"\x00\x00\x00\x18ftypisom" + b"\x00" * 60


def jpeg(width: int = 40, height: int = 30, *, place: str = "") -> bytes:
    image = Image.new("RGB", (width, height), "red")
    exif = Image.Exif()
    if place:
        exif[0x010E] = place
        exif[0x0112] = 6  # lies on its side
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_picture_is_made_upright_small_and_anonymous(cast: Cast) -> None:
    here = scene(cast)
    upload = Upload(kind="image", content=jpeg(3000, 1000, place="31.2N 121.5E"), group_id=here.a)
    done = upload_media(actor=cast.oyang, upload=upload, now=NOON)
    assert (done.width, done.height, done.content_type) == (640, 1920, "image/jpeg")
    file = media_file(cast.rong, done.token)
    with default_storage.open(file.path) as stream:
        kept = stream.read()
    assert b"31.2N" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()
    small = media_file(cast.oyang, done.token, is_small=True)
    with default_storage.open(small.path) as stream:
        assert max(Image.open(stream).size) == 360


def test_voice_and_video_are_kept_as_they_are(cast: Cast) -> None:
    here = scene(cast)
    voice = upload_media(
        actor=cast.oyang,
        upload=Upload(kind="voice", content=WEBM, group_id=here.a, duration_ms=3200),
        now=NOON,
    )
    assert (voice.content_type, voice.duration_ms) == ("audio/webm", 3200)
    video = upload_media(
        actor=cast.oyang, upload=Upload(kind="video", content=MP4, group_id=here.a), now=NOON
    )
    assert video.content_type == "video/mp4"


@pytest.mark.parametrize(
    "upload",
    [
        Upload(kind="image", content=b""),
        Upload(
            kind="image", content=b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
        ),
        Upload(kind="image", content=b"GIF89a<script>alert(1)</script>"),
        Upload(kind="image", content=b"\xff\xd8\xff" + b"x" * (10 * 1024 * 1024 + 1)),
        Upload(kind="voice", content=b"<html>", duration_ms=1000),
        Upload(kind="voice", content=WEBM, duration_ms=70_000),
        Upload(kind="voice", content=WEBM),
        Upload(kind="video", content=b"MZ" + b"\x00" * 60),
        Upload(kind="program", content=b"x"),
    ],
    ids=lambda upload: f"{upload.kind}-{len(upload.content)}",
)
def test_what_is_not_what_it_says_is_refused(cast: Cast, upload: Upload) -> None:
    with pytest.raises(BadUpload):
        upload_media(actor=cast.rong, upload=upload, now=NOON)


def test_a_picture_that_unpacks_too_large_is_refused(cast: Cast) -> None:
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    with pytest.raises(BadUpload):
        upload_media(actor=cast.rong, upload=Upload(kind="image", content=out.getvalue()), now=NOON)


def test_only_who_sits_there_uploads_and_only_who_reads_there_sees(cast: Cast) -> None:
    here = scene(cast)
    upload = Upload(kind="image", content=jpeg(), group_id=here.a)
    with pytest.raises(NotFound):
        upload_media(actor=cast.wei, upload=upload, now=NOON)
    with pytest.raises(NotInGroup):
        upload_media(actor=cast.hua, upload=upload, now=NOON)
    token = upload_media(actor=cast.oyang, upload=upload, now=NOON).token
    assert media_file(cast.hua, token).bytes > 0
    for stranger in (cast.song, cast.wei, cast.wai):
        with pytest.raises(NotFound):
            media_file(stranger, token)


def test_the_same_key_again_is_the_same_upload(cast: Cast) -> None:
    here = scene(cast)
    upload = Upload(kind="image", content=jpeg(), group_id=here.a, client_key="k1")
    first = upload_media(actor=cast.oyang, upload=upload, now=NOON)
    assert upload_media(actor=cast.oyang, upload=upload, now=NOON) == first
    others = [
        upload_media(actor=actor, upload=replace(upload, client_key=key), now=NOON).token
        for actor, key in (
            (cast.oyang, "k2"),
            (cast.rong, "k1"),
            (cast.oyang, ""),
            (cast.oyang, ""),
        )
    ]
    assert len({first.token, *others}) == 5


def test_two_tries_at_once_are_one_upload(cast: Cast) -> None:
    here = scene(cast)
    upload = Upload(kind="image", content=jpeg(900, 900), group_id=here.a, client_key="k1")
    tokens: list[str] = []

    def send() -> None:
        try:
            tokens.append(upload_media(actor=cast.oyang, upload=upload, now=NOON).token)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tokens) == 4
    assert len(set(tokens)) == 1
