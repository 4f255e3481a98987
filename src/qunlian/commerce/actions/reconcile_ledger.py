"""Recount the whole ledger from its entries and say what does not agree."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from qunlian.commerce import access
from qunlian.commerce.models import Account, Reconciliation, Transfer
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor

_STORED_DIFFERS = """
SELECT a.id, a.balance_fen, coalesce(e.total, 0) FROM commerce_account a
LEFT JOIN (SELECT account_id, sum(amount_fen) AS total FROM commerce_entry GROUP BY account_id) e
    ON e.account_id = a.id
WHERE a.balance_fen IS NOT NULL AND a.balance_fen <> coalesce(e.total, 0) ORDER BY a.id LIMIT 100
"""
_UNBALANCED = """
SELECT t.id, coalesce(e.total, 0), coalesce(e.parts, 0) FROM commerce_transfer t
LEFT JOIN (SELECT transfer_id, sum(amount_fen) AS total, count(*) AS parts,
        sum(amount_fen) FILTER (WHERE amount_fen > 0) AS volume
    FROM commerce_entry GROUP BY transfer_id) e ON e.transfer_id = t.id
WHERE e.total IS DISTINCT FROM 0 OR e.parts <> t.entry_count OR e.volume <> t.volume_fen
ORDER BY t.id LIMIT 100
"""
#: A balance at a closing of the books is the sum of all entries before it.
_CLOSED_DIFFERS = """
SELECT c.account_id, c.balance_fen, coalesce(e.total, 0)
FROM (SELECT DISTINCT ON (account_id) account_id, balance_fen, closed_until
      FROM commerce_closed_balance ORDER BY account_id, closed_until DESC) c
LEFT JOIN LATERAL (SELECT sum(amount_fen) AS total FROM commerce_entry
    WHERE account_id = c.account_id AND happened_at < c.closed_until) e ON true
WHERE c.balance_fen <> coalesce(e.total, 0) ORDER BY c.account_id LIMIT 100
"""
#: What a store's order was paid and refunded must stand in the ledger, fen for fen.
_ORDERS_DIFFER = """
SELECT o.id, o.paid_fen - o.refunded_fen, coalesce(t.net, 0) FROM commerce_order o
LEFT JOIN (SELECT about_id, sum(CASE WHEN kind IN ('order_charged', 'order_paid', 'order_paid_late')
        THEN volume_fen WHEN kind = 'order_refund' THEN -volume_fen ELSE 0 END) AS net
    FROM commerce_transfer WHERE about_kind = 'order' GROUP BY about_id) t ON t.about_id = o.id
WHERE o.ended_at IS NULL AND o.paid_fen - o.refunded_fen <> coalesce(t.net, 0) ORDER BY o.id LIMIT 100
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerReconciled:
    """What was counted; no problems is what we want."""

    accounts: int
    transfers: int
    problems: tuple[str, ...]


def reconcile_ledger(*, actor: Actor, now: datetime) -> LedgerReconciled:
    """
    Compare stored balances, transfers and orders with the entries; write the result down.

    :raises Forbidden: only headquarters or the machinery does this
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        problems: list[str] = []
        for what, query in (
            ("account %s: stored %s, entries %s", _STORED_DIFFERS),
            ("account %s: closed with %s, entries %s", _CLOSED_DIFFERS),
            ("transfer %s: off by %s over %s entries", _UNBALANCED),
            ("order %s: net %s, ledger %s", _ORDERS_DIFFER),
        ):
            with connection.cursor() as cursor:
                cursor.execute(query)
                problems += [what % row for row in cursor.fetchall()]
        counted = LedgerReconciled(
            accounts=Account.objects.count(),
            transfers=Transfer.objects.count(),
            problems=tuple(problems),
        )
        Reconciliation.objects.create(
            enterprise_id=actor.enterprise_id,
            ran_at=now,
            accounts=counted.accounts,
            transfers=counted.transfers,
            problems=problems,
        )
        journal.record(
            "commerce.ledger_reconciled",
            actor=actor,
            at=now,
            transfers=counted.transfers,
            problems=len(problems),
        )
        return counted
