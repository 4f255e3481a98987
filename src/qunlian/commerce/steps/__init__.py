"""
Writes without a transaction of their own, for an action to call inside its one.

ledger.py   ``post``: the only way money enters the ledger
stock.py    units promised, given back, taken out
orders.py   the order's moves, and the money that goes with them
bulk.py     one act on many orders, each for itself
Locks are taken in one order everywhere: the orders' rows by id, then stock by warehouse and product, then
accounts by id; so nobody waits in a circle.
"""

from qunlian.commerce.steps.ledger import (
    BooksClosed,
    CreditExceeded,
    KeyReused,
    Posted,
    Unbalanced,
    open_account,
    post,
)
from qunlian.commerce.steps.orders import (
    AmountTooHigh,
    Money,
    MovedOrder,
    Parcel,
    Repayment,
    WrongState,
    apply_paid,
    close,
    give_back,
    goods_of,
    move,
    moved,
    send_off,
)
from qunlian.commerce.steps.stock import (
    Busy,
    OutOfStock,
    release_stock,
    reserve_stock,
    take_stock,
)

__all__ = [
    "AmountTooHigh",
    "BooksClosed",
    "Busy",
    "CreditExceeded",
    "KeyReused",
    "Money",
    "MovedOrder",
    "OutOfStock",
    "Parcel",
    "Posted",
    "Repayment",
    "Unbalanced",
    "WrongState",
    "apply_paid",
    "close",
    "give_back",
    "goods_of",
    "move",
    "moved",
    "open_account",
    "post",
    "release_stock",
    "reserve_stock",
    "send_off",
    "take_stock",
]
