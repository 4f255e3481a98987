"""Somebody did by hand what the platform cannot (the story is in test_hand_over_staff)."""

import pytest

from qunlian.community.actions.confirm_request import confirm_request
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast


def test_nothing_asked_is_nothing_done(cast: Cast) -> None:
    with pytest.raises(NotFound):
        confirm_request(actor=cast.hua, request_id=10**9, now=NOON)
