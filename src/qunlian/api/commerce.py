"""Orders, catalogue and ledger over the API; operation ids are the actions' and queries' names."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from qunlian.api.asking import actor_of
from qunlian.commerce.actions.adjust_stock import adjust_stock
from qunlian.commerce.actions.cancel_order import cancel_order
from qunlian.commerce.actions.confirm_order import confirm_order
from qunlian.commerce.actions.place_order import NewOrder, place_order
from qunlian.commerce.actions.refund_order import refund_order
from qunlian.commerce.actions.save_product import ProductDetails, save_product
from qunlian.commerce.actions.set_price import PriceTerms, set_price
from qunlian.commerce.actions.ship_order import ship_order
from qunlian.commerce.actions.sign_order import sign_order
from qunlian.commerce.queries import catalogue, ledger, orders
from qunlian.commerce.steps import Repayment
from qunlian.kernel import clock

router = Router(tags=["commerce"])


class OfferOut(Schema):
    """One product as a store may buy it; money in fen."""

    product_id: int
    code: str
    name: str
    spec: str
    unit: str
    price_fen: int
    retail_fen: int | None
    available: int


class ProductOut(Schema):
    """A product of the catalogue."""

    product_id: int
    code: str
    name: str
    spec: str
    unit: str
    status: str
    base_price_fen: int | None
    on_hand: int
    reserved: int


class ProductPage(Schema):
    """A page of products; ``next_key`` is the next call's ``after``."""

    rows: list[ProductOut]
    next_key: str | None


class ProductIn(Schema):
    """What is said of a product."""

    code: str
    name: str
    spec: str = ""
    unit: str = ""
    description: str = ""
    retail_fen: int | None = None
    status: str = "on_sale"


class PriceIn(Schema):
    """A price and whom it holds for; null takes it away."""

    price_fen: int | None
    territory_id: int | None = None
    store_type: str = ""
    distributor_tier: int | None = None


class StockIn(Schema):
    """Units that came in, or with a minus that are missing."""

    warehouse_id: int
    change: int
    note: str


class StockOut(Schema):
    """What lies there now."""

    on_hand: int
    reserved: int


class SavedProductOut(Schema):
    """The product's id."""

    product_id: int


class OrderOut(Schema):
    """One order in a list."""

    order_id: int
    number: str
    store_id: int
    store_name: str
    state: str
    pay_mode: str
    space: str
    total_fen: int
    paid_fen: int
    refunded_fen: int
    goods: str
    units: int
    group_id: int | None
    broadcast_id: int | None
    placed_at: datetime


class OrderPage(Schema):
    """A page of orders, newest first; ``next_key`` is the next call's ``after``."""

    rows: list[OrderOut]
    next_key: str | None


class LineOut(Schema):
    """One line of an order."""

    product_id: int
    name: str
    quantity: int
    price_fen: int
    amount_fen: int


class OrderCardOut(Schema):
    """One order whole."""

    row: OrderOut
    lines: list[LineOut]
    note: str
    carrier: str
    tracking_number: str
    steward_staff_id: int | None
    refundable_fen: int
    acts: list[str]


class LineIn(Schema):
    """A product and how many units."""

    product_id: int
    units: int


class OrderIn(Schema):
    """An order; the same ``request_key`` again is the same order."""

    store_id: int
    lines: list[LineIn]
    pay_mode: str
    request_key: str
    expected_total_fen: int | None = None
    group_id: int | None = None
    broadcast_id: int | None = None
    note: str = ""


class PlacedOut(Schema):
    """Where the order stands."""

    order_id: int
    number: str
    state: str
    total_fen: int
    is_new: bool


class ShipIn(Schema):
    """Who brings it."""

    carrier: str = ""
    tracking_number: str = ""


class NoteIn(Schema):
    """Why."""

    note: str = ""


class RefundIn(Schema):
    """Money back, once under its ``request_key``."""

    amount_fen: int
    request_key: str
    reason: str = ""


class RefundOut(Schema):
    """What was given back."""

    order_id: int
    refund_id: int
    amount_fen: int
    state: str
    order_state: str


class KindOut(Schema):
    """All accounts of one kind."""

    kind: str
    accounts: int
    debit_fen: int
    credit_fen: int


class TrialBalanceOut(Schema):
    """The whole ledger; ``off_by_fen`` is 0 or it is broken."""

    kinds: list[KindOut]
    off_by_fen: int
    reconciled_at: datetime | None


@router.get(
    "/stores/{store_id}/offers", response=list[OfferOut], operation_id="commerce_list_offers"
)
def list_offers(request: HttpRequest, store_id: int) -> list[Any]:
    """What a store can buy, at its own prices."""
    return list(catalogue.list_offers(actor_of(request), store_id))


