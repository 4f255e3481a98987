"""An installation to be killed: its processes, its database seen by its owner, and a way in for actions."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from qunlian.cli import network
from qunlian.cli.embedded_postgres import EmbeddedPostgres
from qunlian.cli.provision import provision
from qunlian.cli.runtime import DATABASE
from tests import laid
from tests.cli.test_up import children

PATIENCE_SECONDS = 300
PORTS_FROM = 19000
#: Four beats missed is dead: a killed worker's job is taken up after about 9 seconds instead of 30.
HEARTBEAT_SECONDS = "1.5"


@dataclass(frozen=True, slots=True)
class House:
    """A running ``qunlian up --empty``."""

    home: Path
    port: int
    up: "subprocess.Popen[bytes]"

    def kill(self, name: str) -> bool:
        """Kill one of the children without warning, and all that it started; False when it is away already."""
        child = children(self.up).get(name)
        if child is None:
            return False
        for process in [child, *child.children(recursive=True)]:
            try:
                process.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:
                continue
        return True

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look as the owner, waiting for the database where it is away."""
        url = EmbeddedPostgres(self.home).superuser_url(DATABASE)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with psycopg.connect(url, autocommit=True) as connection:
                    return connection.execute(query, values).fetchall()  # type: ignore[arg-type]
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def number(self, query: str, *values: Any) -> int:
        """Ask for one number."""
        return int(self.ask(query, *values)[0][0])

    def wait(self, condition: Callable[[], bool], what: str) -> float:
        """Wait until something holds; return how many seconds that took."""
        began = time.monotonic()
        while not condition():
            if time.monotonic() - began > PATIENCE_SECONDS:
                pytest.fail(f"{what} did not happen\n{(self.home / 'output').read_text()[-6000:]}")
            time.sleep(0.05)
        return time.monotonic() - began

    def is_ready(self) -> bool:
        """Whether pages and database answer; patient, since the machine may be busy."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request("GET", "/health/ready")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()


@contextmanager
def house(home: Path) -> Iterator[House]:
    """Start an installation of its own; nothing of it is left afterwards."""
    hidden = ("QUNLIAN_", "DJANGO_", "DATABASE_URL")
    environment = {n: v for n, v in os.environ.items() if not n.startswith(hidden)}
    environment |= {"QUNLIAN_HOME": str(home), "QUNLIAN_HEARTBEAT_SECONDS": HEARTBEAT_SECONDS}
    port = network.free_port("127.0.0.1", PORTS_FROM)
    laid.begin(home)
    command = [sys.executable, "-m", "qunlian.cli.main", "up", "--empty", "--host", "127.0.0.1"]
    with (home / "output").open("ab") as output:
        up = subprocess.Popen(
            [*command, "--port", str(port)], env=environment, stdout=output, stderr=output
        )
    found = House(home, port, up)
    try:
        found.wait(lambda: up.poll() is not None or found.is_ready(), "the start")
        assert up.poll() is None, (home / "output").read_text()[-4000:]
        yield found
    finally:
        up.terminate()
        try:
            up.wait(60)
        finally:
            up.kill()
        laid.end(home)


@contextmanager
def inside(house: House) -> Iterator[None]:
    """Let actions called here work in that installation, as its serving role."""
    from django.db import connections
    from django.test import override_settings

    app_url = provision(EmbeddedPostgres(house.home).owner_url(DATABASE), home=house.home)
    parts = conninfo_to_dict(app_url)
    names = {
        "NAME": "dbname",
        "USER": "user",
        "PASSWORD": "password",
        "HOST": "host",
        "PORT": "port",
    }
    connection = connections["default"]
    before = {name: connection.settings_dict[name] for name in names}
    connection.close()
    connection.settings_dict.update({name: parts.get(key, "") for name, key in names.items()})
    try:
        with override_settings(HOME=house.home, MEDIA_ROOT=house.home / "media"):
            yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
