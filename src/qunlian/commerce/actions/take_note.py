"""Take in what the cashier tells us: late, twice or out of order, it counts once."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.commerce import access, steps
from qunlian.commerce.models import Note, Order, Payment, Refund
from qunlian.commerce.steps.orders import settle_refund
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict
from qunlian.kernel.typed import whole


class NoteTooEarly(Conflict):
    """A refund was reported before its payment; the cashier will tell us again."""

    code: ClassVar[str] = "commerce.note_too_early"


@dataclass(frozen=True, slots=True, kw_only=True)
class CashierNote:
    """
    One notification.

    :param key: the cashier's own id of it, the same when repeated
    :param kind: paid | refunded
    :param reference: the receipt's number, or for a refund our refund's id
    """

    key: str
    kind: str
    bill_token: str
    amount_fen: int
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenNote:
    """What became of it: applied, repeat, late, wrong_amount, unknown."""

    outcome: str


def take_note(*, actor: Actor, note: CashierNote, now: datetime) -> TakenNote:
    """
    Take in one notification of the cashier.

    :raises Forbidden: only the machinery takes notes in
    :raises NoteTooEarly: a refund of a payment that we don't know of yet; deliver it again later
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        paid = Payment.objects.filter(bill_token=note.bill_token)
        orders = access.orders_within(actor).select_for_update()
        order = orders.filter(pk__in=paid.values("order_id")).first()
        if Note.objects.filter(key=note.key).exists():
            return TakenNote(outcome="repeat")
        outcome = _apply(actor, order, paid.get(), note, now) if order else "unknown"
        Note.objects.create(
            enterprise_id=actor.enterprise_id,
            key=note.key,
            kind=note.kind,
            bill_token=note.bill_token,
            amount_fen=note.amount_fen,
            outcome=outcome,
            taken_at=now,
        )
        about = {"order": [order.pk], "store": [order.store_id]} if order else {}
        journal.record(
            "commerce.note_taken",
            actor=actor,
            at=now,
            about=about,
            kind=note.kind,
            outcome=outcome,
            amount_fen=note.amount_fen,
        )
        return TakenNote(outcome=outcome)


def _apply(actor: Actor, order: Order, payment: Payment, note: CashierNote, now: datetime) -> str:
    if note.kind == "paid":
        money = steps.Money(amount_fen=note.amount_fen, receipt_number=note.reference)
        return steps.apply_paid(order, payment, money, actor=actor, at=now)
    if payment.state != "paid":
        raise NoteTooEarly(key=note.key)
    refund = Refund.objects.filter(pk=whole(note.reference) or 0, order_id=order.pk).first()
    if refund is None:
        return "unknown"
    if refund.amount_fen != note.amount_fen:
        return "wrong_amount"
    return "applied" if settle_refund(order, refund, actor=actor, at=now) else "repeat"
