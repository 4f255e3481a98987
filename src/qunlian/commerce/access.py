"""
The only doors from an outside id to a row of commerce; reach is checked here.

An order is within reach when its store is. Stock is within reach of who owns the warehouse: headquarters
all, a distributor those of its subtree.
"""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from qunlian.commerce.models import (
    Account,
    DistributorView,
    Order,
    Product,
    StorePlaceView,
    StoreView,
    Transfer,
    Warehouse,
)
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Forbidden, NotFound

Row = TypeVar("Row", bound=Model)

#: Who works on orders; members place, pay, sign and cancel their own.
FULFILLERS = frozenset({Role.HEADQUARTERS, Role.SYSTEM, Role.MANAGER, Role.REP, Role.DISTRIBUTOR})
#: Who may give money back.
CASHIERS = frozenset({Role.HEADQUARTERS, Role.SYSTEM, Role.MANAGER, Role.DISTRIBUTOR})


def may(actor: Actor, roles: frozenset[Role]) -> None:
    """
    Let only these roles go on.

    :raises Forbidden: the role may see this but not change it
    """
    if actor.role not in roles:
        raise Forbidden(role=actor.role)


def headquarters_only(actor: Actor) -> None:
    """
    Let only headquarters (or the system) go on.

    :raises Forbidden: the role may see this but not change it
    """
    if not actor.is_headquarters:
        raise Forbidden(role=actor.role)


def orders_within(actor: Actor) -> QuerySet[Order]:
    """Return the orders of stores within reach."""
    if actor.reach.is_everything:
        return Order.objects.all()
    return Order.objects.filter(store_id__in=StoreView.objects.values("id"))


def order_for(actor: Actor, order_id: int, *, is_for_change: bool = False) -> Order:
    """
    Open one order; for a change its row is locked, first of all locks.

    :raises NotFound: there is none within the actor's reach
    """
    orders = orders_within(actor)
    return _one(orders.select_for_update() if is_for_change else orders, "order", order_id)


def products_within(actor: Actor) -> QuerySet[Product]:
    """Return the products: members see what is on sale."""
    if actor.role is Role.MEMBER:
        return Product.objects.filter(status="on_sale")
    return Product.objects.all()


def product_for(actor: Actor, product_id: int) -> Product:
    """
    Open one product.

    :raises NotFound: there is none that the actor may see
    """
    return _one(products_within(actor), "product", product_id)


def store_place_for(actor: Actor, store_id: int) -> StorePlaceView:
    """
    Open a store's place in the two trees.

    :raises NotFound: there is no such store within the actor's reach
    """
    del actor
    return _one(StorePlaceView.objects.all(), "store", store_id)


def warehouses_within(actor: Actor) -> QuerySet[Warehouse]:
    """Return the warehouses of distributors within reach; staff see the enterprise's too."""
    if actor.reach.is_everything:
        return Warehouse.objects.all()
    inside = Q(distributor_id__in=DistributorView.objects.values("id"))
    if actor.role in (Role.MANAGER, Role.REP, Role.GROUP_MANAGER):
        inside |= Q(distributor_id=None)
    return Warehouse.objects.filter(inside)


def warehouse_for(actor: Actor, warehouse_id: int) -> Warehouse:
    """
    Open one warehouse.

    :raises NotFound: there is none within the actor's reach
    """
    return _one(warehouses_within(actor), "warehouse", warehouse_id)


def accounts_within(actor: Actor) -> QuerySet[Account]:
    """Return the accounts: headquarters all, others those of stores and distributors within reach."""
    if actor.reach.is_everything:
        return Account.objects.all()
    return Account.objects.filter(
        Q(owner_kind="store", owner_id__in=StoreView.objects.values("id"))
        | Q(owner_kind="distributor", owner_id__in=DistributorView.objects.values("id"))
    )


def account_for(actor: Actor, account_id: int) -> Account:
    """
    Open one account of the ledger.

    :raises NotFound: there is none within the actor's reach
    """
    return _one(accounts_within(actor), "account", account_id)


def transfer_for(actor: Actor, transfer_id: int) -> Transfer:
    """
    Open one transfer; its parts are on several owners' accounts, so only headquarters sees it whole.

    :raises NotFound: there is none, or the actor is not headquarters
    """
    transfers = Transfer.objects.all() if actor.is_headquarters else Transfer.objects.none()
    return _one(transfers, "transfer", transfer_id)


def _one(rows: QuerySet[Row], kind: str, row_id: int) -> Row:
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise NotFound(kind=kind, id=row_id)
    return row
