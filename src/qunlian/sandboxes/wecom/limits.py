"""
How often and how many at once. Source: page 90454 (2023-08-28): per corp and API, per address and API;
who goes beyond is blocked until the minute or hour ends.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.state import World

MINUTE, HOUR = 60, 3600
TOO_OFTEN, TOO_MANY_AT_ONCE = 45009, 45033


@dataclass
class _Window:
    ends_at: float = 0.0
    calls: int = 0


class Limits:
    """What was called lately; not kept over a restart."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._windows: dict[tuple[str, str, int], _Window] = {}
        self._blocked: dict[tuple[str, str], float] = {}
        self._under_way: Counter[tuple[str, str]] = Counter()

    def take(self, corp_id: str, ip: str, api: str) -> None:
        """Count a call; refuse it with 45009 beyond a limit, and go on so until the window ends."""
        if self._blocked.get((corp_id, api), 0) > self._world.now():
            raise Refused(TOO_OFTEN)
        settings = self._world.settings
        for who, seconds, limit in (
            (corp_id, MINUTE, settings.corp_calls_per_minute),
            (corp_id, HOUR, settings.corp_calls_per_hour),
            (ip, MINUTE, settings.address_calls_per_minute),
            (ip, HOUR, settings.address_calls_per_hour),
        ):
            if not self.count(who, api, seconds, limit):
                raise Refused(TOO_OFTEN)

    def count(self, who: str, api: str, seconds: int, limit: int) -> bool:
        """Count one more in a window that begins with its first call; say whether it is within."""
        window = self._windows.setdefault((who, api, seconds), _Window())
        now = self._world.now()
        if now >= window.ends_at:
            window.ends_at, window.calls = now + seconds, 0
        window.calls += 1
        return window.calls <= limit

    def block(self, corp_id: str, api: str, seconds: float) -> None:
        """Block an API for a corp as if it had gone beyond: the weather does that."""
        self._blocked[corp_id, api] = self._world.now() + seconds

    @contextmanager
    def at_once(self, corp_id: str, api: str) -> Iterator[None]:
        """Hold a place among the calls that are under way; refuse with 45033 when all are taken."""
        settings = self._world.settings
        places = settings.concurrent_calls_of.get(api, settings.concurrent_calls)
        if self._under_way[corp_id, api] >= places:
            raise Refused(TOO_MANY_AT_ONCE)
        self._under_way[corp_id, api] += 1
        try:
            yield
        finally:
            self._under_way[corp_id, api] -= 1
