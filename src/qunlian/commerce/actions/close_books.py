"""Close the books up to a moment, so that a balance is one row and what came since."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import connection

from qunlian.commerce import access
from qunlian.commerce.models import Closing
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid

#: Whatever is being posted now says "now"; so far back nothing is on its way any more.
SETTLED = timedelta(hours=1)
#: Those who post hold it shared, from their entries to their commit: nobody slips in behind the count.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('books ' || %s, 0))"
_CLOSE = """
INSERT INTO commerce_closed_balance (enterprise_id, account_id, closed_until, balance_fen)
SELECT %(enterprise)s, e.account_id, %(until)s, coalesce(c.balance_fen, 0) + e.moved
FROM (SELECT account_id, sum(amount_fen) AS moved FROM commerce_entry
      WHERE enterprise_id = %(enterprise)s AND happened_at < %(until)s
        AND (%(since)s::timestamptz IS NULL OR happened_at >= %(since)s)
      GROUP BY account_id) e
LEFT JOIN LATERAL (
    SELECT b.balance_fen FROM commerce_closed_balance b
    WHERE b.enterprise_id = %(enterprise)s AND b.account_id = e.account_id
    ORDER BY b.closed_until DESC LIMIT 1) c ON true
"""


class TooEarly(Invalid):
    """Books are closed one hour after the moment at the earliest."""

    code: ClassVar[str] = "commerce.too_early"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedBooks:
    """Up to when they are closed, and how many accounts moved; ``is_new`` is false for a repeat."""

    closed_until: datetime
    accounts: int
    is_new: bool


def close_books(*, actor: Actor, until: datetime, now: datetime) -> ClosedBooks:
    """
    Write every moved account's balance at ``until`` down and let nothing enter before it any more.

    Closing again, or an earlier moment, changes nothing.

    :raises Forbidden: only headquarters or the machinery does this
    :raises TooEarly: less than an hour ago
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        if until > now - SETTLED:
            raise TooEarly
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [str(actor.enterprise_id)])
            last = Closing.objects.order_by("-closed_until").first()
            if last is not None and last.closed_until >= until:
                return ClosedBooks(
                    closed_until=last.closed_until, accounts=last.accounts, is_new=False
                )
            cursor.execute(
                _CLOSE,
                {
                    "enterprise": actor.enterprise_id,
                    "until": until,
                    "since": last.closed_until if last else None,
                },
            )
            accounts = int(cursor.rowcount)
        Closing.objects.create(
            enterprise_id=actor.enterprise_id, closed_until=until, closed_at=now, accounts=accounts
        )
        journal.record("commerce.books_closed", actor=actor, at=now, until=until, accounts=accounts)
        return ClosedBooks(closed_until=until, accounts=accounts, is_new=True)
