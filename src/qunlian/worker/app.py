"""The job runner: which connection it uses, what surrounds each job, and who looks after the queue.

Jobs are rows of the same database: a job that an action enqueued commits or vanishes with that
action, also when the action runs inside another job.
"""

import asyncio
import contextlib
import itertools
import logging
import os
import threading
from collections.abc import Callable
from typing import Any

from procrastinate import App, exceptions
from procrastinate.contrib.django import app as django_app
from procrastinate.job_context import JobContext
from procrastinate.manager import JobManager
from procrastinate.worker import Worker

from qunlian.kernel import journal

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = float(os.environ.get("QUNLIAN_HEARTBEAT_SECONDS", "5"))
STALLED_SECONDS = 4 * HEARTBEAT_SECONDS
LOOK_EVERY_SECONDS = 2 * HEARTBEAT_SECONDS
CLEAN_EVERY_LOOKS = 360
KEEP_FAILED_HOURS = 30 * 24
GRACE_SECONDS = 20
AFTER_GRACE_SECONDS = 5


def job_request_id(call_next: Callable[[], Any], context: JobContext, worker: Worker) -> Any:
    """Let the facts and log lines of a job carry its number, as those of a request do."""
    del worker
    token = journal.request_id.set(f"job-{context.job.id}")
    try:
        return call_next()
    finally:
        journal.request_id.reset(token)


def worker_app() -> App:
    """Return the app that fetches jobs on connections of its own.

    Only the fetching does: ``enqueue`` inside a job keeps using Django's connection, and so the
    job's transaction.
    """
    return django_app.with_connector(django_app.connector.get_worker_connector())  # type: ignore[attr-defined]


class EndingWorker(Worker):
    """
    Once it stops, told to or because it lost the database, its process ends within the grace.

    The library waits for running jobs without end, and a job in a thread cannot be broken off: a worker that
    had lost its database could hang there for good, without a heartbeat, and nobody started another. A job
    broken off is found by its worker's silence and tried again.
    """

    def stop(self) -> None:
        """Stop after the jobs that run, or without them."""
        ending = threading.Timer(GRACE_SECONDS + AFTER_GRACE_SECONDS, os._exit, (1,))
        ending.daemon = True
        ending.start()
        super().stop()  # type: ignore[no-untyped-call]


async def run() -> None:
    """Run jobs until a signal; a job gets a grace period to end, else it is tried again later."""
    app = worker_app()
    async with app.open_async():
        keeper = asyncio.create_task(keep_queue(app.job_manager))
        try:
            app.perform_import_paths()  # type: ignore[no-untyped-call]
            options: Any = app.worker_defaults | {
                "name": f"worker-{os.getpid()}",
                "concurrency": int(os.environ.get("QUNLIAN_JOBS_AT_ONCE", "4")),
                "fetch_job_polling_interval": 5,
                "shutdown_graceful_timeout": GRACE_SECONDS,
                "update_heartbeat_interval": HEARTBEAT_SECONDS,
                "stalled_worker_timeout": STALLED_SECONDS,
                "delete_jobs": "successful",
                "task_middleware": [*_library_middleware(app), job_request_id],
            }
            worker = EndingWorker(app, **options)
            await worker.run()  # type: ignore[no-untyped-call]
        finally:
            keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeper


async def keep_queue(manager: JobManager) -> None:
    """Bring back jobs whose worker died, and drop old failures, for as long as the worker lives."""
    for look in itertools.count():
        try:
            await retry_stalled(manager)
            if look % CLEAN_EVERY_LOOKS == 0:
                await manager.delete_old_jobs(
                    KEEP_FAILED_HOURS,
                    include_failed=True,
                    include_cancelled=True,
                    include_aborted=True,
                )
        except exceptions.ConnectorException:
            logger.warning("queue_keeper_lost_database")
        await asyncio.sleep(LOOK_EVERY_SECONDS)


async def retry_stalled(manager: JobManager) -> int:
    """Put jobs back whose worker stopped its heartbeat; return how many."""
    await manager.prune_stalled_workers(STALLED_SECONDS)
    count = 0
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        with contextlib.suppress(exceptions.ConnectorException):
            await manager.retry_job(job)
            count += 1
            logger.warning("stalled_job_retried", extra={"job": job.task_name, "job_id": job.id})
    return count


def _library_middleware(app: App) -> list[Any]:
    """Return what procrastinate itself puts around jobs: it closes their database connections."""
    return list(app.worker_defaults.get("task_middleware") or [])
