"""What a phone fetches for its first view of a chat: under 100 kB of page, styles and scripts."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from qunlian.kernel.actor import Actor
from qunlian.site import assets
from tests.cast_words import Cast
from tests.messaging.scenes import say, scene

BUDGET = 100_000
_ASSET = re.compile(r"/static/(qunlian/[\w.-]+\.(?:css|js|svg))")


def _transferred(file: str) -> int:
    """Bytes on the wire: the gzip laid beside the file, else the file."""
    path = assets.FOLDER.parent / file
    packed = Path(f"{path}.gz")
    return (packed if packed.exists() else path).stat().st_size


def test_the_first_view_of_a_full_chat_is_light(
    cast: Cast, logged_in: Callable[[Actor], Client], record_property: Callable[[str, object], None]
) -> None:
    if not (assets.FOLDER / "names.json").exists():
        pytest.skip("NO ASSETS: `npm run build` makes them")
    here = scene(cast)
    say(cast, here.a, *[f"{n}：" + "各位老板下午好，双十一陈列政策到了" * 4 for n in range(40)])
    page = logged_in(cast.oyang).get(f"/m/chats/{here.a}").content
    files = set(_ASSET.findall(page.decode()))
    assert any("chat-" in file for file in files)
    sizes = {file: _transferred(file) for file in files} | {"page": len(gzip.compress(page))}
    total = sum(sizes.values())
    record_property("first_view_bytes", total)
    assert total < BUDGET, sizes
