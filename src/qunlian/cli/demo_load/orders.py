"""Orders of the last weeks, in every state, with their money."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from numpy.random import Generator

from qunlian.channel.queries.actors import actor_of_account
from qunlian.channel.steps import AlreadyEnlisted
from qunlian.cli.demo_load.broadcasts import AIRINGS, broadcast_ids
from qunlian.cli.demo_load.catalogue import Article, articles
from qunlian.cli.demo_load.laying import Laying
from qunlian.cli.demo_load.matrix import store_groups, stores_in
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
from qunlian.commerce.actions.set_credit_limit import LimitBelowDebt, set_credit_limit
from qunlian.commerce.actions.ship_order import ship_order
from qunlian.commerce.actions.sign_order import sign_order
from qunlian.commerce.actions.take_note import CashierNote, take_note
from qunlian.community.actions.join_group import Joining, join_group
from qunlian.community.queries.members import members_of
from qunlian.kernel.actor import Actor, Reach, Role

DAYS = 21
CREDIT_FEN = 3_000_000
_CARRIERS = ("", "", "德邦快递", "顺丰速运")
#: how far orders have come, by age in days: the chances of each life
_LIVES = ("signed", "shipped", "confirmed", "new", "cancelled", "expired")
_BY_AGE = (
    (1.0, (0.0, 0.1, 0.3, 0.52, 0.04, 0.04)),
    (4.0, (0.35, 0.37, 0.15, 0.03, 0.05, 0.05)),
    (99.0, (0.87, 0.03, 0.0, 0.0, 0.05, 0.05)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """An owner who orders on his phone."""

    member: Actor
    store_id: int
    group_id: int
    has_credit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An order, who placed it, when, and how far it shall come."""

    buyer: Buyer
    order: PlacedOrder
    at: datetime
    life: str
    is_on_account: bool


