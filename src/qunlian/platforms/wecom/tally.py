"""
What came and left no row elsewhere, counted per day: greetings, refusals by reason, changes that were seen.

Whoever knocks with nonsense makes us write once in two seconds at most; the rest waits in memory.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection
from django.db.models import Max, Sum

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.platforms.extensions import CallbackRefused
from qunlian.platforms.wecom.accounts import enterprise_of
from qunlian.platforms.wecom.models import Tally

_WRITE_EVERY_SECONDS = 2.0
_COUNT = """
INSERT INTO platforms_wecom_tally AS t (enterprise_id, on_day, kind, reason, count, last_at)
VALUES (%s, (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date, %s, %s, %s, clock_timestamp())
ON CONFLICT (enterprise_id, on_day, kind, reason) DO UPDATE
    SET count = t.count + EXCLUDED.count, last_at = EXCLUDED.last_at
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """How often, and when last."""

    count: int
    last_at: datetime


def note(actor: Actor, kind: str, reason: str = "", *, count: int = 1) -> None:
    """Count something; inside a writing scope."""
    if count < 1:
        return
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [actor.enterprise_id, kind, reason[:40], count])


def since(first_day: datetime) -> Mapping[tuple[str, str], Counted]:
    """Return what was counted since a day, by kind and reason; inside a scope."""
    rows = Tally.objects.filter(on_day__gte=first_day.date()).values_list("kind", "reason")
    return {
        (kind, reason): Counted(count, last_at)
        for kind, reason, count, last_at in rows.annotate(Sum("count"), Max("last_at"))
    }


@dataclass(slots=True)
class _Waiting:
    count: int = 0
    written_at: float = float("-inf")


#: By address and reason: what was refused and is not written yet.
_waiting: dict[tuple[str, str], _Waiting] = {}
_MOST_WAITING = 1_000


@contextmanager
def refusals_counted(code: str) -> Iterator[None]:
    """Count the CallbackRefused that leaves the block, where the address is somebody's."""
    try:
        yield
    except CallbackRefused as refused:
        _note_refusal(code, str(refused.facts.get("reason", "")))
        raise


def _note_refusal(code: str, reason: str) -> None:
    if len(_waiting) > _MOST_WAITING:
        _waiting.clear()
    waiting = _waiting.setdefault((code, reason), _Waiting())
    waiting.count += 1
    if time.monotonic() < waiting.written_at + _WRITE_EVERY_SECONDS:
        return
    waiting.written_at = time.monotonic()
    try:
        enterprise_id = enterprise_of(code)
        if enterprise_id is not None:
            actor = system_actor(enterprise_id)
            with scope.writing(actor):
                note(actor, "refused", reason, count=waiting.count)
        waiting.count = 0
    except DatabaseError:
        return  # it is refused all the same
