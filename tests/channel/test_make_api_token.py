"""Keys for programs."""

import pytest

from qunlian.channel.actions.make_api_token import (
    MOST_PER_ACCOUNT,
    TooManyTokens,
    make_api_token,
)
from qunlian.channel.models import ApiToken
from qunlian.channel.queries.actors import actor_of_token
from tests.cast_words import NOON, Cast


def test_a_key_acts_as_its_maker_and_is_not_kept(cast: Cast) -> None:
    made = make_api_token(actor=cast.rong, name="ERP", now=NOON)
    assert actor_of_token(made.token, now=NOON) == cast.rong
    assert actor_of_token(made.token + "x", now=NOON) is None
    assert made.token not in str(ApiToken.objects.values_list("digest", "name"))


def test_there_are_enough_at_some_time(cast: Cast) -> None:
    for _ in range(MOST_PER_ACCOUNT):
        make_api_token(actor=cast.rong, name="ERP", now=NOON)
    with pytest.raises(TooManyTokens):
        make_api_token(actor=cast.rong, name="ERP", now=NOON)
