"""
Every page and API operation that only reads, asked with nonsense where it reads a number or the key of a list.

Which names it reads is read from the code, so a new one is asked from its first day. Nonsense is answered as
if nothing was typed, or refused: never with a failure of ours.
"""

import re
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

import pytest
from django.core.handlers import wsgi
from django.http import QueryDict
from django.test import Client

import qunlian
from tests.cast_words import NOON, Cast
from tests.probes.routes import NOT_WALKED, Route, api_routes, page_routes
from tests.probes.world import World

#: Figures that are no number to ``int``, wider than the database's, of the other sign, what ends a text.
NONSENSE = ("²", "9" * 30, "-3", "a\x00b")
#: Keys of lists with a half of them wrong.
KEYS = ("x:5", "１.５~1~1", "nan:7", "5~x", "7-", "1:9" + "0" * 25)
_READ = re.compile(r"""\bGET\.get(?:list)?\("(\w+)\"""")


def _names_read() -> list[str]:
    room = Path(qunlian.__file__).parent
    texts = [f.read_text() for part in ("console", "member") for f in (room / part).rglob("*.py")]
    return sorted({name for text in texts for name in _READ.findall(text)} | {"after"})


class Noting(QueryDict):
    """Notes the names that somebody reads of an address, so that a page is asked only what it reads."""

    noted: ClassVar[set[str]] = set()

    def get(self, key: str, *otherwise: Any) -> Any:
        self.noted.add(key)
        return super().get(key, *otherwise)

    def getlist(self, key: str, *otherwise: Any) -> Any:
        self.noted.add(key)
        return super().getlist(key, *otherwise)


@pytest.fixture
def noting(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names that were read of addresses since it was emptied last."""
    monkeypatch.setattr(wsgi, "QueryDict", Noting)
    return Noting.noted


def _walk_pages(
    client: Client, routes: list[Route], world: World, names: list[str], noted: set[str]
) -> list[str]:
    """Ask each page nonsense in all names at once, until it turns out to read none; keys, where it reads one."""
    client.raise_request_exception = False
    failed = []
    lists = 0
    for route in routes:
        if set(route.parameters) & NOT_WALKED:
            continue
        path = route.filled(world.of(route))
        noted.clear()
        for text in NONSENSE:
            failed += _asked(client, route, path, dict.fromkeys(names, text))
            if not noted & set(names):
                break
        if "after" in noted:
            lists += 1
            failed += [one for key in KEYS for one in _asked(client, route, path, {"after": key})]
    assert lists
    return failed


def _asked(client: Client, route: Route, path: str, question: dict[str, str]) -> list[str]:
    answer = client.get(f"{path}?{urlencode(question)}")
    is_ours = answer.status_code >= 500
    return [f"{route.name}: {next(iter(question.values()))!r}"] if is_ours else []


def _walk(client: Client, routes: list[Route], world: World, names: list[str]) -> list[str]:
    client.raise_request_exception = False
    failed = []
    for route in routes:
        if set(route.parameters) & NOT_WALKED:
            continue
        path = route.filled(world.of(route))
        questions = [dict.fromkeys(names, text) for text in NONSENSE]
        for question in (*questions, *({"after": key} for key in KEYS)):
            failed += _asked(client, route, path, question)
    return failed


@pytest.mark.parametrize("part", range(4))
def test_nonsense_in_an_address_breaks_no_page(
    cast: Cast, world: World, logged_in, noting: set[str], part: int
) -> None:
    names, routes = _names_read(), page_routes()[part::4]
    assert len(names) > 20
    failed = _walk_pages(logged_in(cast.hua), routes, world, names, noting)
    assert failed == [], "\n".join(failed)


def test_nonsense_in_an_address_breaks_no_operation(cast: Cast, world: World) -> None:
    from qunlian.channel.actions.make_api_token import make_api_token

    made = make_api_token(actor=cast.hua, name="probe", now=NOON)
    client = Client(headers={"Authorization": f"Bearer {made.token}"})
    routes = [route for method, route in api_routes() if method == "GET"]
    failed = _walk(client, routes, world, ["q", "division", "order", "state", "which"])
    assert failed == [], "\n".join(failed)
