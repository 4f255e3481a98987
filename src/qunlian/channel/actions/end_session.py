"""Log one of one's own browsers out from afar."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel.models import Session
from qunlian.channel.rules.accounts import session_handle
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedSession:
    """How many sessions ended."""

    ended: int


def end_session(*, actor: Actor, handle: str, now: datetime) -> EndedSession:
    """
    End the session that the list of sessions showed under this handle.

    :raises NotFound: none of the actor's sessions has it
    """
    with scope.writing(actor):
        keys = Session.objects.filter(account_id=actor.account_id).values_list(
            "session_key", flat=True
        )
        matching = [key for key in keys if session_handle(key) == handle]
        if not matching:
            raise NotFound(kind="session")
        ended, _ = Session.objects.filter(pk__in=matching).delete()
        journal.record("channel.session_ended", actor=actor, at=now)
        return EndedSession(ended=ended)
