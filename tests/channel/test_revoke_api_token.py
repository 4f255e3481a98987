"""A key becomes worthless."""

import pytest

from qunlian.channel.actions.make_api_token import make_api_token
from qunlian.channel.actions.revoke_api_token import revoke_api_token
from qunlian.channel.queries.actors import actor_of_token
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast


def test_ones_own_key_only(cast: Cast) -> None:
    made = make_api_token(actor=cast.rong, name="ERP", now=NOON)
    for other in (cast.hua, cast.wai):
        with pytest.raises(NotFound):
            revoke_api_token(actor=other, token_id=made.token_id, now=NOON)
    revoke_api_token(actor=cast.rong, token_id=made.token_id, now=NOON)
    assert actor_of_token(made.token, now=NOON) is None
