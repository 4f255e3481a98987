"""The whole installation as a person starts it: ready, killed piece by piece, stopped, started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from qunlian.cli import network
from qunlian.cli.installation import Installation
from tests import laid

PATIENCE_SECONDS = 60


@contextmanager
def installation(home: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """A running ``qunlian up``; killed at the end if it still runs."""
    hidden = ("QUNLIAN_", "DJANGO_", "DATABASE_URL")
    environment = {n: v for n, v in os.environ.items() if not n.startswith(hidden)}
    environment["QUNLIAN_HOME"] = str(home)
    command = [sys.executable, "-m", "qunlian.cli.main", "up", "--empty", "--host", "127.0.0.1"]
    with (home / "output").open("ab") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port)], env=environment, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def wait_until_ready(home: Path, port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not network.answers(port, "/health/ready"):
        if time.monotonic() > deadline:
            pytest.fail((home / "output").read_text()[-4000:])
        time.sleep(0.1)


def children(process: "subprocess.Popen[bytes]") -> dict[str, psutil.Process]:
    """The supervisor's own children by what they are."""
    found = {}
    for child in psutil.Process(process.pid).children():
        try:
            words = " ".join(child.cmdline())
        except psutil.Error:
            continue
        for name in ("qunlian.site", "qunlian.worker", "qunlian.live", "bin/postgres"):
            if name in words:
                found[name] = child
    return found


def wait_for_another(process: "subprocess.Popen[bytes]", name: str, old: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        now = children(process).get(name)
        if now is not None and now.pid != old:
            return
        time.sleep(0.1)
    pytest.fail(f"{name} did not come back")


def test_it_comes_back_from_every_kill_and_stops_cleanly(tmp_path: Path) -> None:
    port = network.free_port("127.0.0.1", 18110)
    laid.begin(tmp_path)
    with installation(tmp_path, port) as up:
        wait_until_ready(tmp_path, port)
        for name, child in children(up).items():
            child.kill()
            wait_for_another(up, name, child.pid)
            wait_until_ready(tmp_path, port)
        before = psutil.Process(up.pid).children(recursive=True)
        up.kill()
        up.wait()
        _gone, alive = psutil.wait_procs(before, timeout=90)
        assert not alive

    with installation(tmp_path, port) as up:
        wait_until_ready(tmp_path, port)
        before = psutil.Process(up.pid).children(recursive=True)
        up.send_signal(signal.SIGTERM)
        assert up.wait(PATIENCE_SECONDS) == 0
        _gone, alive = psutil.wait_procs(before, timeout=1)
        assert not alive
    assert Installation(tmp_path).recall("running") == {}
    laid.end(tmp_path)


def test_a_taken_port_is_stepped_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert network.free_port("127.0.0.1", port) != port
