"""What orders come to: for Today, for a group, by space."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Count, F, Q, Sum
from django.db.models.expressions import RawSQL

from qunlian.commerce import access
from qunlian.commerce.rules.orders import State
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor

CHINA = ZoneInfo("Asia/Shanghai")
#: Who ordered, as he is known now: an order keeps the record it was placed with.
_BUYER = RawSQL(
    """coalesce((SELECT k.known_as_id FROM channel_merged_person_view k
        WHERE k.enterprise_id = commerce_order.enterprise_id AND k.person_id = commerce_order.person_id),
        commerce_order.person_id)""",
    (),
    output_field=BigIntegerField(null=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Orders that wait for somebody, counted."""

    awaiting_payment: int
    to_confirm: int
    to_ship: int
    to_sign: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sales:
    """Orders placed in a span of time: paid minus refunded, in fen."""

    orders: int
    net_fen: int
    refunded_fen: int
    by_space: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Sales of today and of this month so far."""

    today: Sales
    month: Sales


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSales:
    """What a group sold in all."""

    orders: int
    stores: int
    net_fen: int


def orders_waiting(actor: Actor) -> Waiting:
    """Count the orders within reach that wait for somebody."""
    with scope.reading(actor):
        rows = (
            access.orders_within(actor)
            .filter(state__in=[State.AWAITING_PAYMENT, State.NEW, State.CONFIRMED, State.SHIPPED])
            .order_by()
            .values_list("state")
            .annotate(count=Count("id"))
        )
        counts: dict[str, int] = dict(rows)
    return Waiting(
        awaiting_payment=counts.get(State.AWAITING_PAYMENT, 0),
        to_confirm=counts.get(State.NEW, 0),
        to_ship=counts.get(State.CONFIRMED, 0),
        to_sign=counts.get(State.SHIPPED, 0),
    )


def sales_between(actor: Actor, start: datetime, end: datetime) -> Sales:
    """Sum the orders within reach that were placed from ``start`` up to but not including ``end``."""
    with scope.reading(actor):
        rows = list(
            access.orders_within(actor)
            .filter(placed_at__gte=start, placed_at__lt=end, paid_fen__gt=0)
            .order_by()
            .values("space")
            .annotate(
                orders=Count("id"),
                net=Sum(F("paid_fen") - F("refunded_fen")),
                refunded=Sum("refunded_fen"),
            )
        )
    return Sales(
        orders=sum(row["orders"] for row in rows),
        net_fen=sum(row["net"] for row in rows),
        refunded_fen=sum(row["refunded"] for row in rows),
        by_space={row["space"]: row["net"] for row in rows},
    )


def money(actor: Actor, *, now: datetime) -> Money:
    """Return the sales of today and of this month, China time."""
    today = now.astimezone(CHINA).date()
    return Money(
        today=sales_between(actor, _midnight(today), now + timedelta(seconds=1)),
        month=sales_between(actor, _midnight(today.replace(day=1)), now + timedelta(seconds=1)),
    )


def sales_of_group(actor: Actor, group_id: int) -> GroupSales:
    """Return what came out of one group, of the stores within reach."""
    with scope.reading(actor):
        row = (
            access.orders_within(actor)
            .filter(~Q(paid_fen=0), group_id=group_id)
            .aggregate(
                orders=Count("id"),
                stores=Count("store_id", distinct=True),
                net=Sum(F("paid_fen") - F("refunded_fen")),
            )
        )
    return GroupSales(orders=row["orders"], stores=row["stores"], net_fen=row["net"] or 0)


def sales_of_broadcast(actor: Actor, broadcast_id: int) -> GroupSales:
    """Return what one broadcast sold, to the stores within reach."""
    with scope.reading(actor):
        row = (
            access.orders_within(actor)
            .filter(~Q(paid_fen=0), broadcast_id=broadcast_id)
            .aggregate(
                orders=Count("id"),
                stores=Count("store_id", distinct=True),
                net=Sum(F("paid_fen") - F("refunded_fen")),
            )
        )
    return GroupSales(orders=row["orders"], stores=row["stores"], net_fen=row["net"] or 0)


def buyers_of_broadcast(actor: Actor, broadcast_id: int) -> int:
    """Return how many people ordered because of a broadcast (unpaid and cancelled orders left out)."""
    with scope.reading(actor):
        rows = access.orders_within(actor).filter(~Q(paid_fen=0), broadcast_id=broadcast_id)
        return rows.aggregate(people=Count(_BUYER, distinct=True))["people"] or 0


def buyers_by_group(
    actor: Actor, broadcast_id: int, group_ids: Sequence[int]
) -> dict[int, GroupSales]:
    """Return what a broadcast sold in some groups; groups without an order are missing."""
    with scope.reading(actor):
        rows = list(
            access.orders_within(actor)
            .filter(~Q(paid_fen=0), broadcast_id=broadcast_id, group_id__in=list(group_ids))
            .order_by()
            .values("group_id")
            .annotate(
                orders=Count("id"),
                stores=Count("store_id", distinct=True),
                net=Sum(F("paid_fen") - F("refunded_fen")),
            )
        )
    return {
        int(row["group_id"] or 0): GroupSales(
            orders=row["orders"], stores=row["stores"], net_fen=row["net"] or 0
        )
        for row in rows
    }


def buyers_among(
    actor: Actor, broadcast_id: int, group_id: int, person_ids: Sequence[int]
) -> frozenset[int]:
    """Return which of these people ordered out of a broadcast in a group."""
    with scope.reading(actor):
        rows = access.orders_within(actor).filter(
            ~Q(paid_fen=0), broadcast_id=broadcast_id, group_id=group_id
        )
        buyers = set(rows.annotate(buyer=_BUYER).values_list("buyer", flat=True))
    return frozenset(buyers & set(person_ids))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)
