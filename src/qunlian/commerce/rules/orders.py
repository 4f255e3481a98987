"""The order's life: which act leads from which state to which, and what may still be given back."""

from collections.abc import Mapping, Sequence
from enum import StrEnum


class State(StrEnum):
    """Where an order stands."""

    AWAITING_PAYMENT = "awaiting_payment"
    NEW = "new"
    CONFIRMED = "confirmed"
    SHIPPED = "shipped"
    SIGNED = "signed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Act(StrEnum):
    """What can be done with an order."""

    PAY = "pay"
    CONFIRM = "confirm"
    SHIP = "ship"
    SIGN = "sign"
    CANCEL = "cancel"
    EXPIRE = "expire"


MOVES: dict[tuple[State, Act], State] = {
    (State.AWAITING_PAYMENT, Act.PAY): State.NEW,
    (State.AWAITING_PAYMENT, Act.CANCEL): State.CANCELLED,
    (State.AWAITING_PAYMENT, Act.EXPIRE): State.EXPIRED,
    (State.NEW, Act.CONFIRM): State.CONFIRMED,
    (State.NEW, Act.CANCEL): State.CANCELLED,
    (State.CONFIRMED, Act.SHIP): State.SHIPPED,
    (State.CONFIRMED, Act.CANCEL): State.CANCELLED,
    (State.SHIPPED, Act.SIGN): State.SIGNED,
}
#: Of these, money may be given back.
REFUNDABLE = frozenset({State.NEW, State.CONFIRMED, State.SHIPPED, State.SIGNED})
#: The columns of the console's board, in the order of work.
BOARD = (State.AWAITING_PAYMENT, State.NEW, State.CONFIRMED, State.SHIPPED, State.SIGNED)


def after(state: str, act: Act) -> State | None:
    """Return where an act leads, or None where it cannot be done."""
    return MOVES.get((State(state), act))


def acts(state: str) -> tuple[Act, ...]:
    """Return what can be done in a state, in the order of the table."""
    return tuple(act for (origin, act) in MOVES if origin == state)


def refundable_fen(state: str, paid_fen: int, refunded_fen: int) -> int:
    """Return how much may still be given back."""
    return paid_fen - refunded_fen if State(state) in REFUNDABLE else 0


def space_of(*, is_member: bool, is_from_group: bool) -> str:
    """Tell where an order came from: staff write it down offline, members order online or out of a group."""
    if not is_member:
        return "offline"
    return "community" if is_from_group else "online"


def choose_warehouse(
    nearest_first: Sequence[int],
    available: Mapping[tuple[int, int], int],
    quantities: Mapping[int, int],
) -> int | None:
    """
    Choose the nearest warehouse that can promise a whole order; else the nearest that carries it all.

    :param available: (warehouse, product) → units; a product that a warehouse doesn't carry is missing
    :return: None when no warehouse carries all of it
    """
    carrying = [
        warehouse
        for warehouse in nearest_first
        if all((warehouse, product) in available for product in quantities)
    ]
    for warehouse in carrying:
        if all(available[warehouse, product] >= units for product, units in quantities.items()):
            return warehouse
    return carrying[0] if carrying else None
