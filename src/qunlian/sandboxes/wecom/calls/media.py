"""Uploads, kept for three days. Source: pages 90253 (media/upload), 90256 (uploadimg)."""

import hashlib
from typing import Literal

from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.gate import Answer, Caller, call
from qunlian.sandboxes.wecom.records import Media
from qunlian.sandboxes.wecom.requests import FileQuery
from qunlian.sandboxes.wecom.state import Corp, World

MIB = 2**20
#: Source: page 90253: a file has more than 5 bytes; image 10 MB, voice 2 MB, video 10 MB, file 20 MB
LEAST = 5
MOST = {"image": 10 * MIB, "voice": 2 * MIB, "video": 10 * MIB, "file": 20 * MIB}


class Upload(FileQuery):
    type: str


class UploadImage(FileQuery):
    type: Literal["image"] = "image"


def keep(world: World, corp: Corp, kind: str, file: tuple[str, bytes] | None) -> Media:
    """Keep an uploaded file as media, or refuse it."""
    if kind not in MOST:
        raise Refused(40004, kind)
    if file is None:
        raise Refused(44001)
    name, content = file
    if len(content) <= LEAST:
        raise Refused(40006)
    if len(content) > MOST[kind]:
        raise Refused(45001)
    digest = hashlib.sha256(content).hexdigest()
    media_id = world.new_id("3a")
    found = Media(media_id, kind, name, len(content), digest, world.now())
    corp.media[media_id] = found
    return found


def told(found: Media) -> Answer:
    """Tell what was kept; ``created_at`` is a text, as in the vendor's sample."""
    created = str(int(found.created_at))
    return {"type": found.kind, "media_id": found.media_id, "created_at": created}


@call("media/upload", Upload)
def upload(caller: Caller, ask: Upload) -> Answer:
    return told(keep(caller.world, caller.corp, ask.type, caller.request.upload))


@call("media/uploadimg", UploadImage)
def upload_image(caller: Caller, ask: UploadImage) -> Answer:
    """Take a picture for good; its address works in messages only."""
    found = keep(caller.world, caller.corp, ask.type, caller.request.upload)
    return {"url": f"{caller.request.base_url}/wwpic/{found.media_id}"}
