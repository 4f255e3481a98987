"""Add units that came in to a warehouse, or take off what is missing."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import connection

from qunlian.commerce import access
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Conflict, Invalid

MOST_ON_HAND = 2_000_000_000
_BRING_IN = """
INSERT INTO commerce_stock AS s (enterprise_id, warehouse_id, product_id, on_hand, reserved)
VALUES (%s, %s, %s, %s, 0)
ON CONFLICT (enterprise_id, product_id, warehouse_id) DO UPDATE
SET on_hand = s.on_hand + EXCLUDED.on_hand WHERE s.on_hand <= %s - EXCLUDED.on_hand
RETURNING on_hand, reserved
"""
_TAKE_OFF = """
UPDATE commerce_stock SET on_hand = on_hand + %s
WHERE enterprise_id = %s AND warehouse_id = %s AND product_id = %s AND on_hand + %s >= reserved
RETURNING on_hand, reserved
"""
_KEEPERS = frozenset({Role.HEADQUARTERS, Role.SYSTEM, Role.DISTRIBUTOR})


class StockPromised(Conflict):
    """Fewer than that are free: the rest is promised to orders."""

    code: ClassVar[str] = "commerce.stock_promised"


class AdjustmentUnexplained(Invalid):
    """Say why the stock changes, e.g. a delivery note or a count."""

    code: ClassVar[str] = "commerce.adjustment_unexplained"


class ChangeMissing(Invalid):
    """Enter how many units come in, or with a minus how many go."""

    code: ClassVar[str] = "commerce.change_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedStock:
    """What lies there now."""

    on_hand: int
    reserved: int


def adjust_stock(
    *, actor: Actor, product_id: int, warehouse_id: int, change: int, note: str, now: datetime
) -> AdjustedStock:
    """
    Change the units on hand by ``change``, never below what is promised.

    :param note: why, up to 200 characters
    :raises NotFound: no such product, or no such warehouse within the actor's reach
    :raises Forbidden: only headquarters, or the distributor for its own warehouses
    :raises ChangeMissing: 0, or beyond what can be counted
    :raises AdjustmentUnexplained: nothing is said about why
    :raises StockPromised: fewer would be left than orders were promised
    """
    with scope.writing(actor):
        product = access.product_for(actor, product_id)
        warehouse = access.warehouse_for(actor, warehouse_id)
        access.may(actor, _KEEPERS)
        if change == 0 or abs(change) > MOST_ON_HAND:
            raise ChangeMissing
        reason = note.strip()[:200]
        if not reason:
            raise AdjustmentUnexplained
        stock = _book(actor, (warehouse.pk, product.pk), change)
        journal.record(
            "commerce.stock_adjusted",
            actor=actor,
            at=now,
            about={"product": [product.pk], "warehouse": [warehouse.pk]},
            change=change,
            note=reason,
        )
        return stock


def _book(actor: Actor, place: tuple[int, int], change: int) -> AdjustedStock:
    with connection.cursor() as cursor:
        if change > 0:
            cursor.execute(_BRING_IN, [actor.enterprise_id, *place, change, MOST_ON_HAND])
        else:
            cursor.execute(_TAKE_OFF, [change, actor.enterprise_id, *place, change])
        row = cursor.fetchone()
    if row is None:
        raise StockPromised
    return AdjustedStock(on_hand=row[0], reserved=row[1])
