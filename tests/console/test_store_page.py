"""One store's page: its groups, last orders, people, join code and place."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qunlian.channel.models import Store
from qunlian.channel.steps import public_code
from qunlian.commerce.actions.place_order import NewOrder, place_order
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from tests.cast_words import NOON, Cast
from tests.commerce.shop import open_shop
from tests.community import make
from tests.settled import wait_for_journal

LoggedIn = Callable[[Actor], Client]


def _grouped(cast: Cast) -> int:
    ids = cast.ids
    group = make.group(
        ids["brand"],
        "东片一群",
        territory_id=ids["PA"],
        store_ids=(ids["A1"],),
        steward_staff_id=ids["R1"],
    )
    make.member(cast.oyang, group, store_id=ids["A1"])
    return group


def _order(cast: Cast, product: int, key: str) -> int:
    wish = NewOrder(
        store_id=cast.ids["A1"],
        quantities=((product, 1),),
        pay_mode="account",
        request_key=key,
    )
    return place_order(actor=cast.oyang, order=wish, now=NOON).order_id


def test_it_leads_to_groups_orders_people_and_the_poster(cast: Cast, logged_in: LoggedIn) -> None:
    group, shop, store = _grouped(cast), open_shop(cast), cast.ids["A1"]
    order = _order(cast, shop.biscuits, "one")
    brand = system_actor(cast.ids["brand"])
    with scope.writing(brand):
        code = public_code(actor=brand, kind="store", target_id=store)
        Store.objects.filter(pk=store).update(division_code="110101")
    for actor in (cast.hua, cast.rong, cast.du):
        page = logged_in(actor).get(f"/stores/{store}").content.decode()
        assert f'href="/groups/{group}"' in page
        assert f'href="/orders/{order}"' in page
        assert f'href="/orders?store={store}"' in page
        assert f"/m/j/{code}" in page
        assert "<svg" in page
        assert "138****0001" in page
        assert "13800000001" not in page
        assert f'href="/invitations/posters?store={store}"' in page
    assert "东城区" in page
    poster = logged_in(cast.rong).get(f"/invitations/posters?store={store}").content.decode()
    assert "东片一群" in poster
    assert "东街1号便利店" in poster


def test_a_store_with_nothing_says_so(cast: Cast, logged_in: LoggedIn) -> None:
    page = logged_in(cast.hua).get(f"/stores/{cast.ids['B2']}")
    assert page.status_code == 200
    assert "q-empty" in page.content.decode()


def test_outsiders(cast: Cast, logged_in: LoggedIn) -> None:
    for outsider in (cast.song, cast.wai, cast.wei):
        client = logged_in(outsider)
        assert client.get(f"/stores/{cast.ids['A1']}").status_code == 404
        assert client.get(f"/invitations/posters?store={cast.ids['A1']}").status_code == 404
    assert logged_in(cast.du).get(f"/stores/{cast.ids['A3']}").status_code == 404


def test_the_same_number_of_queries_for_1_order_and_many(cast: Cast, logged_in: LoggedIn) -> None:
    _grouped(cast)
    shop = open_shop(cast)
    client, address = logged_in(cast.hua), f"/stores/{cast.ids['A1']}"
    _order(cast, shop.biscuits, "first")
    client.get(address)
    one = _queries(client, address)
    for n in range(8):
        _order(cast, shop.biscuits, f"more{n}")
    assert _queries(client, address) == one
    assert one <= 48, one


def _queries(client: Client, address: str) -> int:
    wait_for_journal()
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)
