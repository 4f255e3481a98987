"""A closed door leads nowhere, here and on its platform."""

import pytest
from django.test import Client

from qunlian.community.actions.close_door import close_door
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community import make, ways


def test_its_link_and_its_code_are_gone(cast: Cast) -> None:
    with ways.coded() as made:
        facts = {"layer": "consumer", "life": "live", "platform": "coded"}
        group = make.group(cast.ids["brand"], "尝鲜群", territory_id=cast.ids["N-1"], **facts)
        opened = ways.opened(cast, group_id=group)
        page = Client().get(f"/m/j/{opened.code}")
        assert "https://codes.example/way-1.png" in page.content.decode()
        assert "https://codes.example;" in page.headers["Content-Security-Policy"]
        close_door(actor=cast.hua, door_id=opened.door_id, now=NOON)
        close_door(actor=cast.hua, door_id=opened.door_id, now=NOON)
        ways.tend(cast)
        assert made == {}
    assert ways.door(cast, opened.door_id).way_key == ""
    assert Client().get(f"/m/j/{opened.code}").status_code == 404


def test_an_outsider_finds_none(cast: Cast) -> None:
    opened = ways.opened(cast, place="N-1")
    with pytest.raises(NotFound):
        close_door(actor=cast.wai, door_id=opened.door_id, now=NOON)
