"""Background work of commerce: the cashier's notes and refunds, expiry, the nightly recount."""

import logging
from typing import Any
from zoneinfo import ZoneInfo

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from qunlian.channel.queries.enterprises import enterprises_at_work
from qunlian.commerce.actions.close_books import close_books
from qunlian.commerce.actions.expire_order import expire_order
from qunlian.commerce.actions.reconcile_ledger import reconcile_ledger
from qunlian.commerce.actions.repay import repay as repay_at_cashier
from qunlian.commerce.actions.settle_payment import settle_payment
from qunlian.commerce.actions.take_note import CashierNote, take_note
from qunlian.commerce.queries.payments import paid_without_note, unpaid_due
from qunlian.kernel import clock
from qunlian.kernel.actor import system_actor

CHINA = ZoneInfo("Asia/Shanghai")
logger = logging.getLogger(__name__)
#: As WeChat Pay repeats its notes, but at most for an hour: the look-after job polls as well.
_AGAIN = RetryStrategy(max_attempts=8, exponential_wait=5)


@app.task(name="commerce.deliver_note", retry=_AGAIN)
def deliver_note(enterprise_id: int, note: dict[str, Any]) -> None:
    """Bring one note of the test cashier to us."""
    take_note(actor=system_actor(enterprise_id), note=CashierNote(**note), now=clock.now())


@app.task(name="commerce.repay", retry=_AGAIN)
def repay(enterprise_id: int, refund_id: int) -> None:
    """Hand one refund to the cashier."""
    repay_at_cashier(actor=system_actor(enterprise_id), refund_id=refund_id, now=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="commerce.look_after_payments", queueing_lock="commerce.look_after_payments")
def look_after_payments(timestamp: int) -> None:
    """Poll for payments that no note told us of, and let unpaid orders expire."""
    now = clock.now()
    for enterprise_id in enterprises_at_work():
        actor = system_actor(enterprise_id)
        for order_id in paid_without_note(actor, now=now):
            settle_payment(actor=actor, order_id=order_id, now=now)
        for order_id in unpaid_due(actor, now=now):
            expire_order(actor=actor, order_id=order_id, now=now)


@app.periodic(cron="10 19 * * *")
@app.task(name="commerce.close_books", queueing_lock="commerce.close_books")
def close_all_books(timestamp: int) -> None:
    """Close every enterprise's books up to midnight, at 3:10 China time."""
    now = clock.now()
    midnight = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    for enterprise_id in enterprises_at_work():
        close_books(actor=system_actor(enterprise_id), until=midnight, now=now)


@app.periodic(cron="20 19 * * *")
@app.task(name="commerce.reconcile_ledgers", queueing_lock="commerce.reconcile_ledgers")
def reconcile_ledgers(timestamp: int) -> None:
    """Recount every enterprise's ledger, at 3:20 China time."""
    for enterprise_id in enterprises_at_work():
        found = reconcile_ledger(actor=system_actor(enterprise_id), now=clock.now())
        if found.problems:
            logger.error("ledger of enterprise %s: %s", enterprise_id, found.problems)
