"""An address may try only so often to log in by outside accounts."""

import pytest

from qunlian.channel.actions.admit_log_in import admit_log_in
from qunlian.channel.rules.accounts import ATTEMPTS_PER_ADDRESS
from qunlian.kernel.errors import RateLimited
from tests.cast_words import NOON, Cast


def test_an_address_tries_only_so_often(cast: Cast) -> None:
    for _ in range(ATTEMPTS_PER_ADDRESS):
        admit_log_in(address="203.0.113.7", now=NOON)
    with pytest.raises(RateLimited) as refused:
        admit_log_in(address="203.0.113.7", now=NOON)
    assert refused.value.retry_after_seconds > 0
    admit_log_in(address="203.0.113.8", now=NOON)
