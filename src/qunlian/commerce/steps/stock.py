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


_RESERVE = """
UPDATE commerce_stock SET reserved = reserved + %s
WHERE warehouse_id = %s AND product_id = %s AND on_hand - reserved >= %s
"""
_RELEASE = """
UPDATE commerce_stock SET reserved = reserved - %s WHERE warehouse_id = %s AND product_id = %s
"""
_TAKE = """
UPDATE commerce_stock SET reserved = reserved - %s, on_hand = on_hand - %s
WHERE warehouse_id = %s AND product_id = %s
"""


def reserve_stock(warehouse_id: int, quantities: Mapping[int, int]) -> None:
    """
    Promise units of products in one warehouse, all or none.

    An advisory lock per (warehouse, product) comes first, in the order of the products: those who wait for
    a hot product queue fairly instead of racing anew after each commit.

    :raises OutOfStock: too little is left; facts name the product
    :raises Busy: the queue for a product took longer than three seconds
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'")
            for product_id, quantity in sorted(quantities.items()):
                cursor.execute(
                    "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                    [f"stock {warehouse_id} {product_id}"],
                )
                cursor.execute(_RESERVE, [quantity, warehouse_id, product_id, quantity])
                if cursor.rowcount != 1:
                    raise OutOfStock(product_id=product_id)
    except OperationalError as trouble:
        if getattr(trouble.__cause__, "sqlstate", "") == "55P03":
            raise Busy from trouble
        raise


def release_stock(warehouse_id: int, quantities: Mapping[int, int]) -> None:
    """Give promised units back."""
    with connection.cursor() as cursor:
        for product_id, quantity in sorted(quantities.items()):
            cursor.execute(_RELEASE, [quantity, warehouse_id, product_id])


def take_stock(warehouse_id: int, quantities: Mapping[int, int]) -> None:
    """Let promised units leave the warehouse."""
    with connection.cursor() as cursor:
        for product_id, quantity in sorted(quantities.items()):
            cursor.execute(_TAKE, [quantity, quantity, warehouse_id, product_id])
