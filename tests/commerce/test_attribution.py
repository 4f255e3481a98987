"""An order out of a group counts for that group, its steward and the message; sales add up."""

from datetime import timedelta

from django.db import connection

from qunlian.commerce.actions.confirm_order import confirm_order
from qunlian.commerce.actions.refund_order import refund_order
from qunlian.commerce.queries.orders import board, orders_of_group
from qunlian.commerce.queries.sales import money, orders_waiting, sales_of_group
from qunlian.commerce.steps import Repayment
from qunlian.community.models import Group, GroupStore
from qunlian.kernel import scope
from tests.cast_words import NOON, Cast
from tests.commerce.shop import open_shop, order, order_row


def _group(cast: Cast) -> int:
    with scope.writing(cast.hua):
        group = Group.objects.create(
            enterprise_id=cast.ids["brand"],
            name="石原东片终端店群",
            layer="store",
            territory_id=cast.ids["PA"],
            platform="web",
            life="live",
            seats_cap=200,
            owner_person_id=cast.hua.person_id,
            steward_staff_id=cast.ids["M1"],
            created_at=NOON,
            changed_at=NOON,
        )
        GroupStore.objects.create(
            enterprise_id=cast.ids["brand"],
            layer="store",
            store_id=cast.ids["A1"],
            group_id=group.pk,
            seats=1,
            since_at=NOON,
        )
    return group.pk


def test_an_order_out_of_a_group_counts_for_it(cast: Cast) -> None:
    shop = open_shop(cast)
    group_id = _group(cast)
    placed = order(shop, group_id=group_id)
    row = order_row(shop, placed.order_id)
    assert (row.space, row.group_id, row.steward_staff_id) == (
        "community",
        group_id,
        cast.ids["M1"],
    )
    order(shop, actor=cast.rong, store="A3", pay_mode="cashier", key="offline", group_id=group_id)
    repayment = Repayment(amount_fen=250, request_key="r", reason="")
    refund_order(actor=cast.hua, order_id=placed.order_id, repayment=repayment, now=NOON)
    sold = sales_of_group(cast.rong, group_id)
    assert (sold.orders, sold.stores, sold.net_fen) == (1, 1, 750)
    assert sales_of_group(cast.song, group_id).orders == 0
    assert [each.order_id for each in orders_of_group(cast.oyang, group_id).rows] == [
        placed.order_id
    ]
    with scope.reading(cast.rong), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM commerce_order_view")
        assert cursor.fetchone() == (2,)


def test_what_waits_and_what_came_in_stand_on_today(cast: Cast) -> None:
    shop = open_shop(cast)
    first = order(shop)
    order(shop, key="k2", pay_mode="cashier")
    order(shop, key="k3", actor=cast.rong, units=1)
    confirm_order(actor=cast.hua, order_id=first.order_id, now=NOON)
    waiting = orders_waiting(cast.ma)
    assert (waiting.awaiting_payment, waiting.to_confirm, waiting.to_ship) == (1, 1, 1)
    assert orders_waiting(cast.song).to_ship == 0
    now = money(cast.ma, now=NOON)
    assert (now.today.orders, now.today.net_fen) == (2, 1500)
    assert now.month.by_space == {"online": 1000, "offline": 500}
    assert money(cast.ma, now=NOON + timedelta(days=1)).today.orders == 0
    assert [len(column.rows) for column in board(cast.ma)] == [1, 1, 1, 0, 0]
