"""Keeps an installation's processes alive: starts them, restarts what dies, stops all in order.

Each child leads a process group of its own, so that Ctrl-C reaches the supervisor alone and nothing a
child started outlives it; should the supervisor itself be killed, the kernel tells the children to end.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from qunlian.cli.embedded_postgres import EmbeddedPostgres, ServerTrouble
from qunlian.cli.processes import die_with_parent

RUN = "QUNLIAN_RUN"
_LOOK_SECONDS = 0.2
_GRACE_SECONDS = 25
_HEALTHY_AFTER_SECONDS = 30
_LONGEST_PAUSE_SECONDS = 30
_DATABASE_PAUSE_SECONDS = 5
_LARGEST_LOG_BYTES = 20_000_000


@dataclass
class Child:
    """One process to keep alive.

    :param log: where its output goes; None leaves it on our own
    """

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path | None = None
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    failures: int = 0
    next_start: float = 0.0

    def start(self) -> None:
        """Start the process in a group of its own."""
        output = self.log.open("ab") if self.log else None
        try:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  (main thread only)
            )
        finally:
            if output:
                output.close()
        self.started = time.monotonic()

    def keep(self) -> bool:
        """Restart the process when it died and its pause is over; True when a death was seen."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.next_start:
                self.start()
            return False
        if self.process.poll() is None:
            if self.failures and now - self.started > _HEALTHY_AFTER_SECONDS:
                self.failures = 0
            return False
        self.kill_group()
        self.process = None
        self.next_start = now + pause_seconds(self.failures)
        self.failures += 1
        return True

    def stop(self) -> None:
        """Ask the process to end, wait, then end it and whatever it started."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.kill_group()
        self.process.wait()
        self.process = None

    def kill_group(self) -> None:
        """End what is left of the process's group."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return

    def trim_log(self) -> None:
        """Keep one older copy of a log that grew too large."""
        if self.log and self.log.exists() and self.log.stat().st_size > _LARGEST_LOG_BYTES:
            shutil.copyfile(self.log, self.log.with_suffix(".log.old"))
            os.truncate(self.log, 0)


@dataclass
class Supervisor:
    """The embedded server, if there is one, and the children that need it."""

    report: Callable[[str], None]
    server: EmbeddedPostgres | None = None
    children: list[Child] = field(default_factory=list)
    stopping: bool = False
    _chores: list["Chore"] = field(default_factory=list)
    _next_database_start: float = 0.0

    def add(self, *children: Child) -> None:
        """Start children and look after them from now on; they stop in this order."""
        for child in children:
            child.start()
            self.children.append(child)

    def add_chore(self, child: Child, *, every_seconds: float) -> None:
        """Run ``child`` once in a minute, when the start is over, and then at an interval."""
        self._chores.append(Chore(child, every_seconds, time.monotonic() + 60))

    def ask_to_stop(self, *_: object) -> None:
        """Leave the loop at the next look; usable as a signal handler."""
        self.stopping = True

    def run(self) -> None:
        """Look after everything until asked to stop."""
        looks = 0
        while not self.stopping:
            self.look()
            looks += 1
            if looks % 300 == 0:
                for child in self.children:
                    child.trim_log()
            time.sleep(_LOOK_SECONDS)

    def look(self) -> None:
        """Bring back what died: the database first, the others can do nothing without it."""
        if not self._is_database_back():
            return
        for child in self.children:
            if child.keep():
                self.report(f"{child.name} ended; starting it again")
        for chore in self._chores:
            chore.look()

    def _is_database_back(self) -> bool:
        """Start the database again when it ended; False while that does not work (a full disk …)."""
        if self.server is None or self.server.is_running():
            return True
        if time.monotonic() < self._next_database_start:
            return False
        self.report("the database ended; starting it again")
        try:
            self.server.start()
        except ServerTrouble as trouble:
            self.report(
                f"it does not start, trying again in {_DATABASE_PAUSE_SECONDS} s: {trouble}"
            )
            self._next_database_start = time.monotonic() + _DATABASE_PAUSE_SECONDS
            return False
        return True

    def stop(self) -> None:
        """Stop the children in the order they were given, then the database."""
        for chore in self._chores:
            chore.child.stop()
        for child in self.children:
            child.stop()
        if self.server is not None:
            self.server.stop()


@dataclass
class Chore:
    """A process to run now and then."""

    child: Child
    every_seconds: float
    next_start: float

    def look(self) -> None:
        """Reap the last run; start the next when it is due."""
        process = self.child.process
        if process is not None and process.poll() is not None:
            self.child.process = None
        if self.child.process is None and time.monotonic() >= self.next_start:
            self.next_start = time.monotonic() + self.every_seconds
            self.child.start()


def pause_seconds(failures: int) -> float:
    """Return how long to wait before the next start, the more the oftener it failed."""
    return min(0.2 * 2.0**failures, _LONGEST_PAUSE_SECONDS) if failures else 0.0


def end_leftovers(token: str) -> int:
    """End processes that an earlier, killed supervisor of this installation left; return how many."""
    left = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(RUN) == token:
                left.append(process)
        except psutil.Error:
            continue
    for process in left:
        process.kill()
    psutil.wait_procs(left, timeout=5)
    return len(left)
