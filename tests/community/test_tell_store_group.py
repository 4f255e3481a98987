"""A store tells how many sit in its own group now, and shows its code."""

from datetime import timedelta

import pytest

from qunlian.community.actions.register_store_group import StoreGroupUnfit
from qunlian.community.actions.tell_store_group import StoreGroupTelling, tell_store_group
from qunlian.community.queries.store_groups import kit_of, own_store_groups
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community.own_groups import own_group


def test_count_and_code_follow_his_word(cast: Cast) -> None:
    group_id, machinery = own_group(cast), system_actor(cast.ids["brand"])
    tell_store_group(
        actor=cast.oyang, telling=StoreGroupTelling(store_group_id=group_id, people=95), now=NOON
    )
    told = StoreGroupTelling(store_group_id=group_id, code_token="token")
    tell_store_group(actor=cast.oyang, telling=told, now=NOON)
    (own,) = own_store_groups(cast.oyang, now=NOON)
    assert (own.people, own.has_code) == (95, True)
    assert kit_of(machinery, group_id, now=NOON).code_token == "token"
    later = NOON + timedelta(days=7)
    assert kit_of(machinery, group_id, now=later).code_token == ""


def test_refusals(cast: Cast) -> None:
    group_id = own_group(cast)
    for people in (0, 2001):
        with pytest.raises(StoreGroupUnfit):
            tell_store_group(
                actor=cast.oyang,
                telling=StoreGroupTelling(store_group_id=group_id, people=people),
                now=NOON,
            )
    with pytest.raises(NotFound):
        tell_store_group(
            actor=cast.rong, telling=StoreGroupTelling(store_group_id=group_id), now=NOON
        )
    with pytest.raises(NotFound):
        tell_store_group(
            actor=cast.oyang, telling=StoreGroupTelling(store_group_id=10**9), now=NOON
        )
