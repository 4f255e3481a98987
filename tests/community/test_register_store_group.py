"""A store registers a group it runs; the enterprise sees what its groups add up to."""

import pytest
from django.test import Client

from qunlian.channel.queries.public_codes import codes_of
from qunlian.channel.steps import public_code
from qunlian.commerce.actions.place_order import NewOrder, place_order
from qunlian.commerce.queries.store_groups import sales_by_own_group, sales_by_part, sales_by_store
from qunlian.community.actions.register_store_group import (
    NewStoreGroup,
    StoreGroupTwice,
    StoreGroupUnfit,
    register_store_group,
)
from qunlian.community.queries.store_groups import (
    list_store_sums,
    own_store_groups,
    store_group_sums,
)
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.shop import open_shop
from tests.community import make
from tests.community.own_groups import own_group


def sums(actor: Actor, territory_id: int | None = None) -> list[tuple[int, ...]]:
    found = store_group_sums(actor, territory_id)
    return [(one.stores, one.groups, one.people, one.joins) for one in found]


def test_the_enterprise_sees_sums_within_reach(cast: Cast) -> None:
    own_group(cast)
    own_group(cast, "二群", 20)
    (mine, _) = own_store_groups(cast.oyang, now=NOON)
    assert (mine.name, mine.people) == ("东街福利群", 80)
    assert sums(cast.rong) == [(1, 2, 100, 0)]
    assert sum(one[2] for one in sums(cast.hua)) == 100
    assert all(one == (0, 0, 0, 0) for one in sums(cast.song))
    (store,) = list_store_sums(cast.hua).rows
    assert (store.store_id, store.groups, store.people) == (cast.ids["A1"], 2, 100)
    assert list_store_sums(cast.hua, territory_id=cast.ids["PB"]).rows == ()
    for other in (cast.song, cast.wai):
        assert list_store_sums(other).rows == ()
    for staff in (cast.hua, cast.rong):
        assert own_store_groups(staff, now=NOON) == ()
    with pytest.raises(NotFound):
        store_group_sums(cast.song, cast.ids["PA"])


def test_refusals(cast: Cast) -> None:
    own_group(cast)
    with pytest.raises(StoreGroupTwice):
        own_group(cast)
    wrong: list[dict[str, object]] = [
        {"name": " "},
        {"name": "长" * 41},
        {"people": 0},
        {"people": 2001},
        {"platform": "fax"},
    ]
    for entry in wrong:
        with pytest.raises(StoreGroupUnfit):
            own_group(cast, **{"name": "新群", **entry})  # type: ignore[arg-type]
    for staff in (cast.hua, cast.rong, cast.du):
        told = NewStoreGroup(store_id=cast.ids["A1"], name="群", people=3)
        with pytest.raises(NotFound):
            register_store_group(actor=staff, told=told, now=NOON)
    told = NewStoreGroup(store_id=cast.ids["A2"], name="群", people=3)
    with pytest.raises(NotFound):  # a neighbour's store
        register_store_group(actor=cast.oyang, told=told, now=NOON)


def test_orders_that_come_out_of_it_are_counted_for_it(cast: Cast) -> None:
    shop, group_id = open_shop(cast), own_group(cast)

    def order(key: str, of: int | None) -> None:
        wish = NewOrder(
            store_id=cast.ids["A1"],
            quantities=((shop.biscuits, 1),),
            pay_mode="account",
            request_key=key,
            store_group_id=of,
        )
        place_order(actor=cast.oyang, order=wish, now=NOON)

    order("one", group_id)
    order("two", None)
    order("three", 10**9)  # nobody's group counts nothing
    sold = sales_by_own_group(cast.oyang, [group_id])[group_id]
    assert sold.orders == 1
    assert sold.net_fen > 0
    assert sales_by_store(cast.rong, [cast.ids["A1"]])[cast.ids["A1"]] == sold
    assert sales_by_part(cast.hua, [cast.ids["PA"]])[cast.ids["PA"]] == sold
    assert sales_by_store(cast.song, [cast.ids["A1"]]) == {}
    assert sales_by_own_group(cast.wai, [group_id]) == {}


def test_a_consumer_who_joins_by_its_kit_is_counted_for_the_store(cast: Cast) -> None:
    group_id, machinery = own_group(cast), system_actor(cast.ids["brand"])
    seeds = make.group(cast.ids["brand"], "尝鲜群", territory_id=cast.ids["N-1"], layer="consumer")
    with scope.writing(machinery):
        public_code(actor=machinery, kind="group", target_id=seeds)
    code = codes_of(cast.ids["brand"], "store_group", [group_id])[group_id]
    phone = Client()
    page = phone.get(f"/m/s/{code}").content.decode()
    assert "东街1号便利店" in page
    assert "东街福利群" not in page
    join = page.partition('class="m-button" href="')[2].partition('"')[0]
    assert join.endswith(f"?sg={code}")
    assert phone.post(join, {"name": "小雨", "phone": "13900000077"}).status_code == 302
    phone.post(join, {})  # he is in already
    assert sums(cast.rong) == [(1, 1, 80, 1)]
    (own,) = own_store_groups(cast.oyang, now=NOON)
    assert own.joins == 1
    assert Client().get("/m/s/nonsense").status_code == 404


def test_on_the_owners_phone(cast: Cast, logged_in) -> None:
    open_shop(cast)
    phone = logged_in(cast.oyang)
    assert "/m/own-groups" in phone.get("/m/me").content.decode()
    entry = {"store_id": cast.ids["A1"], "name": "街坊群", "people": "45", "platform": "wechat"}
    wrong = phone.post("/m/own-groups", entry | {"people": "很多"})
    assert wrong.status_code == 422
    assert "街坊群" in wrong.content.decode()
    assert phone.post("/m/own-groups", entry).status_code == 302
    page = phone.get("/m/own-groups").content.decode()
    assert "街坊群" in page
    code = page.partition("/m/s/")[2].partition('"')[0]
    kit = phone.get(f"/m/s/{code}").content.decode()
    assert "store_group=" in kit  # for himself: to order for it
    assert "store_group=" not in Client().get(f"/m/s/{code}").content.decode()
    assert logged_in(cast.hua).get("/m/own-groups").status_code == 404
