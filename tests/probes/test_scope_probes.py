"""Every page and API operation, walked by those it isn't for: they find nothing that isn't theirs.

The addresses come from the product's own URL configuration (routes.py), so a new page is walked from its
first day. Everything lies in patch A, outside Du's subtree; the intruders are another enterprise, the sibling
rep of patch B and the downstream distributor. The answer is that of an id that does not exist: 404, never 403, and never a page.
"""

import pytest
from django.test import Client

from tests.cast_words import NOON, Cast
from tests.probes.routes import NOT_WALKED, api_routes, page_routes
from tests.probes.world import World

INTRUDERS = ("wai", "song", "du")
ABSENT = 10**9
#: What everybody in an enterprise may see: its catalogue.
SHARED_INSIDE = {"product_id"}
#: Pages about the asker only: they take ids of his own things.
OWN = {"channel_revoke_api_token"}


def _answer(client: Client, method: str, path: str, **more: object) -> int:
    ask = {"GET": client.get, "POST": client.post, "PUT": client.put}.get(method, client.generic)
    answer = client.generic(method, path) if ask is client.generic else ask(path, **more)
    return int(answer.status_code)


@pytest.mark.parametrize("name", INTRUDERS)
def test_no_page_opens_for_an_intruder(cast: Cast, world: World, logged_in, name: str) -> None:
    leaks = _pages(cast, world, logged_in, name)
    assert leaks == [], "\n".join(leaks)


def _pages(cast: Cast, world: World, logged_in, name: str) -> list[str]:
    client = logged_in(getattr(cast, name))
    leaks = []
    walked = 0
    for route in page_routes():
        if not route.parameters or set(route.parameters) & NOT_WALKED or route.name in OWN:
            continue
        if name != "wai" and set(route.parameters) <= SHARED_INSIDE:
            continue
        if "save_product" in route.name or ("product" in route.name and name != "wai"):
            continue
        if name == "du" and route.parameters == ("territory_id",):
            continue  # two of his stores lie in patch A: its name is his to see
        path = route.filled(world.of(route))
        codes = [_answer(client, method, path) for method in ("GET", "POST")]
        absent = route.filled(dict.fromkeys(route.parameters, ABSENT))
        as_if_absent = [_answer(client, method, absent) for method in ("GET", "POST")]
        walked += 1
        if codes != as_if_absent or not set(codes) <= {404, 405, 422}:
            leaks.append(f"{name}: {route.name} {path}: {codes}, absent: {as_if_absent}")
    assert walked > 40
    return leaks


@pytest.mark.parametrize("name", INTRUDERS)
def test_no_list_or_export_shows_an_intruder_what_is_not_his(
    cast: Cast, world: World, logged_in, name: str
) -> None:
    leaks = _lists(cast, logged_in, name)
    assert leaks == [], "\n".join(leaks)


def _lists(cast: Cast, logged_in, name: str) -> list[str]:
    client = logged_in(getattr(cast, name))
    secrets = (
        "秘密店主",
        "秘密双胞",
        "秘密群",
        "秘密的话",
        "秘密触达",
        "东街3号便利店",
        "13900000003",
    )
    leaks = []
    for route in page_routes():
        if route.parameters or route.name.startswith(("site_", "member_worker", "set_language")):
            continue
        answer = client.get("/" + route.pattern)
        assert answer.status_code in {200, 302, 403, 404, 405}, (route.name, answer.status_code)
        assert answer.status_code != 403, route.name
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        leaks += [f"{name}: {route.name}: {word}" for word in secrets if word.encode() in body]
    return leaks


@pytest.mark.parametrize("name", INTRUDERS)
def test_no_api_operation_answers_an_intruder(cast: Cast, world: World, name: str) -> None:
    leaks = _operations(cast, world, name)
    assert leaks == [], "\n".join(leaks)


def _operations(cast: Cast, world: World, name: str) -> list[str]:
    from qunlian.channel.actions.make_api_token import make_api_token

    made = make_api_token(actor=getattr(cast, name), name="probe", now=NOON)
    client = Client(headers={"Authorization": f"Bearer {made.token}"})
    leaks = []
    for method, route in api_routes():
        if not route.parameters or set(route.parameters) & NOT_WALKED:
            continue
        if name != "wai" and set(route.parameters) <= SHARED_INSIDE:
            continue
        if name == "du" and "territory_id" in route.parameters:
            continue  # two of his stores lie in patch A: its name is his to see
        path = route.filled(world.of(route))
        code = client.generic(method, path, "{}", content_type="application/json").status_code
        if code not in {404, 405, 422}:
            leaks.append(f"{name}: {method} {route.name} {path}: {code}")
    return leaks


def test_nobody_of_the_enterprise_reads_the_name_of_a_stores_own_group(
    cast: Cast, world: World, logged_in
) -> None:
    """Headquarters, the manager and the rep see sums: on no page that lists, exports or shows the store."""
    named, summed = [], []
    for actor in (cast.hua, cast.ma, cast.rong, cast.guan):
        client = logged_in(actor)
        for route in page_routes():
            if set(route.parameters) - {"store_id", "territory_id", "group_id", "person_id"}:
                continue
            if route.name.startswith(("site_", "member_worker", "set_language")):
                continue
            answer = client.get(route.filled(world.of(route)))
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            named += [route.name] if "秘密福利群".encode() in body else []
            summed += (
                [route.name] if route.name == "community_store_groups" and b"66" in body else []
            )
    assert named == []
    assert len(summed) == 4


def test_the_probes_can_fail(cast: Cast, world: World, logged_in) -> None:
    """Headquarters of the same enterprise does find what the intruders must not."""
    client = logged_in(cast.hua)
    path = f"/stores/{world.ids['store_id']}"
    assert _answer(client, "GET", path) == 200
    assert "秘密店主" in client.get(path).content.decode()
