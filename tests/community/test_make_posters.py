"""Asking for posters: whom they invite, in how many files, on the pages."""

from collections.abc import Callable

import pytest
from django.test import Client

from qunlian.community.actions import make_posters as module
from qunlian.community.actions.draw_posters import draw_posters
from qunlian.community.actions.make_posters import (
    NoPosters,
    PosterWish,
    TooManyPosters,
    make_posters,
)
from qunlian.community.models import PosterRun
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community import make, ways
from tests.community.words import East

WORDS = {"brand": "临江食品", "call": "扫码进群", "steps": ["一"], "steps_elsewhere": ["二"]}


def _wish(**whom: object) -> PosterWish:
    return PosterWish(address="https://qun.example/m/j/", words=WORDS, **whom)  # type: ignore[arg-type]


def _selection(cast: Cast, run_id: int) -> tuple[str, list[int]]:
    with scope.reading(cast.hua):
        chosen = PosterRun.objects.get(pk=run_id).selection
    return chosen["kind"], chosen["ids"]


def test_one_ticked_ones_a_groups_and_a_parts(cast: Cast, two_groups: East) -> None:
    a1, a2 = cast.ids["A1"], cast.ids["A2"]
    door = ways.opened(cast, place="N-1").door_id
    for whom, kind, ids in (
        ({"store_ids": [a1]}, "store", [a1]),
        ({"store_ids": [a2, a1, cast.ids["X1"]]}, "store", [a1, a2]),  # X1 is another enterprise's
        ({"door_id": door}, "door", [door]),
    ):
        asked = make_posters(actor=cast.hua, wish=_wish(**whom), now=NOON)
        assert _selection(cast, asked.run_ids[0]) == (kind, ids)
    of_group = make_posters(actor=cast.hua, wish=_wish(group_id=two_groups.east), now=NOON)
    of_part = make_posters(actor=cast.rong, wish=_wish(territory_id=cast.ids["PA"]), now=NOON)
    assert of_group.posters == of_part.posters > 1


def test_a_large_part_comes_in_several_files(
    cast: Cast, two_groups: East, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_PER_FILE", 1)
    asked = make_posters(actor=cast.hua, wish=_wish(territory_id=cast.ids["PA"]), now=NOON)
    assert len(asked.run_ids) == asked.posters > 1
    monkeypatch.setattr(module, "MOST_FILES", 1)
    with pytest.raises(TooManyPosters):
        make_posters(actor=cast.hua, wish=_wish(territory_id=cast.ids["PA"]), now=NOON)


def test_refusals(cast: Cast, two_groups: East) -> None:
    empty = make.group(cast.ids["brand"], "空群", territory_id=cast.ids["PA"])
    for actor, whom, refusal in (
        (cast.hua, {"group_id": empty}, NoPosters),
        (cast.wai, {"group_id": two_groups.east}, NotFound),
        (cast.rong, {"territory_id": cast.ids["PB"]}, NotFound),
        (cast.hua, {"store_ids": [cast.ids["X1"]]}, NotFound),
        (cast.hua, {"door_id": 0}, NotFound),
    ):
        with pytest.raises(refusal):
            make_posters(actor=actor, wish=_wish(**whom), now=NOON)


def test_from_the_page_to_the_file(
    cast: Cast, two_groups: East, logged_in: Callable[[Actor], Client]
) -> None:
    client = logged_in(cast.rong)
    here = f"/invitations/posters?group={two_groups.east}"
    assert "生成PDF" in client.get(here).content.decode()
    answer = client.post("/invitations/posters/make", {"group": two_groups.east, "size": "a6"})
    assert answer.headers["Location"] == f"{here}#files"
    with scope.reading(cast.hua):
        run = PosterRun.objects.get()
    assert (run.size, run.state) == ("a6", "waiting")
    assert run.address == "http://testserver/m/j/"
    assert "hx-get" in client.get("/invitations/posters/files").content.decode()
    draw_posters(actor=system_actor(cast.ids["brand"]), run_id=run.pk, now=NOON)
    assert "hx-get" not in client.get("/invitations/posters/files").content.decode()
    file = client.get(f"/invitations/posters/{run.pk}.pdf")
    assert file.headers["Content-Type"] == "application/pdf"
    assert file.content.startswith(b"%PDF")
    for other in (cast.hua, cast.wai):  # it is his who asked for it
        assert logged_in(other).get(f"/invitations/posters/{run.pk}.pdf").status_code == 404
