"""A whole installation, started as its user starts it, and browsers to look at it.

``empty_installation`` runs ``qunlian up --empty`` in a folder of its own, ``demo_installation`` with the demo
channel, a smaller one. Screenshots go to ``var/screenshots``; those of the demo that enter the docs are copied by
``make screenshots``.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import laid

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "var" / "screenshots"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


@dataclass(frozen=True, slots=True)
class Installation:
    """A running Qunlian: its folder, its address, and its command line."""

    home: Path
    url: str

    def run(self, *arguments: str, stdin: str = "") -> str:
        """Run ``qunlian …`` beside it; return what it printed."""
        answer = subprocess.run(
            [sys.executable, "-m", "qunlian.cli.main", *arguments],
            env=environment(self.home),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stdout


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a command that works on the installation in ``home``."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("QUNLIAN_")}
    return inherited | {"QUNLIAN_HOME": str(home)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _up(*arguments: str) -> Iterator[Installation]:
    home = Path(tempfile.mkdtemp(prefix="qunlian-up-"))
    laid.begin_laid(home)
    port = _free_port()
    with (home / "up.log").open("wb") as log:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "qunlian.cli.main",
                "up",
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
                *arguments,
            ],
            env=environment(home),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(f"{url}/health/ready", process, home / "up.log")
        yield Installation(home, url)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        laid.end(home)
        shutil.rmtree(home, ignore_errors=True)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()[-4000:]
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    pytest.fail(log.read_text()[-4000:])


@pytest.fixture(scope="session")
def empty_installation() -> Iterator[Installation]:
    yield from _up("--empty")


@pytest.fixture(scope="session")
def demo_installation() -> Iterator[Installation]:
    """A small demo: the same story, with fewer stores and orders; whole for the pictures of the docs."""
    is_whole = os.environ.get("QUNLIAN_WHOLE_DEMO") == "1"
    for place in _up("--empty"):
        place.run("demo", *(() if is_whole else ("--stores", "700", "--orders", "40")))
        yield place


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium for one module: while Playwright lives, Django refuses the ORM on its thread."""
    path = os.environ.get("QUNLIAN_CHROMIUM", "/usr/bin/chromium")
    if not Path(path).exists():
        pytest.skip("NO CHROMIUM: browser tests are skipped; install it or set QUNLIAN_CHROMIUM")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield chromium
        chromium.close()


def window(browser: Browser, url: str, size: dict[str, int]) -> Page:
    """Open a window of its own (own cookies); pages must not fail or log errors in it."""
    context = browser.new_context(
        base_url=url,
        viewport=size,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        is_mobile=size is PHONE,
        has_touch=size is PHONE,
        device_scale_factor=2 if size is PHONE else 1,
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page


def shoot(page: Page, name: str) -> Path:
    """Take a picture one can look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=str(path))
    return path
