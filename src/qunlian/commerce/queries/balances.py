"""What stands on accounts: the balance at the last closing of the books, and the entries since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from qunlian.commerce.models import Closing

_DERIVED = """
SELECT a.id, coalesce(c.balance_fen, 0) + coalesce(r.moved, 0)
FROM unnest(%(accounts)s::bigint[]) AS a (id)
LEFT JOIN LATERAL (
    SELECT b.balance_fen FROM commerce_closed_balance b
    WHERE b.enterprise_id = current_setting('qunlian.enterprise')::bigint AND b.account_id = a.id
    ORDER BY b.closed_until DESC LIMIT 1) c ON true
LEFT JOIN LATERAL (
    SELECT sum(e.amount_fen) AS moved FROM commerce_entry e
    WHERE e.enterprise_id = current_setting('qunlian.enterprise')::bigint AND e.account_id = a.id
      AND e.happened_at >= coalesce(%(since)s::timestamptz, '-infinity')) r ON true
"""
#: Guarded accounts keep their balance; only the others are derived.
_BY_KIND = """
WITH derived AS (
    SELECT a.id, coalesce(c.balance_fen, 0) + coalesce(r.moved, 0) AS balance
    FROM commerce_account a
    LEFT JOIN LATERAL (
        SELECT b.balance_fen FROM commerce_closed_balance b
        WHERE b.enterprise_id = a.enterprise_id AND b.account_id = a.id
        ORDER BY b.closed_until DESC LIMIT 1) c ON true
    LEFT JOIN (
        SELECT account_id, sum(amount_fen) AS moved FROM commerce_entry
        WHERE happened_at >= coalesce(%(since)s::timestamptz, '-infinity') GROUP BY account_id
    ) r ON r.account_id = a.id
    WHERE a.balance_fen IS NULL
)
SELECT a.kind, count(*), coalesce(sum(greatest(b.fen, 0)), 0), coalesce(sum(greatest(-b.fen, 0)), 0)
FROM commerce_account a LEFT JOIN derived d ON d.id = a.id
CROSS JOIN LATERAL (SELECT coalesce(a.balance_fen, d.balance, 0) AS fen) b
GROUP BY a.kind ORDER BY a.kind
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindTotal:
    """All accounts of one kind."""

    kind: str
    accounts: int
    debit_fen: int
    credit_fen: int

    @property
    def balance_fen(self) -> int:
        """Return debits less credits."""
        return self.debit_fen - self.credit_fen


def closed_until() -> datetime | None:
    """Return up to when the books are closed, inside an open scope; None before the first time."""
    row = Closing.objects.order_by("-closed_until").first()
    return row.closed_until if row else None


def derived_balances(account_ids: Sequence[int]) -> dict[int, int]:
    """Return the balances of accounts from their last closing and the entries since, inside an open scope."""
    if not account_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_DERIVED, {"accounts": list(account_ids), "since": closed_until()})
        return {account_id: int(fen) for account_id, fen in cursor.fetchall()}


def totals_by_kind() -> tuple[KindTotal, ...]:
    """Return debits and credits of each kind of account, inside an open scope."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_KIND, {"since": closed_until()})
        return tuple(
            KindTotal(kind=kind, accounts=count, debit_fen=int(debit), credit_fen=int(credit))
            for kind, count, debit, credit in cursor.fetchall()
        )
