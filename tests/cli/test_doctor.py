"""``qunlian doctor`` on an installation: what it prints, for people and programs, and how it ends."""

import json
import os
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result
from psycopg import sql
from psycopg.conninfo import make_conninfo

from qunlian.cli import provision
from qunlian.cli.doctor import command, lines
from qunlian.cli.examining import examine_installation
from qunlian.cli.runtime import Database
from qunlian.platforms.findings import Finding, State


@pytest.fixture
def installed(database: str) -> Database:
    """A clone of the template, with the mark of its migrations, which a clone has not."""
    mark = sql.SQL("COMMENT ON DATABASE {} IS {}")
    with psycopg.connect(os.environ["QUNLIAN_TEST_CLUSTER_URL"], autocommit=True) as cluster:
        cluster.execute(mark.format(sql.Identifier(database), sql.Literal(provision._mark())))
    owner_url = os.environ["QUNLIAN_TEST_OWNER_URL"].replace("DATABASE", database)
    app_url = make_conninfo(os.environ["QUNLIAN_DATABASE_URL"], dbname=database)
    return Database(owner_url, app_url)


def test_an_installation_without_a_worker_is_told_so(installed: Database, tmp_path: Path) -> None:
    found = {one.check: one for one in examine_installation(installed, tmp_path, "")}
    assert [*found] == ["database", "migrations", "worker", "disk", "public_address"]
    assert found["migrations"].state is State.OK
    assert found["worker"].state is State.WRONG
    assert "qunlian up" in found["worker"].fix
    assert found["public_address"].state is State.LOOK


def test_a_living_worker_is_seen(installed: Database, owner, tmp_path: Path) -> None:
    owner.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    found = examine_installation(installed, tmp_path, "https://qunlian.example.com")
    (worker,) = [one for one in found if one.check == "worker"]
    assert worker.state is State.OK
    assert worker.got == "1 alive, no job was done yet"


def test_what_is_well_takes_a_line_and_the_rest_three() -> None:
    told = lines(
        [
            Finding(check="a", title="Clock", state=State.OK, got="it is"),
            Finding(check="b", title="Secret", state=State.WRONG, expected="x", got="y", fix="z"),
            Finding(check="c", title="Agent", state=State.SKIPPED, got="not looked at"),
        ]
    )
    assert told == [
        "  ok     Clock: it is",
        "  WRONG  Secret: y",
        "         expected: x",
        "         → z",
        "  -      Agent: not looked at",
    ]


def _run(monkeypatch: pytest.MonkeyPatch, home: Path, *arguments: str) -> Result:
    monkeypatch.setenv("QUNLIAN_HOME", str(home))
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    return CliRunner().invoke(command, arguments)


def test_no_database_is_one_finding_and_ends_with_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = _run(monkeypatch, tmp_path)
    assert told.exit_code == 1, told.output
    assert "WRONG  Database:" in told.output
    (part,) = json.loads(_run(monkeypatch, tmp_path, "--json").output)
    assert part["findings"][0]["state"] == "wrong"
