"""What is right and wrong about the installation itself; works before Django is set up."""

import shutil
from pathlib import Path

import psycopg

from qunlian.cli.provision import is_migrated
from qunlian.cli.runtime import Database
from qunlian.platforms.findings import Finding, State

_GIB = 2**30
_LITTLE, _FULL = 5 * _GIB, 1 * _GIB
_SILENT_SECONDS = 120
_WORKERS = """
SELECT count(*) FILTER (WHERE last_heartbeat > now() - make_interval(secs => %s)),
    to_char(max(last_heartbeat), 'YYYY-MM-DD HH24:MI') FROM procrastinate_workers
"""
_LAST_JOB = """
SELECT to_char(at, 'YYYY-MM-DD HH24:MI') FROM procrastinate_events
WHERE type = 'succeeded' ORDER BY id DESC LIMIT 1
"""


def examine_installation(found: Database, home: Path, public_url: str) -> list[Finding]:
    """Look at database, migrations, worker, disk and public address."""
    with psycopg.connect(found.app_url, autocommit=True) as connection:
        findings = [_database(connection), _migrations(found.owner_url)]
        if findings[-1].state is State.OK:
            findings.append(_worker(connection))
    return [*findings, _disk(home), _public_address(public_url)]


def unreachable(trouble: Exception) -> Finding:
    """Say that there is no database."""
    return Finding(
        check="database",
        title="Database",
        state=State.WRONG,
        expected="PostgreSQL answers",
        got=str(trouble).strip().splitlines()[0],
        fix="Look at DATABASE_URL, and whether PostgreSQL runs; docs/start/postgresql.md.",
    )


def _database(connection: "psycopg.Connection[tuple[object, ...]]") -> Finding:
    return Finding(
        check="database",
        title="Database",
        state=State.OK,
        expected="PostgreSQL answers",
        got=f"PostgreSQL {connection.info.server_version // 10_000}",
    )


def _migrations(owner_url: str) -> Finding:
    is_done = is_migrated(owner_url)
    return Finding(
        check="migrations",
        title="Tables",
        state=State.OK if is_done else State.WRONG,
        expected="the tables are those of this version",
        got="they are" if is_done else "they are of another version",
        fix="" if is_done else "Start `qunlian up`: it brings them up to date.",
    )


def _worker(connection: "psycopg.Connection[tuple[object, ...]]") -> Finding:
    alive, last = connection.execute(_WORKERS, [_SILENT_SECONDS]).fetchone() or (0, None)
    job = connection.execute(_LAST_JOB).fetchone()
    did = f"last job done {job[0]}" if job else "no job was done yet"
    return Finding(
        check="worker",
        title="Worker",
        state=State.OK if alive else State.WRONG,
        expected="a worker runs jobs",
        got=f"{alive} alive, {did}"
        if alive
        else f"none is alive (last seen {last or 'never'}); {did}",
        fix="" if alive else "Start `qunlian up`, or look at its log when it runs.",
    )


def _disk(home: Path) -> Finding:
    free = shutil.disk_usage(home).free
    state = State.WRONG if free < _FULL else State.LOOK if free < _LITTLE else State.OK
    return Finding(
        check="disk",
        title="Disk",
        state=state,
        expected=f"{_LITTLE // _GIB} GiB free where {home.name} lies",
        got=f"{free / _GIB:.1f} GiB free",
        fix="" if state is State.OK else "Make room: old backups, exports and logs first.",
    )


def _public_address(public_url: str) -> Finding:
    return Finding(
        check="public_address",
        title="Public address",
        state=State.OK if public_url else State.LOOK,
        expected="phones and outside platforms know where Qunlian is",
        got=public_url or "QUNLIAN_PUBLIC_URL is not set",
        fix="" if public_url else "Set it, unless each platform has an address of its own.",
    )
