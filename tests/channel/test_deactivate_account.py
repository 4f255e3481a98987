"""An account is locked out, and let in again."""

import pytest

from qunlian.channel.actions.deactivate_account import OwnAccount, deactivate_account
from qunlian.channel.queries.actors import actor_of_account
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast


def test_locked_out_and_let_in_again(cast: Cast) -> None:
    rong = cast.rong.account_id or 0
    assert not deactivate_account(actor=cast.hua, account_id=rong, now=NOON).is_active
    assert actor_of_account(rong, now=NOON) is None
    deactivate_account(actor=cast.hua, account_id=rong, now=NOON, is_reactivated=True)
    assert actor_of_account(rong, now=NOON) == cast.rong


def test_refusals(cast: Cast) -> None:
    for actor, account, refusal in (
        (cast.hua, cast.hua, OwnAccount),
        (cast.ma, cast.rong, Forbidden),
        (cast.wai, cast.rong, NotFound),
    ):
        with pytest.raises(refusal):
            deactivate_account(actor=actor, account_id=account.account_id or 0, now=NOON)
