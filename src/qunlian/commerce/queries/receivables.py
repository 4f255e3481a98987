"""What stores owe, by how long they owe it; payments settle the oldest orders first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page
from qunlian.kernel.typed import wholes

PAGE_ROWS = 50
#: A debt's parts: younger than so many days each, the rest is older.
AGES_DAYS = (30, 60, 90)
#: Whoever owes B owes his latest charges that add up to B: all before were settled by what came in.
_AGEING = """
WITH owing AS (
    SELECT a.id, a.enterprise_id, a.owner_id, a.balance_fen, a.limit_fen, s.name, s.code
    FROM commerce_account a
    JOIN channel_store_view s ON s.enterprise_id = a.enterprise_id AND s.id = a.owner_id
    WHERE a.kind = 'receivable' AND a.owner_kind = 'store' AND a.balance_fen > 0
      AND (%(fen)s::bigint IS NULL OR (a.balance_fen, a.id) < (%(fen)s, %(id)s))
    ORDER BY a.balance_fen DESC, a.id DESC LIMIT %(limit)s
), charged AS (
    SELECT o.id, e.happened_at, e.amount_fen, o.balance_fen,
           sum(e.amount_fen) OVER (PARTITION BY o.id ORDER BY e.happened_at DESC, e.transfer_id DESC)
               - e.amount_fen AS newer
    FROM owing o
    JOIN commerce_entry e ON e.enterprise_id = o.enterprise_id AND e.account_id = o.id
         AND e.amount_fen > 0
), unpaid AS (
    SELECT id, happened_at, least(amount_fen, balance_fen - newer) AS fen
    FROM charged WHERE newer < balance_fen
)
SELECT o.id, o.owner_id, o.code, o.name, o.balance_fen, coalesce(o.limit_fen, 0),
       coalesce(sum(u.fen) FILTER (WHERE u.happened_at > %(first)s), 0),
       coalesce(sum(u.fen) FILTER (WHERE u.happened_at <= %(first)s AND u.happened_at > %(second)s), 0),
       coalesce(sum(u.fen) FILTER (WHERE u.happened_at <= %(second)s AND u.happened_at > %(third)s), 0),
       coalesce(sum(u.fen) FILTER (WHERE u.happened_at <= %(third)s), 0), min(u.happened_at)
FROM owing o LEFT JOIN unpaid u ON u.id = o.id
GROUP BY o.id, o.owner_id, o.code, o.name, o.balance_fen, o.limit_fen
ORDER BY o.balance_fen DESC, o.id DESC
"""
_TOTAL = """
SELECT count(*), coalesce(sum(a.balance_fen), 0) FROM commerce_account a
JOIN channel_store_view s ON s.enterprise_id = a.enterprise_id AND s.id = a.owner_id
WHERE a.kind = 'receivable' AND a.owner_kind = 'store' AND a.balance_fen > 0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What one store owes: in all, by age (up to 30, 60, 90 days, older), and since when."""

    account_id: int
    store_id: int
    code: str
    store_name: str
    owed_fen: int
    limit_fen: int
    by_age_fen: tuple[int, int, int, int]
    since_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Debts:
    """How many stores owe something, and what they owe together."""

    stores: int
    owed_fen: int


def list_receivables(
    actor: Actor, *, now: datetime, after: str = "", limit: int = PAGE_ROWS
) -> Page[Debt]:
    """Return a page of the stores within reach that owe something, those that owe most first."""
    fen, _, account = after.partition("~")
    key = wholes(fen, account)
    first, second, third = (now - timedelta(days=days) for days in AGES_DAYS)
    facts = {
        "fen": key[0] if key else None,
        "id": key[1] if key else None,
        "limit": limit + 1,
        "first": first,
        "second": second,
        "third": third,
    }
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(_AGEING, facts)
        rows = cursor.fetchall()
    shown = tuple(
        Debt(
            account_id=row[0],
            store_id=row[1],
            code=row[2],
            store_name=row[3],
            owed_fen=row[4],
            limit_fen=row[5],
            by_age_fen=(int(row[6]), int(row[7]), int(row[8]), int(row[9])),
            since_at=row[10],
        )
        for row in rows[:limit]
    )
    last = shown[-1] if len(rows) > limit else None
    return Page(rows=shown, next_key=f"{last.owed_fen}~{last.account_id}" if last else None)


def all_receivables(actor: Actor) -> Debts:
    """Return what all stores within reach owe together."""
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(_TOTAL)
        stores, owed = cursor.fetchone()
    return Debts(stores=stores, owed_fen=int(owed))
