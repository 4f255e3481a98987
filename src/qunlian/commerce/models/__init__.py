"""Rows of commerce: what is sold, who ordered it, and where the money stands."""

from qunlian.commerce.models.catalogue import Price, Product, Stock, Warehouse
from qunlian.commerce.models.ledger import (
    Account,
    ClosedBalance,
    Closing,
    Entry,
    Reconciliation,
    Transfer,
)
from qunlian.commerce.models.orders import Bill, Note, Order, OrderLine, Payment, Refund, Shipment
from qunlian.commerce.models.views import (
    AssignmentView,
    BroadcastView,
    DistributorView,
    GroupView,
    PersonView,
    StaffView,
    StoreGroupView,
    StorePlaceView,
    StoreView,
    TerritoryView,
)

__all__ = [
    "Account",
    "AssignmentView",
    "Bill",
    "BroadcastView",
    "ClosedBalance",
    "Closing",
    "DistributorView",
    "Entry",
    "GroupView",
    "Note",
    "Order",
    "OrderLine",
    "Payment",
    "PersonView",
    "Price",
    "Product",
    "Reconciliation",
    "Refund",
    "Shipment",
    "StaffView",
    "Stock",
    "StoreGroupView",
    "StorePlaceView",
    "StoreView",
    "TerritoryView",
    "Transfer",
    "Warehouse",
]
