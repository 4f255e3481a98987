"""
What is scarce per day or month, counted before it is spent: a guarded upsert, and a CHECK behind it.

Each unit leaves the moment it was spent, so that "twice in 90 days" and "this month" are counted alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from qunlian.kernel import scope
from qunlian.platforms.wecom.accounts import Account

_SPEND = """
INSERT INTO platforms_wecom_quota AS q (enterprise_id, kind, subject, spent_at, cap)
SELECT %(enterprise)s, %(kind)s, subject, ARRAY[%(now)s::timestamptz], %(cap)s
FROM unnest(%(subjects)s::text[]) AS subject ORDER BY subject
ON CONFLICT (enterprise_id, kind, subject) DO UPDATE SET
    cap = EXCLUDED.cap,
    spent_at = ARRAY(SELECT at FROM unnest(q.spent_at) AS at WHERE at >= %(since)s) || %(now)s::timestamptz
WHERE cardinality(ARRAY(SELECT at FROM unnest(q.spent_at) AS at WHERE at >= %(since)s)) < EXCLUDED.cap
RETURNING subject
"""
_GIVE_BACK = """
UPDATE platforms_wecom_quota
SET spent_at = spent_at[:array_position(spent_at, %(now)s::timestamptz) - 1]
    || spent_at[array_position(spent_at, %(now)s::timestamptz) + 1:]
WHERE kind = %(kind)s AND subject = ANY(%(subjects)s) AND spent_at @> ARRAY[%(now)s::timestamptz]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How much of a kind each subject may have since a moment."""

    kind: str
    cap: int
    since: datetime


def spend(
    account: Account, allowance: Allowance, subjects: Sequence[str], *, now: datetime
) -> set[str]:
    """Take one unit for each subject; return those that had one left. Subjects are counted once each."""
    if not subjects or allowance.cap < 1:
        return set()
    with scope.writing(account.machinery), connection.cursor() as cursor:
        cursor.execute(
            _SPEND,
            {
                "enterprise": account.enterprise_id,
                "kind": allowance.kind,
                "subjects": sorted(set(subjects)),
                "cap": allowance.cap,
                "since": allowance.since,
                "now": now,
            },
        )
        return {subject for (subject,) in cursor.fetchall()}


def give_back(account: Account, kind: str, subjects: Sequence[str], *, now: datetime) -> None:
    """Return what was spent at ``now`` and not used after all."""
    if not subjects:
        return
    with scope.writing(account.machinery), connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, {"kind": kind, "subjects": list(subjects), "now": now})
