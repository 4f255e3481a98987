"""Refusals between processes."""

import pickle

import pytest

from qunlian.kernel.errors import Conflict, PlatformTrouble, RateLimited, Refusal


@pytest.mark.parametrize(
    "refusal",
    [
        Conflict(store_id=7),
        RateLimited(retry_after_seconds=3, login="hq"),
        PlatformTrouble(permanent=True, code=40_001),
    ],
)
def test_a_refusal_reaches_whoever_waits_for_another_process(refusal: Refusal) -> None:
    told = pickle.loads(pickle.dumps(refusal))
    assert type(told) is type(refusal)
    assert vars(told) == vars(refusal)
    assert str(told) == str(refusal)
