"""Every page and API operation, walked by those it isn't for: they find nothing that isn't theirs.

The addresses come from the product's own URL configuration (routes.py), so a new page is walked from its
first day. Everything lies in patch A, outside Du's subtree; the intruders are another enterprise, the sibling
rep of patch B and the downstream distributor. The answer is that of an id that does not exist: 404, never 403, and never a page.
"""

from dataclasses import dataclass

import pytest
from django.test import Client

from qunlian.channel.models import Contact, Store
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from tests import make
from tests.cast_words import NOON, Cast
from tests.commerce.shop import open_shop
from tests.community.plans import compared, planned
from tests.messaging.scenes import group, say
from tests.probes.routes import Route, api_routes, page_routes

INTRUDERS = ("wai", "song", "du")
ABSENT = 10**9
#: What everybody in an enterprise may see: its catalogue.
SHARED_INSIDE = {"product_id"}
#: Addresses that belong to whoever holds their secret, or to the asker himself.
NOT_WALKED = {"token", "code", "stem", "name", "kind", "format_", "layer"}
#: Pages about the asker only: they take ids of his own things.
OWN = {"channel_revoke_api_token"}


@dataclass(frozen=True, slots=True)
class World:
    """Ids of things in patch A by the name of the parameter that takes them."""

    ids: dict[str, int]

    def of(self, route: Route) -> dict[str, object]:
        ids = dict(self.ids)
        if route.name.startswith(("commerce_account", "commerce_list_acc")):
            ids["account_id"] = ids["ledger_account_id"]
        return {name: ids[name] for name in route.parameters}


@pytest.fixture
def world(cast: Cast) -> World:
    from qunlian.community.queries.plan_groups import list_plan_groups

    brand = system_actor(cast.ids["brand"])
    with scope.reading(brand):
        store = Store.objects.get(code="A3")
    make.store_owner(brand, store, "秘密店主", "+8613900000003")
    with scope.reading(brand):
        person = Contact.objects.get(store_id=store.pk).person_id
    plan = planned(cast.hua, territory_id=cast.ids["PA"])
    return World(
        ids={
            "store_id": store.pk,
            "territory_id": cast.ids["PA"],
            "distributor_id": cast.ids["D1"],
            "staff_id": cast.ids["R1"],
            "person_id": person,
            "account_id": cast.rong.account_id or 0,
            "plan_id": plan,
            "number": list_plan_groups(cast.hua, plan).rows[0].number,
            "comparison_id": compared(cast.hua, None, plan),
            **_said(cast),
            **_sold(cast, store.pk),
            **_rolled_out(cast, store.pk),
            **_twice(cast, store.pk),
            "import_id": 0,
            "run_id": 0,
            "relay_id": 0,
            "request_id": 0,
            "token_id": 0,
        }
    )


def _said(cast: Cast) -> dict[str, int]:
    """A group of patch A, a line in it, and a message to all of the patch."""
    from qunlian.messaging.actions.compose_broadcast import Composition, compose_broadcast
    from qunlian.messaging.actions.send_broadcast import send_broadcast
    from qunlian.messaging.rules.slices import Slice

    people = {cast.rong: "steward", cast.ma: "superior"}
    room = group(cast, "PA", steward=cast.rong, people=people, name="秘密群")
    say(cast, room, "秘密的话")
    east = Slice(territory_ids=(cast.ids["PA"],))
    told = compose_broadcast(
        actor=cast.hua,
        broadcast_id=None,
        composition=Composition(title="秘密触达", text="只给东片", slice=east),
        now=NOON,
    )
    send_broadcast(actor=cast.hua, broadcast_id=told, now=NOON)
    return {"group_id": room, "seq": 1, "broadcast_id": told}


def _sold(cast: Cast, store_id: int) -> dict[str, int]:
    """An order of the store, its account and what moved on it."""
    from qunlian.commerce.actions.place_order import NewOrder, place_order
    from qunlian.commerce.actions.set_credit_limit import set_credit_limit
    from qunlian.commerce.queries.ledger import list_accounts, list_transfers

    shop = open_shop(cast)
    wish = NewOrder(
        store_id=store_id,
        quantities=((shop.biscuits, 1),),
        pay_mode="cashier",
        request_key="secret",
    )
    placed = place_order(actor=cast.rong, order=wish, now=NOON)
    set_credit_limit(actor=cast.hua, store_id=store_id, limit_fen=1, now=NOON)
    accounts = list_accounts(cast.hua, owner_id=store_id).rows
    transfers = list_transfers(cast.hua).rows
    return {
        "product_id": shop.biscuits,
        "warehouse_id": shop.main,
        "order_id": placed.order_id,
        "ledger_account_id": accounts[0].account_id if accounts else 0,
        "transfer_id": transfers[0].transfer_id if transfers else 0,
    }


def _rolled_out(cast: Cast, store_id: int) -> dict[str, int]:
    """A store of patch A named as a seed, and a roll-out of the patch."""
    from qunlian.activation.actions.draft_rollout import RolloutWish, draft_rollout
    from qunlian.activation.actions.nominate_store import nominate_store

    named = nominate_store(actor=cast.rong, store_id=store_id, reason="秘密", now=NOON)
    wish = RolloutWish(territory_id=cast.ids["PA"])
    drafted = draft_rollout(actor=cast.ma, wish=wish, now=NOON)
    return {"nomination_id": named.nomination_id, "rollout_id": drafted.rollout_id}


def _twice(cast: Cast, store_id: int) -> dict[str, int]:
    """Two pairs of people of patch A: one looks like one, the other has been merged."""
    from qunlian.channel.actions.find_likely_duplicates import find_likely_duplicates
    from qunlian.channel.queries.people import list_likely_duplicates
    from qunlian.messaging.actions.merge_people import merge_people

    brand = system_actor(cast.ids["brand"])
    people = [make.person(brand, name) for name in ("秘密双胞", "秘密双胞", "秘密甲", "秘密乙")]
    with scope.writing(brand):
        Contact.objects.bulk_create(
            Contact(enterprise_id=brand.enterprise_id, person=one, store_id=store_id, since_at=NOON)
            for one in people
        )
    find_likely_duplicates(actor=brand, now=NOON)
    pair = list_likely_duplicates(cast.rong).rows[0]
    kept, merged = people[2:]
    done = merge_people(actor=cast.rong, kept_id=kept.pk, merged_id=merged.pk, now=NOON)
    return {"duplicate_id": pair.id, "merge_id": done.merge_id}


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


def test_the_probes_can_fail(cast: Cast, world: World, logged_in) -> None:
    """Headquarters of the same enterprise does find what the intruders must not."""
    client = logged_in(cast.hua)
    path = f"/stores/{world.ids['store_id']}"
    assert _answer(client, "GET", path) == 200
    assert "秘密店主" in client.get(path).content.decode()
