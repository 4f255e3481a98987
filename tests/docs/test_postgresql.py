"""The SQL of docs/start/postgresql.md makes a PostgreSQL ready for Qunlian, as it stands."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from qunlian.cli.embedded_postgres import EmbeddedPostgres
from qunlian.cli.provision import CannotProvision, provision, verify_app_role
from tests.docs.pages import ROOT, blocks

PAGE = ROOT / "docs/start/postgresql.md"
FIRST, LESSON = (text for _line, text in blocks(PAGE, "sql"))
IN_THE_DATABASE = 4


@pytest.fixture
def cluster() -> Iterator[EmbeddedPostgres]:
    """A server that knows nothing of Qunlian yet."""
    home = Path(tempfile.mkdtemp(prefix="qunlian-docs-"))
    home.chmod(0o755)
    server = EmbeddedPostgres(home, durable=False)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.root, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[arg-type]


def statements(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def as_role(cluster: EmbeddedPostgres, role: str, password: str) -> str:
    return make_conninfo(cluster.superuser_url("qunlian"), user=role, password=password)


def test_the_two_lines_are_enough(cluster: EmbeddedPostgres, tmp_path: Path) -> None:
    run(cluster.superuser_url("postgres"), *statements(FIRST))
    app_url = provision(as_role(cluster, "qunlian", "choose-one"), home=tmp_path)
    verify_app_role(app_url)


def test_an_administrator_can_do_it_instead(
    cluster: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(cluster.superuser_url("postgres"), *statements(FIRST.replace("CREATEROLE ", "")))
    owner = as_role(cluster, "qunlian", "choose-one")
    with pytest.raises(CannotProvision):
        provision(owner, home=tmp_path)
    lines = statements(LESSON)
    run(cluster.superuser_url("postgres"), *lines[:-IN_THE_DATABASE])
    run(cluster.superuser_url("qunlian"), *lines[-IN_THE_DATABASE:])
    serving = as_role(cluster, "qunlian_serving", "choose-another")
    monkeypatch.setitem(os.environ, "QUNLIAN_APP_DATABASE_URL", serving)
    assert provision(owner, home=tmp_path) == serving
    verify_app_role(serving)
