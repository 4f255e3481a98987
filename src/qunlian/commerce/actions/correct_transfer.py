"""Correct the ledger the only way there is: by a transfer the other way round."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.commerce import access, steps
from qunlian.commerce.models import Account, Entry
from qunlian.commerce.rules.ledger import AccountRef, Kind, Leg, NewTransfer
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid

#: Only what people wrote down by hand; an order's money moves with the order.
CORRECTABLE = frozenset({"payment_received"})


class NotCorrectable(Conflict):
    """An order's money moves with the order: refund or cancel that instead."""

    code: ClassVar[str] = "commerce.not_correctable"


class ReasonMissing(Invalid):
    """Say why this is corrected."""

    code: ClassVar[str] = "commerce.reason_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedTransfer:
    """The new transfer."""

    transfer_id: int


def correct_transfer(
    *, actor: Actor, transfer_id: int, reason: str, now: datetime
) -> CorrectedTransfer:
    """
    Post the opposite of a transfer, once; the wrong one stays, for ever, beside it.

    :raises NotFound: no such transfer, or the actor is not headquarters
    :raises ReasonMissing: no reason
    :raises NotCorrectable: it belongs to an order, or is itself a correction
    :raises KeyReused: it was corrected before, for another reason
    """
    with scope.writing(actor):
        wrong = access.transfer_for(actor, transfer_id)
        said = reason.strip()[:200]
        if not said:
            raise ReasonMissing
        if wrong.kind not in CORRECTABLE:
            raise NotCorrectable
        entries = Entry.objects.filter(transfer_id=wrong.pk, happened_at=wrong.happened_at)
        accounts = Account.objects.in_bulk(list(entries.values_list("account_id", flat=True)))
        legs = tuple(
            Leg(_ref(accounts[entry.account_id]), -entry.amount_fen)
            for entry in entries.order_by("account_id")
        )
        posted = steps.post(
            NewTransfer(
                key=f"correction of {wrong.pk}",
                kind="correction",
                legs=legs,
                about_kind=wrong.about_kind,
                about_id=wrong.about_id,
                note=said,
                corrects_id=wrong.pk,
            ),
            actor=actor,
            at=now,
        )
        if posted.is_new:
            journal.record(
                "commerce.transfer_corrected",
                actor=actor,
                at=now,
                about={"transfer": [wrong.pk, posted.transfer_id]},
                reason=said,
            )
        return CorrectedTransfer(transfer_id=posted.transfer_id)


def _ref(account: Account) -> AccountRef:
    return AccountRef(Kind(account.kind), account.owner_kind, account.owner_id)
