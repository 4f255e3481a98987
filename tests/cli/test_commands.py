"""The command line as a person uses it, on an installation of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from qunlian.cli import main
from qunlian.cli.maintain import ensure_partitions
from tests import laid


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("home")
    laid.begin_laid(folder)
    yield folder
    laid.end(folder)


def qunlian(home: Path, *arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    hidden = ("QUNLIAN_", "DJANGO_", "DATABASE_URL")
    environment = {n: v for n, v in os.environ.items() if not n.startswith(hidden)}
    return subprocess.run(
        [sys.executable, "-m", "qunlian.cli.main", *arguments],
        env=environment | {"QUNLIAN_HOME": str(home)},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_first_user_is_made(home: Path) -> None:
    entered = ["createuser", "boss", "--enterprise", "临江食品", "--name", "华总"]
    weak = qunlian(home, *entered, stdin="1234\n")
    assert weak.returncode == 1
    assert weak.stderr.startswith("Error: ")
    made = qunlian(home, *entered, stdin="a-Good-passw0rd\n")
    assert made.returncode == 0, made.stderr
    assert "boss may log in" in made.stdout
    assert qunlian(home, *entered, stdin="a-Good-passw0rd\n").returncode == 1  # there is one by now


def test_each_command_is_one_file_and_explains_itself() -> None:
    runner = CliRunner()
    overview = runner.invoke(main.commands, ["--help"])
    for name in main.commands.list_commands(None):  # type: ignore[arg-type]
        assert name in overview.output
        assert runner.invoke(main.commands, [name, "--help"]).exit_code == 0
    assert {"up", "backup", "restore", "createuser", "maintain"} <= set(
        main.commands.list_commands(None)  # type: ignore[arg-type]
    )


def test_maintenance_adds_the_partitions_that_are_missing(
    database: str, owner: psycopg.Connection
) -> None:
    url = os.environ["QUNLIAN_TEST_OWNER_URL"].replace("DATABASE", database)
    assert ensure_partitions(url) == 0
    newest = owner.execute(
        "SELECT max(inhrelid::regclass::text) FROM pg_inherits"
        " WHERE inhparent = 'kernel_fact'::regclass AND inhrelid::regclass::text ~ '[0-9]$'"
    ).fetchone()
    assert newest
    owner.execute(f"DROP TABLE {newest[0]}")
    assert ensure_partitions(url) == 1
