"""New secrets of the callback are shown once; what comes with the old ones is refused."""

import pytest

from qunlian.channel.actions.renew_callback_keys import renew_callback_keys
from qunlian.channel.actions.set_up_platform import set_up_platform
from qunlian.kernel.errors import Forbidden, NotFound, PlatformTrouble
from qunlian.platforms.wecom.accounts import envelope_of
from tests.cast_words import NOON, Cast


def test_new_keys_take_the_place_of_the_old(cast: Cast) -> None:
    entries = {"corp_id": "ww12", "agent_id": "1000002", "secret": "s3cret"}
    set_up_platform(actor=cast.hua, platform="wecom", entries=entries, now=NOON)
    before = envelope_of(cast.ids["brand"])
    done = renew_callback_keys(actor=cast.hua, platform="wecom", now=NOON)
    token, key = (one.value for one in done.keys)
    after = envelope_of(cast.ids["brand"])
    assert (after.token, after.aes_key) == (token, key)
    assert (before.token, before.aes_key) != (token, key)
    assert token not in repr(done)
    assert len(key) == 43


def test_without_a_corp_or_right_there_are_none(cast: Cast) -> None:
    with pytest.raises(PlatformTrouble):
        renew_callback_keys(actor=cast.hua, platform="wecom", now=NOON)
    with pytest.raises(Forbidden):
        renew_callback_keys(actor=cast.ma, platform="wecom", now=NOON)
    with pytest.raises(NotFound):
        renew_callback_keys(actor=cast.hua, platform="web", now=NOON)
