"""Write down that a store paid what it owes, by bank transfer or cash."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.commerce import access, steps
from qunlian.commerce.rules.ledger import AccountRef, Kind, NewTransfer, move, receivable_of
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid


class NothingReceived(Invalid):
    """Enter an amount above 0."""

    code: ClassVar[str] = "commerce.nothing_received"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedPayment:
    """The transfer that stands for it."""

    transfer_id: int
    is_new: bool


def receive_payment(
    *, actor: Actor, store_id: int, amount_fen: int, request_key: str, note: str, now: datetime
) -> ReceivedPayment:
    """
    Take a store's payment onto its account, once under the request key.

    :param note: where it came from, e.g. the bank's reference
    :raises NotFound: no such store within the actor's reach
    :raises Forbidden: only headquarters keeps the books
    :raises NothingReceived: nothing, or less
    :raises KeyReused: the key stands for another payment
    """
    with scope.writing(actor):
        access.store_place_for(actor, store_id)
        access.headquarters_only(actor)
        if amount_fen <= 0:
            raise NothingReceived
        posted = steps.post(
            NewTransfer(
                key=f"received {request_key}",
                kind="payment_received",
                legs=move(AccountRef(Kind.BANK), receivable_of(store_id), amount_fen),
                about_kind="store",
                about_id=store_id,
                note=note.strip()[:200],
            ),
            actor=actor,
            at=now,
        )
        if posted.is_new:
            journal.record(
                "commerce.payment_received",
                actor=actor,
                at=now,
                about={"store": [store_id]},
                amount_fen=amount_fen,
            )
        return ReceivedPayment(transfer_id=posted.transfer_id, is_new=posted.is_new)
