"""End the browser session one is in."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel.models import Session
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedOut:
    """How many sessions ended (0 when it had ended already)."""

    ended: int


def log_out(*, actor: Actor, session_key: str, now: datetime) -> LoggedOut:
    """Delete the session, so that its cookie is worth nothing any more."""
    with scope.writing(actor):
        mine = Session.objects.filter(account_id=actor.account_id, session_key=session_key)
        ended, _ = mine.delete()
        journal.record("channel.logged_out", actor=actor, at=now)
    return LoggedOut(ended=ended)
