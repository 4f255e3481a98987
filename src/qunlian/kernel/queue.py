"""Ask for work to happen after this transaction commits."""

from typing import Any

from procrastinate.contrib.django import app


def enqueue(job: str, *, queueing_lock: str | None = None, **arguments: Any) -> None:
    """
    Insert a job row on Django's own connection: it commits or vanishes with the caller.

    :param job: the job's name, ``<slice>.<verb_noun>``
    :param queueing_lock: when given, at most one such job waits at a time; a second ask is dropped
    """
    app.configure_task(job, queueing_lock=queueing_lock).defer(**arguments)