def lay_orders(laying: Laying, *, count: int = 120) -> None:
    """Let owners order, pay, be sent goods and sign; some cancel, some get money back, some owe."""
    dice = laying.dice("orders")
    buyers = _buyers(laying, dice, max(3, count // 3))
    if not buyers:
        return
    goods, told = articles(laying), _told(laying)
    placed: list[Placed] = []
    ages = sorted((float(age) for age in dice.beta(1, 1.6, count) * DAYS), reverse=True)
    for number, age in enumerate(ages):
        at = min(_in_the_day(laying, dice, age), laying.now - timedelta(minutes=2))
        buyer = buyers[int(dice.integers(len(buyers)))]
        order = _order(dice, buyer, goods, number, _recent(told, at, dice))
        actor = buyer.member if dice.random() < 0.88 else laying.headquarters  # noqa: PLR2004
        one = Placed(
            buyer=buyer,
            order=place_order(actor=actor, order=order, now=at),
            at=at,
            life=_life(dice, laying.now - at),
            is_on_account=order.pay_mode == "account",
        )
        placed.append(one)
        with suppress(steps.WrongState):  # taken this far before an interruption
            _live(laying, dice, one)
    _give_back(laying, dice, placed)
    _receive(laying, dice, placed)
    _await_payment(laying, dice, buyers, goods)
    reconcile_ledger(actor=laying.machinery, now=laying.now)


def _buyers(laying: Laying, dice: Generator, count: int) -> list[Buyer]:
    """Let some owners of live groups join on their phones; half of them may buy on account."""
    phones = dict(laying.demo.stores.select("code", "owner_phone").iter_rows())
    names = dict(laying.demo.stores.select("code", "owner_name").iter_rows())
    groups = store_groups(laying, "live")
    buyers: list[Buyer] = []
    at = laying.moment(DAYS + 2, 12)
    for place in range(count if groups else 0):
        group = groups[place % len(groups)]
        rows = [row for row in stores_in(laying, group.group_id) if row.people]
        row = rows[int(dice.integers(len(rows)))]
        joining = Joining(store_id=row.store_id, name=names[row.code], phone=phones[row.code])
        member = _member(laying, group.group_id, joining, at)
        if member is None:
            continue
        has_credit = place % 2 == 0
        if has_credit:
            with suppress(LimitBelowDebt):
                set_credit_limit(
                    actor=laying.headquarters, store_id=row.store_id, limit_fen=CREDIT_FEN, now=at
                )
        buyers.append(
            Buyer(
                member=member,
                store_id=row.store_id,
                group_id=group.group_id,
                has_credit=has_credit,
            )
        )
    return buyers


def _member(laying: Laying, group_id: int, joining: Joining, at: datetime) -> Actor | None:
    """Return the owner with his own account; one who joined before an interruption, by his seat."""
    try:
        joined = join_group(actor=laying.machinery, joining=joining, now=at)
        return actor_of_account(joined.account_id)
    except AlreadyEnlisted:
        seats = members_of(laying.headquarters, group_id)
        person = next((row.person_id for row in seats if row.store_id == joining.store_id), None)
        if person is None:
            return None
        return Actor(
            enterprise_id=laying.machinery.enterprise_id,
            role=Role.MEMBER,
            person_id=person,
            reach=Reach(store_ids=(joining.store_id,)),
        )


def _in_the_day(laying: Laying, dice: Generator, age: float) -> datetime:
    """Shops order between breakfast and bedtime."""
    return laying.moment(int(age), int(dice.integers(8, 21)), int(dice.integers(60)))


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


def _order(
    dice: Generator, buyer: Buyer, goods: Sequence[Article], number: int, broadcast_id: int | None
) -> NewOrder:
    chosen = dice.choice(len(goods), int(dice.integers(1, 4)), replace=False)
    quantities = tuple(
        (goods[at].product_id, goods[at].pieces_per_case * int(dice.integers(1, 4)))
        for at in chosen.tolist()
    )
    is_from_group = broadcast_id is not None or dice.random() < 0.7  # noqa: PLR2004
    is_on_account = buyer.has_credit and dice.random() < 0.7  # noqa: PLR2004
    return NewOrder(
        store_id=buyer.store_id,
        quantities=quantities,
        pay_mode="account" if is_on_account else "cashier",
        request_key=f"demo-{number}",
        group_id=buyer.group_id if is_from_group else None,
        broadcast_id=broadcast_id,
    )


def _life(dice: Generator, age: timedelta) -> str:
    days = age / timedelta(days=1)
    chances = next(each for most, each in _BY_AGE if days <= most)
    return str(dice.choice(_LIVES, p=chances))


def _live(laying: Laying, dice: Generator, one: Placed) -> None:
    """Take an order as far as it shall come; nothing of it after now."""
    who, order_id, member = laying.headquarters, one.order.order_id, one.buyer.member
    hours = iter(dice.uniform(0.3, 1.0, 4).tolist())

    at = one.at

    def later(most: float) -> datetime:
        nonlocal at
        at = min(at + timedelta(hours=most * next(hours)), laying.now)
        return at

    if one.life == "cancelled":
        cancel_order(actor=member, order_id=order_id, now=later(0.2))
        return
    if not one.is_on_account:
        if one.life == "expired":
            expire_order(actor=laying.machinery, order_id=order_id, now=at + timedelta(minutes=16))
            return
        _pay(laying, one, at + timedelta(minutes=1))
    if one.life in ("new", "expired"):
        return
    confirm_order(actor=who, order_id=order_id, now=later(3))
    if one.life == "confirmed":
        return
    carrier = _CARRIERS[int(dice.integers(len(_CARRIERS)))]
    number = f"LX{order_id:08d}" if carrier else ""
    ship_order(actor=who, order_id=order_id, carrier=carrier, tracking_number=number, now=later(20))
    if one.life == "signed":
        sign_order(actor=member, order_id=order_id, now=later(48))


def _pay(laying: Laying, one: Placed, at: datetime) -> None:
    """Pay at the cashier, and hear of it from the cashier."""
    token = one.order.bill_token
    paid = pay_bill(actor=one.buyer.member, token=token, now=at)
    note = CashierNote(
        key=f"paid {paid.receipt_number}",
        kind="paid",
        bill_token=token,
        amount_fen=paid.amount_fen,
        reference=paid.receipt_number,
    )
    take_note(actor=laying.machinery, note=note, now=at + timedelta(seconds=4))


def _give_back(laying: Laying, dice: Generator, placed: Sequence[Placed]) -> None:
    """Give some money back: broken bottles, or a case too many."""
    signed = [one for one in placed if one.life == "signed"]
    for place in range(min(6, len(signed) // 4)):
        one = signed[place * 4 + 1]
        part = 0.1 if dice.random() < 0.7 else 0.5  # noqa: PLR2004
        repayment = steps.Repayment(
            amount_fen=max(100, round(one.order.total_fen * part / 100) * 100),
            request_key=f"demo-refund-{place}",
            reason=("运输破损", "多发一箱退回", "临期换货差价")[place % 3],
        )
        at = min(one.at + timedelta(days=4), laying.now)
        refund = refund_order(
            actor=laying.headquarters, order_id=one.order.order_id, repayment=repayment, now=at
        )
        if refund.state == "asked":
            repay(actor=laying.machinery, refund_id=refund.refund_id, now=at)
            note = CashierNote(
                key=f"refunded {refund.refund_id}",
                kind="refunded",
                bill_token=one.order.bill_token,
                amount_fen=refund.amount_fen,
                reference=str(refund.refund_id),
            )
            take_note(actor=laying.machinery, note=note, now=at)


def _receive(laying: Laying, dice: Generator, placed: Sequence[Placed]) -> None:
    """Let two of three stores that bought on account pay what they bought more than ten days ago."""
    owed: dict[int, int] = {}
    for one in placed:
        is_old = laying.now - one.at > timedelta(days=10)
        if one.is_on_account and is_old and one.life == "signed":
            owed[one.buyer.store_id] = owed.get(one.buyer.store_id, 0) + one.order.total_fen
    for place, (store_id, fen) in enumerate(sorted(owed.items())):
        if place % 3 < 2:  # noqa: PLR2004
            receive_payment(
                actor=laying.headquarters,
                store_id=store_id,
                amount_fen=fen,
                request_key=f"demo-received-{store_id}",
                note="银行转账",
                now=laying.moment(int(dice.integers(1, 6)), 16),
            )


def _await_payment(
    laying: Laying, dice: Generator, buyers: Sequence[Buyer], goods: Sequence[Article]
) -> None:
    """Leave two orders at the cashier, placed minutes ago."""
    for number in range(2):
        buyer = buyers[number % len(buyers)]
        order = replace(
            _order(dice, buyer, goods, number, None),
            pay_mode="cashier",
            request_key=f"demo-open-{number}",
        )
        at = laying.now - timedelta(minutes=2 - number)
        place_order(actor=buyer.member, order=order, now=at)
