"""Boxes in a table send what is ticked through the bar of that table: without it they send nothing."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "src/qunlian"
TICKED = re.compile(r'{% td_select "([a-z_]+)"')
BARS = re.compile(r'{% bulk_bar "([a-z_]+)"')


def _pages() -> list[Path]:
    return [page for page in TEMPLATES.rglob("*.html") if TICKED.search(page.read_text())]


@pytest.mark.parametrize("page", _pages(), ids=lambda page: page.name)
def test_what_is_ticked_has_a_bar(page: Path) -> None:
    text = page.read_text()
    assert set(TICKED.findall(text)) <= set(BARS.findall(text))


def test_there_are_such_pages() -> None:
    assert len(_pages()) >= 5
