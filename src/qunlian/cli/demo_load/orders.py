"""Orders of the last weeks, in every state, with their money."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from numpy.random import Generator

from qunlian.cli.demo_load.broadcasts import AIRINGS, broadcast_ids
from qunlian.cli.demo_load.buyers import Buyer, let_join
from qunlian.cli.demo_load.catalogue import Article, articles
from qunlian.cli.demo_load.laying import CHINA, Laying
from qunlian.cli.demo_load.stories import Story, play
from qunlian.commerce import steps
from qunlian.commerce.actions.cancel_order import cancel_order
from qunlian.commerce.actions.confirm_order import confirm_order
from qunlian.commerce.actions.expire_order import expire_order
from qunlian.commerce.actions.pay_bill import pay_bill
from qunlian.commerce.actions.place_order import NewOrder, PlacedOrder, place_order
from qunlian.commerce.actions.receive_payment import receive_payment
from qunlian.commerce.actions.reconcile_ledger import reconcile_ledger
from qunlian.commerce.actions.refund_order import refund_order
from qunlian.commerce.actions.repay import repay
from qunlian.commerce.actions.ship_order import ship_order
from qunlian.commerce.actions.sign_order import sign_order
from qunlian.commerce.actions.take_note import CashierNote, take_note

DAYS = 21
_OPENS, _CLOSES = 8, 21
_CARRIERS = ("", "", "德邦快递", "顺丰速运")
_REASONS = ("运输破损", "多发一箱退回", "临期换货差价")
#: how an order comes about: told to the rep, on the phone, from the group (the rule of thumb is 5 : 3 : 2)
_SPACES = ("offline", "online", "community")
_SHARES = (0.44, 0.24, 0.32)
_FATES = ("signed", "cancelled", "expired", "returned")
_CHANCES = (0.86, 0.05, 0.04, 0.05)
_OWED_FOR = timedelta(days=9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One order: who buys what, how it comes about and how it ends."""

    number: int
    buyer: Buyer
    order: NewOrder
    is_told: bool
    fate: str


@dataclass(slots=True)
class Books:
    """What stores owe: since when, how much."""

    owed: dict[int, list[tuple[datetime, int]]] = field(default_factory=dict)

    def owe(self, store_id: int, at: datetime, fen: int) -> None:
        """Note a debt."""
        self.owed.setdefault(store_id, []).append((at, fen))

    def due(self, store_id: int, before: datetime) -> int:
        """Return what a store owes from before a moment, in fen."""
        return sum(fen for at, fen in self.owed.get(store_id, ()) if at < before)


