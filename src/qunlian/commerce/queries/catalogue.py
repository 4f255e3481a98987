"""What a store can buy and at what price; what headquarters keeps in the catalogue."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, Sum

from qunlian.commerce import access
from qunlian.commerce.models import Price, Product, Stock, TerritoryView, Warehouse
from qunlian.commerce.rules.prices import Buyer, Terms, price_for
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound
from qunlian.kernel.paging import Page

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One product as one store may buy it; ``available`` is what its warehouse can still promise."""

    product_id: int
    code: str
    name: str
    spec: str
    unit: str
    picture: str
    description: str
    price_fen: int
    retail_fen: int | None
    available: int

    @property
    def margin_fen(self) -> int | None:
        """Return what a unit earns the store at the suggested retail price."""
        return None if self.retail_fen is None else self.retail_fen - self.price_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRow:
    """A product in the console's list; stock over all warehouses within reach."""

    product_id: int
    code: str
    name: str
    spec: str
    unit: str
    picture: str
    status: str
    base_price_fen: int | None
    price_count: int
    on_hand: int
    reserved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRow:
    """One price and whom it holds for."""

    price_id: int
    territory_id: int | None
    territory_name: str
    store_type: str
    distributor_tier: int | None
    price_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRow:
    """How much lies in one warehouse."""

    warehouse_id: int
    code: str
    name: str
    distributor_id: int | None
    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        """Return what can still be promised."""
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCard:
    """A product with all its prices and stock."""

    product_id: int
    code: str
    name: str
    spec: str
    unit: str
    picture: str
    description: str
    retail_fen: int | None
    status: str
    prices: tuple[PriceRow, ...]
    stock: tuple[StockRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """
    Who supplies a store: its buyer's marks for prices, and the warehouses in order of nearness.

    ``seller_of`` names the distributor of each warehouse; None = the enterprise itself.
    """

    buyer: Buyer
    warehouse_ids: tuple[int, ...]
    seller_of: dict[int, int | None]


def supply_of(actor: Actor, store_id: int) -> Supply:
    """
    Find what prices and stock depend on for one store.

    The nearest warehouse comes first: of its own distributor, of that one's parents, of the enterprise.

    :raises NotFound: there is no such store within the actor's reach
    """
    with scope.reading(actor):
        place = access.store_place_for(actor, store_id)
        chain = _ids(place.distributor_path or "/")[::-1]
        rows = Warehouse.objects.filter(
            Q(distributor_id__in=chain) | Q(distributor_id=None), is_active=True
        ).values_list("id", "distributor_id")
        nearness = {distributor_id: step for step, distributor_id in enumerate(chain)}
        ordered = sorted(rows, key=lambda row: (nearness.get(row[1] or 0, len(chain)), row[0]))
    buyer = Buyer(
        territory_ids=_ids(place.territory_path),
        store_type=place.type,
        distributor_tier=place.distributor_tier or 0,
    )
    return Supply(
        buyer=buyer, warehouse_ids=tuple(pk for pk, _ in ordered), seller_of=dict(ordered)
    )


def list_offers(
    actor: Actor, store_id: int, *, product_ids: Iterable[int] | None = None
) -> tuple[Offer, ...]:
    """
    Return what a store can buy, with its own prices; products without a price for it are left out.

    :raises NotFound: there is no such store within the actor's reach
    """
    with scope.reading(actor):
        supply = supply_of(actor, store_id)
        products = Product.objects.filter(status="on_sale").order_by("code")
        if product_ids is not None:
            products = products.filter(pk__in=list(product_ids))
        rows = list(products[:500])
        prices = prices_of([row.pk for row in rows], supply.buyer)
        stock = _nearest_stock([row.pk for row in rows], supply.warehouse_ids)
    return tuple(
        Offer(
            product_id=row.pk,
            code=row.code,
            name=row.name,
            spec=row.spec,
            unit=row.unit,
            picture=row.picture,
            description=row.description,
            price_fen=prices[row.pk],
            retail_fen=row.retail_fen,
            available=stock.get(row.pk, 0),
        )
        for row in rows
        if row.pk in prices
    )


def product_offer(actor: Actor, product_id: int, store_id: int) -> Offer:
    """
    Return one product as one store may buy it.

    :raises NotFound: no such product on sale, or not offered to this store
    """
    found = list_offers(actor, store_id, product_ids=[product_id])
    if not found:
        raise NotFound(kind="product", id=product_id)
    return found[0]


def prices_of(product_ids: list[int], buyer: Buyer) -> dict[int, int]:
    """Return the price of each product that has one for this buyer; inside a scope."""
    terms: dict[int, list[Terms]] = defaultdict(list)
    rows = Price.objects.filter(
        Q(territory_id=None) | Q(territory_id__in=buyer.territory_ids), product_id__in=product_ids
    )
    for row in rows:
        terms[row.product_id].append(
            Terms(
                price_fen=row.price_fen,
                territory_id=row.territory_id,
                store_type=row.store_type,
                distributor_tier=row.distributor_tier,
            )
        )
    chosen = {pk: price_for(buyer, each) for pk, each in terms.items()}
    return {pk: each.price_fen for pk, each in chosen.items() if each}


def list_products(
    actor: Actor, *, search: str = "", status: str = "", after: str = ""
) -> Page[ProductRow]:
    """Return a page of the catalogue, by code."""
    with scope.reading(actor):
        rows = access.products_within(actor).order_by("code")
        if search:
            rows = rows.filter(Q(code__icontains=search) | Q(name__icontains=search))
        if status:
            rows = rows.filter(status=status)
        if after:
            rows = rows.filter(code__gt=after)
        found = list(rows[: PAGE_ROWS + 1])
        shown = found[:PAGE_ROWS]
        ids = [row.pk for row in shown]
        stock = _stock_within(actor, ids)
        prices: dict[int, list[Price]] = defaultdict(list)
        for price in Price.objects.filter(product_id__in=ids):
            prices[price.product_id].append(price)
    return Page(
        rows=tuple(_product_row(row, prices[row.pk], stock.get(row.pk, (0, 0))) for row in shown),
        next_key=shown[-1].code if len(found) > PAGE_ROWS else None,
    )


def product_card(actor: Actor, product_id: int) -> ProductCard:
    """
    Return one product with its prices, most general first, and its stock within reach.

    :raises NotFound: there is none that the actor may see
    """
    with scope.reading(actor):
        row = access.product_for(actor, product_id)
        prices = list(Price.objects.filter(product_id=row.pk))
        names = dict(
            TerritoryView.objects.filter(
                pk__in=[each.territory_id for each in prices if each.territory_id]
            ).values_list("id", "name")
        )
        stock = _stock_rows(actor, row.pk)
    ordered = sorted(
        prices, key=lambda p: (p.territory_id or 0, p.store_type, p.distributor_tier or -1)
    )
    return ProductCard(
        product_id=row.pk,
        code=row.code,
        name=row.name,
        spec=row.spec,
        unit=row.unit,
        picture=row.picture,
        description=row.description,
        retail_fen=row.retail_fen,
        status=row.status,
        prices=tuple(
            PriceRow(
                price_id=each.pk,
                territory_id=each.territory_id,
                territory_name=names.get(each.territory_id or 0, ""),
                store_type=each.store_type,
                distributor_tier=each.distributor_tier,
                price_fen=each.price_fen,
            )
            for each in ordered
        ),
        stock=stock,
    )


def product_names(actor: Actor, product_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of products the actor may see."""
    with scope.reading(actor):
        rows = access.products_within(actor).filter(pk__in=set(product_ids))
        return dict(rows.values_list("pk", "name"))


def _ids(path: str) -> tuple[int, ...]:
    return tuple(int(part) for part in path.split("/") if part)


def _product_row(row: Product, prices: list[Price], stock: tuple[int, int]) -> ProductRow:
    base = [
        each.price_fen
        for each in prices
        if each.territory_id is None and not each.store_type and each.distributor_tier is None
    ]
    return ProductRow(
        product_id=row.pk,
        code=row.code,
        name=row.name,
        spec=row.spec,
        unit=row.unit,
        picture=row.picture,
        status=row.status,
        base_price_fen=base[0] if base else None,
        price_count=len(prices),
        on_hand=stock[0],
        reserved=stock[1],
    )


def _nearest_stock(product_ids: list[int], warehouse_ids: tuple[int, ...]) -> dict[int, int]:
    """Return what one warehouse at most can promise of each product."""
    rows = Stock.objects.filter(product_id__in=product_ids, warehouse_id__in=warehouse_ids)
    most: dict[int, int] = {}
    for row in rows:
        most[row.product_id] = max(most.get(row.product_id, 0), row.on_hand - row.reserved)
    return most


def _stock_within(actor: Actor, product_ids: list[int]) -> dict[int, tuple[int, int]]:
    rows = (
        Stock.objects.filter(
            product_id__in=product_ids,
            warehouse_id__in=access.warehouses_within(actor).values("id"),
        )
        .values("product_id")
        .annotate(all_on_hand=Sum("on_hand"), all_reserved=Sum("reserved"))
    )
    return {row["product_id"]: (row["all_on_hand"], row["all_reserved"]) for row in rows}


def _stock_rows(actor: Actor, product_id: int) -> tuple[StockRow, ...]:
    warehouses = access.warehouses_within(actor).filter(is_active=True).order_by("code")
    known = {
        row.warehouse_id: row
        for row in Stock.objects.filter(
            product_id=product_id, warehouse_id__in=warehouses.values("id")
        )
    }
    rows = warehouses.order_by(F("distributor_id").asc(nulls_first=True), "code")[:200]
    return tuple(
        StockRow(
            warehouse_id=row.pk,
            code=row.code,
            name=row.name,
            distributor_id=row.distributor_id,
            on_hand=known[row.pk].on_hand if row.pk in known else 0,
            reserved=known[row.pk].reserved if row.pk in known else 0,
        )
        for row in rows
    )
