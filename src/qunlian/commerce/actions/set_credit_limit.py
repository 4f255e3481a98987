"""Say how much a store may owe."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db.models import Q

from qunlian.commerce import access, steps
from qunlian.commerce.models import Account
from qunlian.commerce.rules.ledger import receivable_of
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid


class LimitBelowDebt(Invalid):
    """The store owes more than that already; the limit cannot be lower than what it owes."""

    code: ClassVar[str] = "commerce.limit_below_debt"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLimit:
    """What a store may owe from now on."""

    store_id: int
    limit_fen: int


def set_credit_limit(*, actor: Actor, store_id: int, limit_fen: int, now: datetime) -> CreditLimit:
    """
    Let a store owe up to ``limit_fen``; 0 = no orders on account.

    :raises NotFound: no such store within the actor's reach
    :raises Forbidden: only headquarters gives credit
    :raises LimitBelowDebt: below what it owes now, or below nothing
    """
    with scope.writing(actor):
        access.store_place_for(actor, store_id)
        access.headquarters_only(actor)
        account_id = steps.open_account(receivable_of(store_id), actor=actor, at=now)
        fits = Account.objects.filter(Q(balance_fen__lte=limit_fen), pk=account_id)
        if limit_fen < 0 or not fits.update(limit_fen=limit_fen):
            raise LimitBelowDebt
        journal.record(
            "commerce.credit_limit_set",
            actor=actor,
            at=now,
            about={"store": [store_id]},
            limit_fen=limit_fen,
        )
        return CreditLimit(store_id=store_id, limit_fen=limit_fen)
