"""What a benchmark lays out by SQL of its own still fits the tables there are."""

import subprocess
import sys
from pathlib import Path

from qunlian.cli import network
from tests.docs.pages import ROOT


def test_the_pages_are_asked_for_over_a_small_channel(tmp_path: Path) -> None:
    port = network.free_port("127.0.0.1", 18490)
    what = ("--stores", "2000", "--requests", "2", "--only", "today", "--port", str(port))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.pages", *what, "--home", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "pages page=today_rep stores=2000 " in done.stdout
