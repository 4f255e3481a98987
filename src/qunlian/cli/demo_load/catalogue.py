"""What is sold, at which price to whom, and where it lies."""

from dataclasses import dataclass
from typing import Any

from qunlian.channel.queries.distributors import top_distributors
from qunlian.cli.demo_load.laying import Laying
from qunlian.commerce.actions.adjust_stock import adjust_stock
from qunlian.commerce.actions.open_warehouse import open_warehouse
from qunlian.commerce.actions.save_product import ProductDetails, save_product
from qunlian.commerce.actions.set_price import PriceTerms, set_price
from qunlian.commerce.queries.catalogue import list_products, product_card
from qunlian.kernel.paging import every_row

WHOLESALE = "批发部"
MAIN = ("CK00", "总仓")
_ON_SALE_SINCE = 58


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A product as orders and cards need it."""

    product_id: int
    code: str
    name: str
    pieces_per_case: int
    price_fen: int


def lay_catalogue(laying: Laying) -> None:
    """Save the products with their prices, open the warehouses and fill them."""
    known = _known(laying)
    at = laying.moment(_ON_SALE_SINCE, 9)
    for row in laying.demo.products.iter_rows(named=True):
        if row["code"] in known:
            continue
        details = ProductDetails(
            code=row["code"],
            name=row["name"],
            spec=f"{row['pieces_per_case']}{row['unit']}/箱",
            unit=row["unit"],
            description=f"{row['series']}系列",
            retail_fen=row["price_retail_fen"],
        )
        saved = save_product(
            actor=laying.headquarters, product_id=None, details=details, now=at
        ).product_id
        known[row["code"]] = saved
    for row in laying.demo.products.iter_rows(named=True):
        _price(laying, known[row["code"]], row)
    _stock(laying, known)


def articles(laying: Laying) -> list[Article]:
    """Return the products, in the order of the demo's catalogue."""
    known = _known(laying)
    return [
        Article(
            product_id=known[row["code"]],
            code=row["code"],
            name=row["name"],
            pieces_per_case=row["pieces_per_case"],
            price_fen=row["price_store_fen"],
        )
        for row in laying.demo.products.iter_rows(named=True)
    ]


def _known(laying: Laying) -> dict[str, int]:
    rows = every_row(lambda after: list_products(laying.headquarters, after=after))
    return {row.code: row.product_id for row in rows}


def _price(laying: Laying, product_id: int, row: dict[str, Any]) -> None:
    """Stores pay the store's price, wholesalers that of tier 2; those whom tier 1 serves a little less."""
    at = laying.moment(_ON_SALE_SINCE, 10)
    terms = [
        PriceTerms(price_fen=row["price_store_fen"]),
        PriceTerms(price_fen=row["price_tier2_fen"], store_type=WHOLESALE),
        PriceTerms(price_fen=round(row["price_store_fen"] * 0.97 / 10) * 10, distributor_tier=1),
    ]
    for each in terms:
        set_price(actor=laying.headquarters, product_id=product_id, terms=each, now=at)


def _stock(laying: Laying, products: dict[str, int]) -> None:
    """Open the enterprise's warehouse and one of each tier-1 distributor, and fill those that are empty."""
    dice, at = laying.dice("stock"), laying.moment(_ON_SALE_SINCE, 11)
    some = next(iter(products.values()))
    open_ones = {row.code for row in product_card(laying.headquarters, some).stock}
    if MAIN[0] not in open_ones:
        open_warehouse(actor=laying.headquarters, code=MAIN[0], name=MAIN[1], now=at)
    for dealer in top_distributors(laying.headquarters):
        if f"CK{dealer.code}" not in open_ones:
            open_warehouse(
                actor=laying.headquarters,
                code=f"CK{dealer.code}",
                name=f"{dealer.name}仓",
                distributor_id=dealer.id,
                now=at,
            )
    for product_id in products.values():
        for place in product_card(laying.headquarters, product_id).stock:
            units = 40_000 if place.code == MAIN[0] else int(dice.integers(600, 9_000))
            is_kept = place.code == MAIN[0] or dice.random() < 0.6  # noqa: PLR2004
            if is_kept and not place.on_hand:
                adjust_stock(
                    actor=laying.headquarters,
                    product_id=product_id,
                    warehouse_id=place.warehouse_id,
                    change=units,
                    note="期初入库",
                    now=at,
                )
