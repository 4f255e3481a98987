"""Leavers are locked out on their day (the story is in test_hand_over_staff)."""

from qunlian.community.actions.see_off_leavers import see_off_leavers
from qunlian.kernel.actor import system_actor
from tests.cast_words import NOON, Cast


def test_nobody_is_seen_off_who_stays(cast: Cast) -> None:
    assert see_off_leavers(actor=system_actor(cast.ids["brand"]), now=NOON) == ()
