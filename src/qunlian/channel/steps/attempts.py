"""Attempts to log in, counted before anything is looked at: many at once cannot slip past the limit."""

from datetime import datetime

from django.db import connection, transaction

from qunlian.channel.models import LoginAttempt
from qunlian.channel.rules import accounts as rules
from qunlian.kernel.errors import RateLimited

_TAKE = """
INSERT INTO channel_login_attempt AS kept (key, window_at, failures) VALUES (%s, %s, 1)
ON CONFLICT (key, window_at) DO UPDATE SET failures = kept.failures + 1 WHERE kept.failures < %s
RETURNING failures
"""
_GIVE_BACK = """
UPDATE channel_login_attempt SET failures = greatest(failures - 1, 0)
WHERE key = ANY(%s) AND window_at = %s
"""


def take(keys: tuple[tuple[str, int], ...], now: datetime) -> None:
    """
    Count an attempt against each key, in a transaction of its own; it stays counted whatever comes after.

    :raises RateLimited: one of them has had as many as it may
    """
    window = rules.window_of(now)
    with transaction.atomic(), connection.cursor() as cursor:
        for key, limit in keys:
            cursor.execute(_TAKE, [key, window, limit])
            if cursor.fetchone() is None:
                raise RateLimited(retry_after_seconds=rules.seconds_left(now))


def give_back(keys: tuple[tuple[str, int], ...], now: datetime) -> None:
    """Take an attempt back that turned out right; what a log-in name failed before is forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, [[key for key, _ in keys], rules.window_of(now)])
    own = [key for key, _ in keys if key.startswith("login:")]
    LoginAttempt.objects.filter(key__in=own, window_at__lte=now).delete()
