"""Links between the documents lead somewhere."""

import re

import pytest

from tests.docs.pages import ROOT, anchors, documents, links


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path) -> None:
    astray = []
    for link in links(path):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        is_there = target.exists() or is_taken_by_a_test(name)
        if not is_there or (anchor and anchor not in anchors(target)):
            astray.append(link)
    assert not astray


def is_taken_by_a_test(name: str) -> bool:
    """Tell whether ``make screenshots`` will lay a picture of this name there."""
    picture = re.search(r"images/([\w-]+)\.png$", name)
    if picture is None:
        return False
    tests = (path.read_text(encoding="utf-8") for path in (ROOT / "tests/browser").glob("*.py"))
    return any(f'"{picture.group(1)}"' in text for text in tests)
