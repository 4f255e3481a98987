"""Units promised, given back and taken out of a warehouse."""

from collections.abc import Mapping

from django.db import OperationalError, connection

from qunlian.kernel.errors import Conflict

LOCK_TIMEOUT_SECONDS = 3


class OutOfStock(Conflict):
    """There is not enough of “%(name)s” left."""

    code = "commerce.out_of_stock"


class Busy(Conflict):
    """Many people are ordering this right now; try again."""

    code = "commerce.busy"


#: What is promised, given back or taken of each (warehouse, product), its rows locked in that order.
_WANTED = """
WITH wanted AS (
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS w (warehouse_id, product_id, units)
), held AS (
    SELECT s.id, w.units FROM commerce_stock s JOIN wanted w USING (warehouse_id, product_id)
    ORDER BY s.warehouse_id, s.product_id FOR UPDATE OF s
)
"""
_QUEUE = """
SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s::text[]) AS name
"""
_RESERVE = f"""{_WANTED}
UPDATE commerce_stock s SET reserved = s.reserved + h.units
FROM held h WHERE s.id = h.id AND s.on_hand - s.reserved >= h.units
RETURNING s.product_id
"""
_RELEASE = f"""{_WANTED}
UPDATE commerce_stock s SET reserved = s.reserved - h.units FROM held h WHERE s.id = h.id
"""
_TAKE = f"""{_WANTED}
UPDATE commerce_stock s SET reserved = s.reserved - h.units, on_hand = s.on_hand - h.units
FROM held h WHERE s.id = h.id
"""
#: (warehouse, product) → units
Goods = Mapping[tuple[int, int], int]


def reserve_stock(warehouse_id: int, quantities: Mapping[int, int]) -> None:
    """
    Promise units of products in one warehouse, all or none.

    An advisory lock per (warehouse, product) comes first, in the order of the products: those who wait for
    a hot product queue fairly instead of racing anew after each commit.

    :raises OutOfStock: too little is left; facts name the product
    :raises Busy: the queue for a product took longer than three seconds
    """
    names = [f"stock {warehouse_id} {product_id}" for product_id in sorted(quantities)]
    goods = {(warehouse_id, product_id): units for product_id, units in quantities.items()}
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'")
            cursor.execute(_QUEUE, [names])
            cursor.execute(_RESERVE, _columns(goods))
            promised = {product_id for (product_id,) in cursor.fetchall()}
    except OperationalError as trouble:
        if getattr(trouble.__cause__, "sqlstate", "") == "55P03":
            raise Busy from trouble
        raise
    missing = sorted(quantities.keys() - promised)
    if missing:
        raise OutOfStock(product_id=missing[0])


def release_stock(goods: Goods) -> None:
    """Give promised units back."""
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, _columns(goods))


def take_stock(goods: Goods) -> None:
    """Let promised units leave their warehouses."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, _columns(goods))


def _columns(goods: Goods) -> tuple[list[int], list[int], list[int]]:
    return [place for place, _ in goods], [product for _, product in goods], list(goods.values())
