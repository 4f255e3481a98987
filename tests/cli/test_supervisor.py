import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from qunlian.cli import supervisor
from qunlian.cli.embedded_postgres import EmbeddedPostgres, ServerTrouble
from qunlian.cli.supervisor import Child, Supervisor, pause_seconds

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def wait_for(what: str, happened: object) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if callable(happened) and happened():
            return
        time.sleep(0.02)
    pytest.fail(what)


def test_a_child_that_dies_is_started_again() -> None:
    said: list[str] = []
    child = Child("sleeper", SLEEP, dict(os.environ))
    keeper = Supervisor(said.append)
    keeper.add(child)
    assert child.process
    first = child.process.pid
    child.process.kill()
    child.process.wait()
    keeper.look()
    keeper.look()
    assert child.process
    assert child.process.pid != first
    assert said == ["sleeper ended; starting it again"]
    keeper.stop()
    assert child.process is None


def test_a_database_that_does_not_start_is_tried_again_later() -> None:
    class Full(EmbeddedPostgres):
        tries = 0

        def __init__(self) -> None:
            pass

        def is_running(self) -> bool:
            return False

        def start(self) -> None:
            self.tries += 1
            raise ServerTrouble("no space left on device")

    said: list[str] = []
    database = Full()
    keeper = Supervisor(said.append, server=database)
    keeper.look()
    keeper.look()
    assert database.tries == 1
    assert "no space left on device" in said[-1]


def test_the_pause_grows_with_every_death_and_has_an_end() -> None:
    pauses = [pause_seconds(failures) for failures in range(12)]
    assert pauses[0] == 0
    assert pauses == sorted(pauses)
    assert pauses[-1] == 30


def test_what_a_child_started_does_not_outlive_it() -> None:
    script = f"import subprocess, time; subprocess.Popen({SLEEP!r}); time.sleep(60)"
    child = Child("parent", [sys.executable, "-c", script], dict(os.environ))
    child.start()
    assert child.process
    parent = psutil.Process(child.process.pid)
    wait_for("no grandchild", parent.children)
    (grandchild,) = parent.children()
    parent.send_signal(signal.SIGKILL)
    child.process.wait()
    child.keep()
    grandchild.wait(10)


def test_leftovers_of_a_killed_supervisor_are_found_by_its_token() -> None:
    left = subprocess.Popen(SLEEP, env=os.environ | {supervisor.RUN: "run-7f3a"})
    other = subprocess.Popen(SLEEP, env=os.environ | {supervisor.RUN: "run-of-another"})
    try:
        wait_for("not started", lambda: psutil.Process(left.pid).cmdline() == SLEEP)
        assert supervisor.end_leftovers("run-7f3a") == 1
        left.wait(10)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
        left.kill()


def test_a_log_that_grew_too_large_is_cut_and_one_copy_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_LARGEST_LOG_BYTES", 10)
    log = tmp_path / "web.log"
    log.write_text("12345678901234567890")
    Child("web", SLEEP, {}, log).trim_log()
    assert log.read_text() == ""
    assert (tmp_path / "web.log.old").read_text().startswith("1234")
