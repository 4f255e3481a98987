"""
What is scarce per day or month, counted before it is spent: a guarded upsert, and a CHECK behind it.

Each unit leaves the moment it was spent, so that "twice in 90 days" and "this month" are counted alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from qunlian.kernel import scope
from qunlian.platforms.wecom.accounts import Account

_SPEND = """
INSERT INTO platforms_wecom_quota AS q (enterprise_id, kind, subject, spent_at, cap)
SELECT %(enterprise)s, %(kind)s, subject, array_fill(%(now)s::timestamptz, ARRAY[least(units, %(cap)s)]),
    %(cap)s
FROM unnest(%(subjects)s::text[], %(units)s::int[]) AS asked (subject, units) ORDER BY subject
ON CONFLICT (enterprise_id, kind, subject) DO UPDATE SET
    cap = EXCLUDED.cap,
    spent_at = ARRAY(SELECT at FROM unnest(q.spent_at) AS at WHERE at >= %(since)s) || EXCLUDED.spent_at[
        : EXCLUDED.cap - cardinality(ARRAY(SELECT at FROM unnest(q.spent_at) AS at WHERE at >= %(since)s))]
WHERE cardinality(ARRAY(SELECT at FROM unnest(q.spent_at) AS at WHERE at >= %(since)s)) < EXCLUDED.cap
RETURNING subject, cardinality(array_positions(spent_at, %(now)s::timestamptz))
"""
_USED_UP = """
SELECT kind, count(*) FROM platforms_wecom_quota WHERE cap <= (
    SELECT count(*) FROM unnest(spent_at) AS at WHERE at >= CASE kind
        WHEN 'mass' THEN %(month)s WHEN 'transfer_to' THEN %(today)s
        WHEN 'remind' THEN %(day)s ELSE %(quarter)s END)
GROUP BY kind
"""
_GIVE_BACK = """
UPDATE platforms_wecom_quota q SET spent_at = array_remove(q.spent_at, %(now)s::timestamptz) || array_fill(
    %(now)s::timestamptz,
    ARRAY[greatest(0, cardinality(array_positions(q.spent_at, %(now)s::timestamptz)) - back.units)])
FROM unnest(%(subjects)s::text[], %(units)s::int[]) AS back (subject, units)
WHERE q.kind = %(kind)s AND q.subject = back.subject
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How much of a kind each subject may have since a moment."""

    kind: str
    cap: int
    since: datetime


def spend(
    account: Account, allowance: Allowance, asked: Mapping[str, int], *, now: datetime
) -> dict[str, int]:
    """Take units for each subject; return how many each got: fewer where no more were left, or none."""
    if not asked or allowance.cap < 1:
        return {}
    with scope.writing(account.machinery), connection.cursor() as cursor:
        cursor.execute(
            _SPEND,
            {
                "enterprise": account.enterprise_id,
                "kind": allowance.kind,
                "subjects": list(asked),
                "units": list(asked.values()),
                "cap": allowance.cap,
                "since": allowance.since,
                "now": now,
            },
        )
        return dict(cursor.fetchall())


def used_up(now: datetime) -> dict[str, int]:
    """Count, per kind, who has nothing left of what he may have in the running period; inside a scope."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    terms = {"month": today.replace(day=1), "today": today, "day": now - timedelta(days=1)}
    with connection.cursor() as cursor:
        cursor.execute(_USED_UP, terms | {"quarter": now - timedelta(days=90)})
        return dict(cursor.fetchall())


def give_back(account: Account, kind: str, unused: Mapping[str, int], *, now: datetime) -> None:
    """Return units that were spent at ``now`` and not used after all."""
    if not unused:
        return
    with scope.writing(account.machinery), connection.cursor() as cursor:
        cursor.execute(
            _GIVE_BACK,
            {
                "kind": kind,
                "subjects": list(unused),
                "units": list(unused.values()),
                "now": now,
            },
        )
