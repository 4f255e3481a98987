"""Warehouses: whose they are, what lies in them, and what went in and out by hand."""

from dataclasses import dataclass

from django.db.models import Count, F, Sum

from qunlian.commerce import access
from qunlian.commerce.models import DistributorView, Product, Stock, Warehouse
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseRow:
    """One warehouse; ``owner_name`` is empty for the enterprise's own."""

    warehouse_id: int
    code: str
    name: str
    distributor_id: int | None
    owner_name: str
    products: int
    on_hand: int
    reserved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLine:
    """How much of a product lies in one warehouse; ``reserved`` of those are promised to orders."""

    product_id: int
    code: str
    name: str
    spec: str
    unit: str
    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        """Return what can still be promised."""
        return self.on_hand - self.reserved


def list_warehouses(actor: Actor, *, after: str = "", limit: int = PAGE_ROWS) -> Page[WarehouseRow]:
    """Return a page of warehouses within reach, by code."""
    with scope.reading(actor):
        found = list(
            access.warehouses_within(actor).filter(code__gt=after).order_by("code")[: limit + 1]
        )
        rows = _warehouses(found[:limit])
    return Page(rows=rows, next_key=rows[-1].code if len(found) > limit else None)


def warehouse_card(actor: Actor, warehouse_id: int) -> WarehouseRow:
    """
    Return one warehouse.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        return _warehouses([access.warehouse_for(actor, warehouse_id)])[0]


def may_open_warehouse(actor: Actor, warehouse_id: int) -> bool:
    """Tell whether a warehouse lies within reach; an order may be supplied from one that does not."""
    with scope.reading(actor):
        return access.warehouses_within(actor).filter(pk=warehouse_id).exists()


def stock_of_warehouse(
    actor: Actor, warehouse_id: int, *, search: str = "", after: str = "", limit: int = PAGE_ROWS
) -> Page[StockLine]:
    """
    Return a page of the products and how much of each lies in a warehouse, by the product's code.

    :raises NotFound: there is no such warehouse within the actor's reach
    """
    with scope.reading(actor):
        warehouse = access.warehouse_for(actor, warehouse_id)
        products = access.products_within(actor).filter(code__gt=after)
        if search:
            products = products.filter(name__icontains=search)
        found = list(products.order_by("code")[: limit + 1])
        shown = found[:limit]
        rows = Stock.objects.filter(warehouse=warehouse, product_id__in=[p.pk for p in shown])
        stock = {row.product_id: row for row in rows}
    return Page(
        rows=tuple(_line(product, stock.get(product.pk)) for product in shown),
        next_key=shown[-1].code if len(found) > limit else None,
    )


def _line(product: Product, stock: Stock | None) -> StockLine:
    return StockLine(
        product_id=product.pk,
        code=product.code,
        name=product.name,
        spec=product.spec,
        unit=product.unit,
        on_hand=stock.on_hand if stock else 0,
        reserved=stock.reserved if stock else 0,
    )


def _warehouses(found: list[Warehouse]) -> tuple[WarehouseRow, ...]:
    owners = DistributorView.objects.filter(pk__in=[w.distributor_id for w in found])
    names = dict(owners.values_list("pk", "name"))
    sums = {
        row["warehouse_id"]: row
        for row in Stock.objects.filter(warehouse_id__in=[w.pk for w in found])
        .order_by()
        .values("warehouse_id")
        .annotate(products=Count("id"), units=Sum(F("on_hand")), promised=Sum(F("reserved")))
    }
    empty = {"products": 0, "units": 0, "promised": 0}
    return tuple(
        WarehouseRow(
            warehouse_id=row.pk,
            code=row.code,
            name=row.name,
            distributor_id=row.distributor_id,
            owner_name=names.get(row.distributor_id or 0, ""),
            products=sums.get(row.pk, empty)["products"],
            on_hand=sums.get(row.pk, empty)["units"],
            reserved=sums.get(row.pk, empty)["promised"],
        )
        for row in found
    )
