"""Add units that came in to a warehouse, or take off what is missing."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db.models import F

from qunlian.commerce import access
from qunlian.commerce.models import Stock
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Conflict, Invalid

MOST_ON_HAND = 2_000_000_000
_KEEPERS = frozenset({Role.HEADQUARTERS, Role.SYSTEM, Role.DISTRIBUTOR})


class StockPromised(Conflict):
    """Fewer than that are free: the rest is promised to orders."""

    code: ClassVar[str] = "commerce.stock_promised"


class ChangeMissing(Invalid):
    """Enter how many units come in, or with a minus how many go."""

    code: ClassVar[str] = "commerce.change_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedStock:
    """What lies there now."""

    on_hand: int
    reserved: int


def adjust_stock(
    *, actor: Actor, product_id: int, warehouse_id: int, change: int, now: datetime, note: str = ""
) -> AdjustedStock:
    """
    Change the units on hand by ``change``, never below what is promised.

    :raises NotFound: no such product, or no such warehouse within the actor's reach
    :raises Forbidden: only headquarters, or the distributor for its own warehouses
    :raises ChangeMissing: 0, or beyond what can be counted
    :raises StockPromised: fewer would be left than orders were promised
    """
    with scope.writing(actor):
        product = access.product_for(actor, product_id)
        warehouse = access.warehouse_for(actor, warehouse_id)
        access.may(actor, _KEEPERS)
        if change == 0 or abs(change) > MOST_ON_HAND:
            raise ChangeMissing
        Stock.objects.bulk_create(
            [Stock(enterprise_id=actor.enterprise_id, product=product, warehouse=warehouse)],
            ignore_conflicts=True,
        )
        stock = Stock.objects.filter(product=product, warehouse=warehouse)
        fits = stock.filter(
            on_hand__gte=F("reserved") - change, on_hand__lte=MOST_ON_HAND - max(change, 0)
        )
        if not fits.update(on_hand=F("on_hand") + change):
            raise StockPromised
        journal.record(
            "commerce.stock_adjusted",
            actor=actor,
            at=now,
            about={"product": [product.pk], "warehouse": [warehouse.pk]},
            change=change,
            note=note.strip()[:200],
        )
        row = stock.get()
        return AdjustedStock(on_hand=row.on_hand, reserved=row.reserved)
