"""The web process at its start: what it imports, and that it waits until the database is ready for it."""

import os
import subprocess
import sys
import time
from pathlib import Path

from qunlian.cli import network
from qunlian.cli.installation import Installation

#: polars, numpy: reading rosters, measuring decay. PIL: uploads. ninja, pydantic: the API, with its first request.
SLOW = (
    *("numba", "llvmlite", "scipy", "polars", "numpy", "PIL", "ninja", "pydantic"),
    *("pypinyin", "xlsxwriter", "segno", "qunlian.community.planner"),
)


def _environment(home: Path) -> dict[str, str]:
    return os.environ | {"QUNLIAN_HOME": str(home)}


def test_nothing_slow_that_few_pages_need_is_imported(tmp_path: Path) -> None:
    script = f"""
import sys, qunlian.site.wsgi
print(*sorted(set({SLOW!r}) & set(sys.modules)))
print("qunlian.console.urls" in sys.modules)
"""
    command = [sys.executable, "-W", "ignore", "-c", script]
    answer = subprocess.check_output(command, env=_environment(tmp_path), text=True)
    assert answer.split() == ["True"]


def test_it_serves_only_when_the_start_is_over(tmp_path: Path) -> None:
    port = network.free_port("127.0.0.1", 18210)
    command = [sys.executable, "-m", "qunlian.site", "--port", str(port), "--wait-for", "start"]
    with Installation(tmp_path).locked("start"):
        process = subprocess.Popen(command, env=_environment(tmp_path))
        assert not _answers(port, seconds=10)
        assert process.poll() is None
    try:
        assert _answers(port, seconds=120)
    finally:
        process.terminate()
        assert process.wait(30) == 0


def _answers(port: int, *, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if network.answers(port, "/health/alive"):
            return True
        time.sleep(0.1)
    return False