def find_buyers(laying: Laying, *, count: int) -> list[Buyer]:
    """Let owners join who will order ``count`` times together."""
    joined = laying.moment(DAYS + 2, 12)
    return let_join(laying, laying.dice("buyers"), max(3, count // 4), joined)


def lay_orders(laying: Laying, buyers: Sequence[Buyer], *, count: int) -> None:
    """Let owners order, pay, be sent goods and sign; some cancel, some get money back, some owe."""
    dice = laying.dice("orders")
    if not buyers:
        return
    goods, told, books = articles(laying), _told(laying), Books()
    stories: list[tuple[datetime, Story]] = []
    for number, at in enumerate(_moments(laying, dice, count)):
        buyer = buyers[int(dice.integers(len(buyers)))]
        wanted = _wanted(dice, buyer, goods, number, _recent(told, at, dice))
        stories.append((at, _life(laying, wanted, at, books)))
    for number in range(2):
        at = laying.now - timedelta(minutes=2 - number)
        stories.append((at, _at_the_cashier(laying, buyers[number % len(buyers)], goods, number)))
    for place, store_id in enumerate(sorted({b.store_id for b in buyers if b.has_credit})):
        if place % 3 < 2:  # noqa: PLR2004
            at = laying.moment(1 + place % 5, 16, place % 60)
            stories.append((at, _settle(laying, store_id, at, books)))
    play(stories, until=laying.now)
    reconcile_ledger(actor=laying.machinery, now=laying.now)


def _moments(laying: Laying, dice: Generator, count: int) -> list[datetime]:
    """Return when the orders come: more of them lately, between breakfast and bedtime."""
    found = []
    for age in dice.beta(1, 1.6, count) * DAYS:
        hour, minute = int(dice.integers(_OPENS, _CLOSES)), int(dice.integers(60))
        at = laying.moment(int(age), hour, minute)
        if at > laying.now - timedelta(minutes=3):
            at = laying.moment(int(age) + 1, hour, minute)
        found.append(at)
    return sorted(found)


def _told(laying: Laying) -> list[tuple[datetime, int]]:
    ids = broadcast_ids(laying)
    titles = laying.demo.notices
    return [
        (laying.moment(each.days_ago, each.hour), ids[titles[each.notice].title])
        for each in AIRINGS
        if each.article and titles[each.notice].title in ids
    ]


def _recent(told: Sequence[tuple[datetime, int]], at: datetime, dice: Generator) -> int | None:
    """Return the broadcast that brought an order about, for half of those of the days after it."""
    found = [pk for moment, pk in told if moment < at < moment + timedelta(days=3)]
    return found[-1] if found and dice.random() < 0.5 else None  # noqa: PLR2004


def _wanted(
    dice: Generator, buyer: Buyer, goods: Sequence[Article], number: int, broadcast_id: int | None
) -> Wanted:
    space = str(dice.choice(_SPACES, p=_SHARES))
    is_from_group = space == "community"
    is_on_account = buyer.has_credit and dice.random() < 0.7  # noqa: PLR2004
    order = NewOrder(
        store_id=buyer.store_id,
        quantities=_quantities(dice, goods),
        pay_mode="account" if is_on_account else "cashier",
        request_key=f"demo-{number}",
        group_id=buyer.group_id if is_from_group else None,
        broadcast_id=broadcast_id if is_from_group else None,
    )
    fate = str(dice.choice(_FATES, p=_CHANCES))
    return Wanted(number=number, buyer=buyer, order=order, is_told=space == "offline", fate=fate)


def _quantities(dice: Generator, goods: Sequence[Article]) -> tuple[tuple[int, int], ...]:
    chosen = dice.choice(len(goods), int(dice.integers(1, 4)), replace=False)
    return tuple(
        (goods[at].product_id, goods[at].pieces_per_case * int(dice.integers(1, 4)))
        for at in chosen.tolist()
    )


def _life(laying: Laying, wanted: Wanted, at: datetime, books: Books) -> Story:
    """Tell an order's life; a step that an earlier run took is not taken again."""
    dice = laying.dice(f"order {wanted.number}")
    buyer, rep = wanted.buyer, wanted.buyer.rep
    is_on_account = wanted.order.pay_mode == "account"
    placed = place_order(actor=rep if wanted.is_told else buyer.member, order=wanted.order, now=at)
    if wanted.fate == "cancelled":
        yield (at := at + timedelta(minutes=float(dice.uniform(3, 12))))
        with suppress(steps.WrongState):
            cancel_order(actor=buyer.member, order_id=placed.order_id, now=at)
        return
    if is_on_account:
        books.owe(buyer.store_id, at, placed.total_fen)
    elif wanted.fate == "expired":
        yield (at := at + timedelta(minutes=16))
        expire_order(actor=laying.machinery, order_id=placed.order_id, now=at)
        return
    else:
        yield (at := at + timedelta(minutes=float(dice.uniform(1, 4))))
        with suppress(steps.WrongState):
            _pay(laying, buyer, placed, at)
    yield (at := _working(at + timedelta(hours=float(dice.exponential(5)))))
    with suppress(steps.WrongState):
        confirm_order(actor=rep, order_id=placed.order_id, now=at)
    yield (at := _working(at + timedelta(hours=float(dice.uniform(4, 26)))))
    carrier = _CARRIERS[int(dice.integers(len(_CARRIERS)))]
    tracking = f"LX{placed.order_id:08d}" if carrier else ""
    with suppress(steps.WrongState):
        ship_order(
            actor=rep,
            order_id=placed.order_id,
            carrier=carrier,
            tracking_number=tracking,
            now=at,
        )
    yield (at := _working(at + timedelta(hours=float(dice.uniform(8, 60)))))
    with suppress(steps.WrongState):
        sign_order(actor=buyer.member, order_id=placed.order_id, now=at)
    if wanted.fate == "returned":
        yield (at := _working(at + timedelta(hours=float(dice.uniform(4, 50)))))
        _give_back(laying, wanted, placed, at)


def _working(at: datetime) -> datetime:
    """Return the moment itself in working hours, else the same minute of the next morning."""
    local = at.astimezone(CHINA)
    if local.hour < _OPENS:
        return local.replace(hour=_OPENS)
    if local.hour >= _CLOSES:
        return local.replace(hour=_OPENS) + timedelta(days=1)
    return local


def _pay(laying: Laying, buyer: Buyer, placed: PlacedOrder, at: datetime) -> None:
    """Pay at the cashier, and hear of it from the cashier."""
    paid = pay_bill(actor=buyer.member, token=placed.bill_token, now=at)
    note = CashierNote(
        key=f"paid {paid.receipt_number}",
        kind="paid",
        bill_token=placed.bill_token,
        amount_fen=paid.amount_fen,
        reference=paid.receipt_number,
    )
    take_note(actor=laying.machinery, note=note, now=at + timedelta(seconds=4))


def _give_back(laying: Laying, wanted: Wanted, placed: PlacedOrder, at: datetime) -> None:
    """Give some money back: broken bottles, or a case too many."""
    part = 0.1 if wanted.number % 3 else 0.5
    repayment = steps.Repayment(
        amount_fen=max(100, round(placed.total_fen * part / 100) * 100),
        request_key=f"demo-refund-{wanted.number}",
        reason=_REASONS[wanted.number % len(_REASONS)],
    )
    refund = refund_order(
        actor=laying.headquarters, order_id=placed.order_id, repayment=repayment, now=at
    )
    if refund.state == "asked":
        repay(actor=laying.machinery, refund_id=refund.refund_id, now=at)
        note = CashierNote(
            key=f"refunded {refund.refund_id}",
            kind="refunded",
            bill_token=placed.bill_token,
            amount_fen=refund.amount_fen,
            reference=str(refund.refund_id),
        )
        take_note(actor=laying.machinery, note=note, now=at)


def _settle(laying: Laying, store_id: int, at: datetime, books: Books) -> Story:
    """Let a store pay what it bought on account a good week ago."""
    fen = books.due(store_id, at - _OWED_FOR)
    if fen:
        receive_payment(
            actor=laying.headquarters,
            store_id=store_id,
            amount_fen=fen,
            request_key=f"demo-received-{store_id}",
            note="银行转账",
            now=at,
        )
    yield from ()


def _at_the_cashier(laying: Laying, buyer: Buyer, goods: Sequence[Article], number: int) -> Story:
    """Leave an order at the cashier, placed a minute or two ago."""
    order = NewOrder(
        store_id=buyer.store_id,
        quantities=_quantities(laying.dice(f"open {number}"), goods),
        pay_mode="cashier",
        request_key=f"demo-open-{number}",
        group_id=buyer.group_id,
    )
    at = laying.now - timedelta(minutes=2 - number)
    place_order(actor=buyer.member, order=order, now=at)
    yield from ()
