"""What a transfer must be before it may touch the ledger."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

TWO_SIDES = 2


class Kind(StrEnum):
    """Kinds of account. Debit is positive: a store's receivable above 0 is what it owes."""

    RECEIVABLE = "receivable"
    SALES = "sales_income"
    REFUNDS = "refunds"
    REFUNDS_PAYABLE = "refunds_payable"
    CASHIER = "cashier_cash"
    BANK = "bank_cash"


#: Only these keep a stored balance, since only these are guarded by a limit.
GUARDED = frozenset({Kind.RECEIVABLE})


@dataclass(frozen=True, slots=True, order=True)
class AccountRef:
    """An account by what it is; ``owner_id`` 0 = the enterprise itself."""

    kind: Kind
    owner_kind: str = "enterprise"
    owner_id: int = 0


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a transfer: debit above 0, credit below."""

    account: AccountRef
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTransfer:
    """
    A movement of money to be posted.

    :param key: unique for ever in the enterprise; the same key with the same body is the same transfer
    """

    key: str
    kind: str
    legs: tuple[Leg, ...]
    about_kind: str = ""
    about_id: int | None = None
    note: str = ""
    corrects_id: int | None = None

    @property
    def volume_fen(self) -> int:
        """Return the sum of the debits."""
        return sum(leg.amount_fen for leg in self.legs if leg.amount_fen > 0)

    def digest(self) -> str:
        """Return what tells a repeat of this transfer from another body under its key."""
        legs = sorted(
            [leg.account.kind, leg.account.owner_kind, leg.account.owner_id, leg.amount_fen]
            for leg in self.legs
        )
        body = [self.kind, legs, self.about_kind, self.about_id, self.note, self.corrects_id]
        return hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).hexdigest()


def flaw(legs: Sequence[Leg]) -> str:
    """Name what is wrong with a set of legs, or return nothing."""
    if len(legs) < TWO_SIDES:
        return "one-sided"
    if any(leg.amount_fen == 0 for leg in legs):
        return "empty leg"
    if len({leg.account for leg in legs}) != len(legs):
        return "account twice"
    if sum(leg.amount_fen for leg in legs):
        return "unbalanced"
    return ""


def move(debit: AccountRef, credit: AccountRef, amount_fen: int) -> tuple[Leg, ...]:
    """Return the two legs of a plain transfer."""
    return Leg(debit, amount_fen), Leg(credit, -amount_fen)


def receivable_of(store_id: int) -> AccountRef:
    """Name what a store owes."""
    return AccountRef(Kind.RECEIVABLE, "store", store_id)


def of_seller(kind: Kind, distributor_id: int | None) -> AccountRef:
    """Name an account of who sells: a distributor, or the enterprise."""
    if distributor_id is None:
        return AccountRef(kind)
    return AccountRef(kind, "distributor", distributor_id)
