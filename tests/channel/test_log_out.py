"""Logging out."""

from qunlian.channel import sessions
from qunlian.channel.actions.log_out import log_out
from qunlian.channel.models import Session
from qunlian.channel.queries.actors import session_values
from tests.cast_words import NOON, Cast


def test_only_ones_own_session_ends(cast: Cast) -> None:
    session = sessions.SessionStore()
    sessions.begin(session, session_values(cast.rong.account_id or 0), device="test")
    session.save()
    key = session.session_key or ""
    assert log_out(actor=cast.song, session_key=key, now=NOON).ended == 0
    assert log_out(actor=cast.rong, session_key=key, now=NOON).ended == 1
    assert not Session.objects.filter(session_key=key).exists()
