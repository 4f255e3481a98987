"""A store's own code where its group is on a platform that only its own people fill."""

import pytest
from django.test import Client

from qunlian.channel.steps import public_code
from qunlian.community.actions.join_group import Joining, JoinsElsewhere, join_group
from qunlian.community.actions.open_way_in import open_way_in
from qunlian.community.models import Door, Member
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community import make, ways


def _code(cast: Cast) -> str:
    machinery = system_actor(cast.ids["brand"])
    with scope.writing(machinery):
        return public_code(actor=machinery, kind="store", target_id=cast.ids["A3"])


def _group(cast: Cast, **facts: object) -> int:
    return make.group(
        cast.ids["brand"],
        "石原东片老板群",
        territory_id=cast.ids["PA"],
        store_ids=(cast.ids["A3"],),
        platform="coded",
        **facts,
    )


def test_its_page_shows_the_code_and_who_comes_by_it_is_the_stores(cast: Cast) -> None:
    with ways.coded() as made:
        group = _group(cast)
        address, phone = f"/m/j/{_code(cast)}", Client()
        assert "显示二维码" in phone.get(f"{address}?from=poster").content.decode()
        assert phone.post(f"{address}/way?from=poster").headers["Location"].endswith("from=poster")
        waiting = phone.get(f"{address}?from=poster").content.decode()
        assert 'http-equiv="refresh"' in waiting
        ways.tend(cast)
        page = phone.get(f"{address}?from=poster").content.decode()
        assert "https://codes.example/way-1.png" in page
        assert 'name="phone"' not in page  # nothing is asked of him here
        assert phone.post(address, {"name": "甲", "phone": "13900000009"}).status_code == 302
        with scope.reading(cast.hua):
            assert not Member.objects.filter(group=group).exists()
        state = made["way-1"].state
        assert made["way-1"].next_name == ""  # a store has one base group
    with scope.reading(cast.hua):
        assert Door.objects.get(code=state).source == "poster"


def test_nobody_is_let_in_here(cast: Cast) -> None:
    with ways.coded():
        _group(cast)
        brand = system_actor(cast.ids["brand"])
        joining = Joining(target_id=cast.ids["A3"], name="甲", phone="13900000001")
        with pytest.raises(JoinsElsewhere):
            join_group(actor=brand, joining=joining, now=NOON)


def test_once_per_source_and_only_within_the_enterprise(cast: Cast) -> None:
    with ways.coded():
        _group(cast)
        brand = system_actor(cast.ids["brand"])
        facts = {"actor": brand, "kind": "store", "now": NOON}
        store = cast.ids["A3"]
        first = open_way_in(target_id=store, source="link", **facts)
        assert open_way_in(target_id=store, source="link", **facts) == first
        assert open_way_in(target_id=store, source="poster", **facts) != first
        with pytest.raises(NotFound):
            open_way_in(target_id=cast.ids["X1"], source="link", **facts)
