"""Jobs on a real database: they join their action's transaction and come back when a worker dies."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.db import transaction
from procrastinate import App, tasks
from procrastinate.contrib.django import app as django_app
from procrastinate.periodic import PeriodicRegistry

from qunlian.kernel import journal, queue
from qunlian.worker import app as worker

seen: list[str] = []


def note(word: str) -> None:
    seen.append(f"{word} in {journal.request_id.get()}")


def ask_and_fail(word: str) -> None:
    with transaction.atomic():
        queue.enqueue("tests.note", word=word)
        raise RuntimeError(word)


def ask(word: str) -> None:
    with transaction.atomic():
        queue.enqueue("tests.note", word=word)


@pytest.fixture
def jobs() -> Iterator[None]:
    """Three jobs known for the length of a test."""
    known = {"tests.note": note, "tests.ask": ask, "tests.ask_and_fail": ask_and_fail}
    for name, function in known.items():
        django_app.tasks[name] = tasks.Task(
            function, blueprint=django_app, name=name, queue="default"
        )
    seen.clear()
    yield
    for name in known:
        del django_app.tasks[name]


def work_off() -> None:
    async def once(app: App) -> None:
        async with app.open_async():
            middleware = [*worker._library_middleware(app), worker.job_request_id]
            await app.run_worker_async(
                wait=False, install_signal_handlers=False, listen_notify=False,
                delete_jobs="successful", task_middleware=middleware,
            )  # fmt: skip

    app = worker.worker_app()
    app.periodic_registry = (
        PeriodicRegistry()
    )  # what is due by the clock is not these tests' matter
    asyncio.run(once(app))


def test_a_job_carries_its_number_into_the_journal(database: str, jobs: None) -> None:
    queue.enqueue("tests.note", word="hello")
    work_off()
    assert len(seen) == 1
    assert seen[0].startswith("hello in job-")
    assert journal.request_id.get() == ""


def test_a_job_asked_for_inside_a_job_lives_and_dies_with_its_transaction(
    database: str, jobs: None, owner: psycopg.Connection
) -> None:
    queue.enqueue("tests.ask", word="kept")
    queue.enqueue("tests.ask_and_fail", word="gone")
    work_off()
    work_off()
    assert [line.split()[0] for line in seen] == ["kept"]
    left = owner.execute("SELECT task_name, status::text FROM procrastinate_jobs").fetchall()
    assert left == [("tests.ask_and_fail", "failed")]


def test_a_job_whose_worker_died_is_put_back(
    database: str, jobs: None, owner: psycopg.Connection
) -> None:
    queue.enqueue("tests.note", word="again")
    owner.execute(
        "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat)"
        " VALUES (now() - interval '1 minute') RETURNING id)"
        " UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead)"
    )

    async def keep() -> int:
        app = worker.worker_app()
        async with app.open_async():
            return await worker.retry_stalled(app.job_manager)

    assert asyncio.run(keep()) == 1
    work_off()
    assert [line.split()[0] for line in seen] == ["again"]


def test_a_worker_that_stops_ends_whatever_its_jobs_do() -> None:
    stuck = (
        "import time, django; django.setup()\n"
        "from procrastinate import App\n"
        "from procrastinate.testing import InMemoryConnector\n"
        "from qunlian.worker import app\n"
        "app.GRACE_SECONDS = app.AFTER_GRACE_SECONDS = 0.1\n"
        "app.EndingWorker(App(connector=InMemoryConnector())).stop()\n"
        "time.sleep(3600)"  # as a job in a thread does that waits for a server that is gone
    )
    assert subprocess.run([sys.executable, "-c", stuck], timeout=120, check=False).returncode == 1