@router.get("/products", response=ProductPage, operation_id="commerce_list_products")
def list_products(request: HttpRequest, search: str = "", status: str = "", after: str = "") -> Any:
    """The catalogue, by code."""
    return catalogue.list_products(actor_of(request), search=search, status=status, after=after)


@router.post("/products", response=SavedProductOut, operation_id="commerce_save_product")
def add_product(request: HttpRequest, product: ProductIn, product_id: int | None = None) -> Any:
    """Add a product, or change the one named by ``product_id``."""
    details = ProductDetails(**product.dict())
    return save_product(
        actor=actor_of(request), product_id=product_id, details=details, now=clock.now()
    )


@router.post(
    "/products/{product_id}/price", response=SavedProductOut, operation_id="commerce_set_price"
)
def price_product(request: HttpRequest, product_id: int, price: PriceIn) -> Any:
    """Set, change or take away one price."""
    terms = PriceTerms(**price.dict())
    return set_price(actor=actor_of(request), product_id=product_id, terms=terms, now=clock.now())


@router.post(
    "/products/{product_id}/stock", response=StockOut, operation_id="commerce_adjust_stock"
)
def stock_product(request: HttpRequest, product_id: int, stock: StockIn) -> Any:
    """Write down units that came in or are missing."""
    return adjust_stock(
        actor=actor_of(request), product_id=product_id, now=clock.now(), **stock.dict()
    )


@router.get("/orders", response=OrderPage, operation_id="commerce_list_orders")
def list_orders(
    request: HttpRequest, state: str = "", space: str = "", store_id: int = 0, after: str = ""
) -> Any:
    """Orders within reach, newest first."""
    wanted = orders.OrderFilter(state=state, space=space, store_id=store_id or None)
    return orders.list_orders(actor_of(request), wanted, after=after)


@router.post("/orders", response=PlacedOut, operation_id="commerce_place_order")
def place(request: HttpRequest, order: OrderIn) -> Any:
    """Order for a store: on account, or to be paid at the cashier on the phone."""
    given = order.dict(exclude={"lines"})
    quantities = tuple((line.product_id, line.units) for line in order.lines)
    wanted = NewOrder(quantities=quantities, **given)
    return place_order(actor=actor_of(request), order=wanted, now=clock.now())


@router.get("/orders/{order_id}", response=OrderCardOut, operation_id="commerce_order_card")
def order_card(request: HttpRequest, order_id: int) -> Any:
    """One order whole."""
    return orders.order_card(actor_of(request), order_id)


@router.post(
    "/orders/{order_id}/confirm", response=OrderCardOut, operation_id="commerce_confirm_order"
)
def confirm(request: HttpRequest, order_id: int) -> Any:
    """Accept a new order."""
    confirm_order(actor=actor_of(request), order_id=order_id, now=clock.now())
    return orders.order_card(actor_of(request), order_id)


@router.post("/orders/{order_id}/ship", response=OrderCardOut, operation_id="commerce_ship_order")
def ship(request: HttpRequest, order_id: int, shipment: ShipIn) -> Any:
    """Let the goods leave the warehouse."""
    ship_order(actor=actor_of(request), order_id=order_id, now=clock.now(), **shipment.dict())
    return orders.order_card(actor_of(request), order_id)


@router.post("/orders/{order_id}/sign", response=OrderCardOut, operation_id="commerce_sign_order")
def sign(request: HttpRequest, order_id: int, why: NoteIn) -> Any:
    """Sign for a shipped order; staff say why."""
    sign_order(actor=actor_of(request), order_id=order_id, note=why.note, now=clock.now())
    return orders.order_card(actor_of(request), order_id)


@router.post(
    "/orders/{order_id}/cancel", response=OrderCardOut, operation_id="commerce_cancel_order"
)
def cancel(request: HttpRequest, order_id: int, why: NoteIn) -> Any:
    """Call an order off; what was paid goes back."""
    cancel_order(actor=actor_of(request), order_id=order_id, reason=why.note, now=clock.now())
    return orders.order_card(actor_of(request), order_id)


@router.post("/orders/{order_id}/refund", response=RefundOut, operation_id="commerce_refund_order")
def refund(request: HttpRequest, order_id: int, money: RefundIn) -> Any:
    """Give money back, all or a part."""
    repayment = Repayment(**money.dict())
    return refund_order(
        actor=actor_of(request), order_id=order_id, repayment=repayment, now=clock.now()
    )


@router.get("/ledger", response=TrialBalanceOut, operation_id="commerce_trial_balance")
def trial_balance(request: HttpRequest) -> Any:
    """The whole ledger by kind of account; headquarters only."""
    return ledger.trial_balance(actor_of(request))
