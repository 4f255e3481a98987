"""A corp on a scripted server, whose settings make tests quick."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.cast_words import NOON, Cast
from tests.platforms.wecom.scripted import Scripted

QUICK = {"back_off_seconds": 0.001, "timeout_seconds": 2, "reads_settle_seconds": 0}


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted() as running:
        yield running


@pytest.fixture
def connect(cast: Cast) -> Callable[..., int]:
    """``connect(server, calls_at_once=2)`` sets the brand's corp up there; returns the enterprise."""

    from qunlian.kernel.actor import system_actor
    from qunlian.platforms.wecom.accounts import Setup, configure

    def connected(server: Scripted, **settings: Any) -> int:
        brand = cast.ids["brand"]
        setup = Setup(
            corp_id="ww1",
            agent_id=1000002,
            secret="the-secret",
            base_url=server.url,
            settings=QUICK | settings,
        )
        configure(actor=system_actor(brand), setup=setup, now=NOON)
        return brand

    return connected
