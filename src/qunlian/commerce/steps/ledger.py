"""``post`` is the only way money enters the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import IntegrityError, connection
from django.db.models import Q

from qunlian.commerce.models import Account, Transfer
from qunlian.commerce.rules.ledger import GUARDED, AccountRef, NewTransfer, flaw
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid


class KeyReused(Conflict):
    """This request was already used for something else."""

    code = "commerce.key_reused"


class Unbalanced(Invalid):
    """The two sides of this transfer do not add up."""

    code = "commerce.unbalanced"


class BooksClosed(Conflict):
    """The books of that day are closed; what comes later is booked on its own day."""

    code = "commerce.books_closed"


class CreditExceeded(Conflict):
    """This would exceed the store's credit limit."""

    code = "commerce.credit_exceeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Where a transfer stands; ``is_new`` is false for a repeat."""

    transfer_id: int
    is_new: bool


_TRANSFER = """
INSERT INTO commerce_transfer (enterprise_id, key, kind, digest, entry_count, volume_fen, about_kind,
    about_id, corrects_id, note, account_id, happened_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (enterprise_id, key) DO NOTHING RETURNING id
"""
_ENTRIES = """
INSERT INTO commerce_entry (enterprise_id, transfer_id, account_id, amount_fen, happened_at)
SELECT %s, %s, account_id, amount_fen, %s FROM unnest(%s::bigint[], %s::bigint[]) AS n(account_id, amount_fen)
"""


def post(transfer: NewTransfer, *, actor: Actor, at: datetime) -> Posted:
    """
    Put one transfer into the ledger, once for ever under its key.

    :raises KeyReused: the key stands for another transfer already
    :raises Unbalanced: the legs do not sum to nothing, or there is only one side
    :raises BooksClosed: ``at`` lies before the last closing of the books
    :raises CreditExceeded: a guarded account would pass its limit; the transaction is lost with it
    """
    wrong = flaw(transfer.legs)
    if wrong:
        raise Unbalanced(reason=wrong)
    transfer_id = _new_transfer(transfer, actor=actor, at=at)
    if transfer_id is None:
        known = Transfer.objects.get(key=transfer.key)
        if known.digest != transfer.digest():
            raise KeyReused(key=transfer.key)
        return Posted(transfer_id=known.pk, is_new=False)
    refs = [leg.account for leg in transfer.legs]
    opened = _known_accounts(refs)
    accounts = [opened.get(ref) or open_account(ref, actor=actor, at=at) for ref in refs]
    amounts = [leg.amount_fen for leg in transfer.legs]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_ENTRIES, [actor.enterprise_id, transfer_id, at, accounts, amounts])
    except IntegrityError as trouble:
        if "would pass its limit" in str(trouble):
            raise CreditExceeded from trouble
        if "books are closed" in str(trouble):
            raise BooksClosed from trouble
        raise
    return Posted(transfer_id=transfer_id, is_new=True)


def _new_transfer(transfer: NewTransfer, *, actor: Actor, at: datetime) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            _TRANSFER,
            [
                actor.enterprise_id,
                transfer.key,
                transfer.kind,
                transfer.digest(),
                len(transfer.legs),
                transfer.volume_fen,
                transfer.about_kind,
                transfer.about_id,
                transfer.corrects_id,
                transfer.note,
                actor.account_id,
                at,
            ],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


def open_account(ref: AccountRef, *, actor: Actor, at: datetime, limit_fen: int = 0) -> int:
    """Return an account's id, opening it empty when it is new; a guarded one gets ``limit_fen``."""
    found = _known_accounts([ref])
    if found:
        return found[ref]
    is_guarded = ref.kind in GUARDED
    Account.objects.bulk_create(
        [
            Account(
                enterprise_id=actor.enterprise_id,
                kind=ref.kind,
                owner_kind=ref.owner_kind,
                owner_id=ref.owner_id,
                balance_fen=0 if is_guarded else None,
                limit_fen=limit_fen if is_guarded else None,
                opened_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    return _known_accounts([ref])[ref]


def _known_accounts(refs: Sequence[AccountRef]) -> dict[AccountRef, int]:
    alike = [Q(kind=r.kind, owner_kind=r.owner_kind, owner_id=r.owner_id) for r in refs]
    rows = Account.objects.filter(reduce(or_, alike))
    found = {
        (kind, owner_kind, owner_id): pk
        for pk, kind, owner_kind, owner_id in rows.values_list(
            "id", "kind", "owner_kind", "owner_id"
        )
    }
    keys = {ref: (str(ref.kind), ref.owner_kind, ref.owner_id) for ref in refs}
    return {ref: found[key] for ref, key in keys.items() if key in found}
