"""A browser of one's own is logged out from afar, nobody else's."""

import pytest

from qunlian.channel import sessions
from qunlian.channel.actions.end_session import end_session
from qunlian.channel.queries.accounts import my_account
from qunlian.channel.queries.actors import session_values
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast


def test_a_session_ends_by_its_handle(cast: Cast) -> None:
    session = sessions.SessionStore()
    sessions.begin(session, session_values(cast.rong.account_id or 0), device="phone")
    session.save()
    (card,) = my_account(cast.rong).sessions
    assert (card.device, card.handle != session.session_key) == ("phone", True)
    with pytest.raises(NotFound):
        end_session(actor=cast.song, handle=card.handle, now=NOON)
    assert end_session(actor=cast.rong, handle=card.handle, now=NOON).ended == 1
    assert my_account(cast.rong).sessions == ()
