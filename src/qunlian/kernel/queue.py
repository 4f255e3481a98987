"""Ask for work to happen after this transaction commits."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

_is_withheld: ContextVar[bool] = ContextVar("is_withheld", default=False)


@contextmanager
def withheld() -> Iterator[None]:
    """Enqueue nothing inside the block: whoever lays down history does the jobs' work himself."""
    before = _is_withheld.set(True)
    try:
        yield
    finally:
        _is_withheld.reset(before)


def enqueue(
    job: str,
    *,
    queueing_lock: str | None = None,
    after_seconds: int | None = None,
    **arguments: Any,
) -> None:
    """
    Insert a job row on Django's own connection: it commits or vanishes with the caller.

    :param job: the job's name, ``<slice>.<verb_noun>``
    :param queueing_lock: when given, at most one such job waits at a time; a second ask is dropped
    :param after_seconds: not before so long from now
    """
    if _is_withheld.get():
        return
    later = None if after_seconds is None else {"seconds": after_seconds}
    asked = app.configure_task(job, queueing_lock=queueing_lock, schedule_in=later)
    if queueing_lock is None:
        asked.defer(**arguments)
        return
    with suppress(AlreadyEnqueued), transaction.atomic():  # the savepoint keeps the caller's work
        asked.defer(**arguments)
