"""The PDF itself: its code is read from the printed page, its letters are embedded."""

from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from qunlian.community.actions.draw_posters import draw_posters
from qunlian.community.actions.make_posters import PosterWish, make_posters
from qunlian.community.models import PosterRun
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from tests.cast_words import NOON, Cast
from tests.community import make, ways
from tests.community.test_make_posters import WORDS
from tests.community.words import East


def _drawn(cast: Cast, **whom: Any) -> tuple[int, bytes]:
    wish = PosterWish(address="https://qun.example/m/j/", words=WORDS, **whom)
    (run_id,) = make_posters(actor=cast.hua, wish=wish, now=NOON).run_ids
    brand = system_actor(cast.ids["brand"])
    made = draw_posters(actor=brand, run_id=run_id, now=NOON)
    with scope.reading(brand):
        run = PosterRun.objects.get(pk=run_id)
    assert (run.state, run.done) == ("ready", made.posters)
    return run_id, bytes(run.pdf)


@pytest.mark.parametrize(("size", "scale"), [("a4", 2), ("a6", 3)])
def test_each_page_leads_where_it_says(
    cast: Cast, two_groups: East, size: str, scale: float
) -> None:
    _, pdf = _drawn(cast, group_id=two_groups.east, size=size)
    document = pypdfium2.PdfDocument(pdf)
    links = set()
    for page in document:
        (code,) = zxingcpp.read_barcodes(page.render(scale=scale).to_pil())
        links.add(code.text)
        assert code.text.startswith("https://qun.example/m/j/")
        assert code.text.endswith("?from=poster")
        text = page.get_textpage().get_text_range()
        for word in ("临江食品", "东街", "扫码进群", "东片一群"):
            assert word in text
    assert len(links) == len(document) > 1
    assert b"/FontFile" in pdf  # embedded, so that any printer has the letters
    assert len(pdf) < 200_000  # and only those that are used


def test_a_doors_poster_brings_its_own_code_and_names_the_place(cast: Cast) -> None:
    facts = {"layer": "consumer", "life": "live"}
    make.group(cast.ids["brand"], "尝鲜群", territory_id=cast.ids["N-1"], **facts)
    opened = ways.opened(cast, place="N-1", name="年货节")
    _, pdf = _drawn(cast, door_id=opened.door_id)
    (page,) = pypdfium2.PdfDocument(pdf)
    (code,) = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
    assert code.text == f"https://qun.example/m/j/{opened.code}"
    assert "年货节" in page.get_textpage().get_text_range()


def test_into_a_platforms_room_the_steps_are_others(cast: Cast) -> None:
    with ways.coded():
        make.group(
            cast.ids["brand"],
            "东片群",
            territory_id=cast.ids["PA"],
            store_ids=(cast.ids["A3"],),
            platform="coded",
        )
        _, pdf = _drawn(cast, store_ids=[cast.ids["A3"]])
    (page,) = pypdfium2.PdfDocument(pdf)
    assert "1 二" in page.get_textpage().get_text_range()


def test_drawn_once_and_kept_for_a_week(cast: Cast, two_groups: East) -> None:
    first, _ = _drawn(cast, group_id=two_groups.east)
    brand = system_actor(cast.ids["brand"])
    assert draw_posters(actor=brand, run_id=first, now=NOON).posters == 0
    wish = PosterWish(address="https://qun.example/m/j/", words=WORDS, group_id=two_groups.east)
    later = NOON + timedelta(days=8)
    (second,) = make_posters(actor=cast.hua, wish=wish, now=later).run_ids
    draw_posters(actor=brand, run_id=second, now=later)
    with scope.reading(brand):
        assert [run.pk for run in PosterRun.objects.all()] == [second]
