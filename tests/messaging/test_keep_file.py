"""A picture of an outside platform's message: kept once, for those of its group; what is none is left out."""

import io

import pytest
from PIL import Image

from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import NotFound
from qunlian.messaging.actions.keep_file import OutsideFile, keep_file
from qunlian.messaging.models import Media
from qunlian.messaging.queries.media import media_file
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import scene


def _file(
    group_id: int, *, content: bytes = b"", kind: str = "image", key: str = "m1"
) -> OutsideFile:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "#06803f").save(out, "PNG")
    return OutsideFile(
        group_id=group_id, platform="wecom", key=key, kind=kind, content=content or out.getvalue()
    )


def test_the_same_message_again_is_the_same_file(cast: Cast) -> None:
    here, machinery = scene(cast), system_actor(cast.ids["brand"])
    body = keep_file(actor=machinery, file=_file(here.a), now=NOON)
    assert body is not None
    assert (body["width"], body["height"]) == (80, 60)
    assert keep_file(actor=machinery, file=_file(here.a), now=NOON) == body
    other = keep_file(actor=machinery, file=_file(here.a, key="m2"), now=NOON)
    assert other is not None
    assert other["media"] != body["media"]
    with scope.reading(cast.hua):
        assert Media.objects.count() == 2


def test_only_who_may_see_the_group_may_load_it(cast: Cast) -> None:
    here, machinery = scene(cast), system_actor(cast.ids["brand"])
    body = keep_file(actor=machinery, file=_file(here.a), now=NOON)
    assert body is not None
    assert media_file(cast.rong, body["media"]).content_type == "image/jpeg"
    for outsider in (cast.song, cast.wai):
        with pytest.raises(NotFound):
            media_file(outsider, body["media"])


@pytest.mark.parametrize("kind", ["image", "video", "file"])
def test_what_cannot_be_shown_is_left_out(cast: Cast, kind: str) -> None:
    here, machinery = scene(cast), system_actor(cast.ids["brand"])
    rubbish = _file(here.a, content=b"rubbish", kind=kind)
    assert keep_file(actor=machinery, file=rubbish, now=NOON) is None
    with scope.reading(cast.hua):
        assert not Media.objects.exists()


def test_another_enterprises_group_is_none(cast: Cast) -> None:
    here = scene(cast)
    with pytest.raises(NotFound):
        keep_file(actor=system_actor(cast.ids["other"]), file=_file(here.a), now=NOON)
