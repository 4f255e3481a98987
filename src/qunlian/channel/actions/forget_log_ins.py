"""Delete what the registry of log-ins needs no more: old sessions, attempts and one-time links."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

MOST_AT_ONCE = 5000

_SESSIONS = """
DELETE FROM channel_session WHERE session_key IN
    (SELECT session_key FROM channel_session WHERE expire_date < %s LIMIT %s FOR UPDATE SKIP LOCKED)
"""
_ATTEMPTS = """
DELETE FROM channel_login_attempt WHERE id IN
    (SELECT id FROM channel_login_attempt WHERE window_at < %s LIMIT %s FOR UPDATE SKIP LOCKED)
"""
_LINKS = """
DELETE FROM channel_return_link WHERE digest IN
    (SELECT digest FROM channel_return_link WHERE expires_at < %s LIMIT %s FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenLogIns:
    """How many rows were deleted; ``has_more`` when a batch was full."""

    sessions: int
    attempts: int
    links: int

    @property
    def has_more(self) -> bool:
        """Tell whether to go on at once."""
        return max(self.sessions, self.attempts, self.links) == MOST_AT_ONCE


def forget_log_ins(*, attempt_days: int, now: datetime) -> ForgottenLogIns:
    """
    Delete a batch of expired sessions and links, and of attempts older than ``attempt_days``.

    The registry belongs to no enterprise, so no scope is opened and no enterprise's journal written.
    """
    kept_from = now - timedelta(days=attempt_days)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        counts = []
        for query, before in ((_SESSIONS, now), (_ATTEMPTS, kept_from), (_LINKS, now)):
            cursor.execute(query, [before, MOST_AT_ONCE])
            counts.append(cursor.rowcount)
    return ForgottenLogIns(sessions=counts[0], attempts=counts[1], links=counts[2])
