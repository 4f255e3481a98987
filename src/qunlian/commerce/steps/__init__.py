"""
Writes without a transaction of their own, for an action to call inside its one.

ledger.py   ``post``: the only way money enters the ledger
stock.py    units promised, given back, taken out
orders.py   the order's moves, and the money that goes with them
Locks are taken in one order everywhere: the order's row, then stock by product, then accounts by id; so
nobody waits in a circle.
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
    Repayment,
    WrongState,
    apply_paid,
    close,
    give_back,
    move,
    quantities_of,
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
    "OutOfStock",
    "Posted",
    "Repayment",
    "Unbalanced",
    "WrongState",
    "apply_paid",
    "close",
    "give_back",
    "move",
    "open_account",
    "post",
    "quantities_of",
    "release_stock",
    "reserve_stock",
    "take_stock",
]
