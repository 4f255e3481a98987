import os
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from qunlian.cli import archive, backup, restore
from qunlian.cli.installation import Installation
from qunlian.cli.provision import CannotProvision, is_new, provision
from tests.cast_words import Cast
from tests.cluster import owner_role

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[str]:
    """An empty, provisioned database, as its owner."""
    name = f"r_{uuid4().hex[:8]}"
    url = os.environ["QUNLIAN_TEST_OWNER_URL"].replace("DATABASE", name)
    with psycopg.connect(os.environ["QUNLIAN_TEST_CLUSTER_URL"], autocommit=True) as cluster:
        cluster.execute(f"CREATE DATABASE {name} OWNER {owner_role()}")
        os.environ["QUNLIAN_APP_DATABASE_URL"] = make_conninfo(
            os.environ["QUNLIAN_DATABASE_URL"], dbname=name
        )
        provision(url, home=tmp_path)
        del os.environ["QUNLIAN_APP_DATABASE_URL"]
        yield url
        cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_backup_comes_back_whole(
    cast: Cast, database: str, owner: psycopg.Connection, empty: str, tmp_path: Path
) -> None:
    old, new = Installation(tmp_path / "old"), Installation(tmp_path / "new")
    secret = old.secret("secret-key")
    old.secret("database-qunlian_owner")
    (old.home / "media" / "a").mkdir(parents=True)
    (old.home / "media" / "a" / "店.jpg").write_bytes(b"picture")
    new.home.mkdir()
    url = os.environ["QUNLIAN_TEST_OWNER_URL"].replace("DATABASE", database)
    target = tmp_path / "backup.tar"

    manifest = backup.write(old, url, target, now=NOW)
    assert manifest.rows["kernel_fact"] >= 0
    assert sum(manifest.rows.values()) > 20
    assert target.stat().st_mode & 0o077 == 0
    restore.read(new, empty, target)

    assert new.secret("secret-key") == secret
    assert not (new.home / "secrets" / "database-qunlian_owner").exists()
    assert (new.home / "media" / "a" / "店.jpg").read_bytes() == b"picture"
    with psycopg.connect(empty) as connection:
        assert archive.count_rows(connection) == manifest.rows
        assert archive.search_functions(connection) == archive.search_functions(owner)
    app = make_conninfo(
        os.environ["QUNLIAN_DATABASE_URL"], dbname=conninfo_to_dict(empty)["dbname"]
    )
    with psycopg.connect(app) as connection, pytest.raises(psycopg.errors.UndefinedObject):
        connection.execute("SELECT * FROM kernel_fact")


def test_a_restore_into_a_used_installation_is_refused(
    cast: Cast, database: str, tmp_path: Path
) -> None:
    url = os.environ["QUNLIAN_TEST_OWNER_URL"].replace("DATABASE", database)
    with pytest.raises(CannotProvision, match="holds data already"):
        restore.read(Installation(tmp_path), url, tmp_path / "any.tar")


def test_a_file_that_is_no_backup_is_refused(empty: str, tmp_path: Path) -> None:
    stranger = tmp_path / "holiday.tar"
    with tarfile.open(stranger, "w") as tar:
        tar.add(__file__, "holiday.py")
    with pytest.raises(archive.BadArchive, match="no backup of Qunlian"):
        restore.read(Installation(tmp_path), empty, stranger)


def test_a_torn_backup_leaves_the_installation_empty(
    cast: Cast, database: str, empty: str, tmp_path: Path
) -> None:
    url = os.environ["QUNLIAN_TEST_OWNER_URL"].replace("DATABASE", database)
    whole, torn, inside = tmp_path / "whole.tar", tmp_path / "torn.tar", tmp_path / "inside"
    backup.write(Installation(tmp_path / "old"), url, whole, now=NOW)
    with tarfile.open(whole) as tar:
        tar.extractall(inside, filter="data")
    dump = (inside / archive.DUMP).read_bytes()
    (inside / archive.DUMP).write_bytes(dump[: len(dump) * 9 // 10])
    with tarfile.open(torn, "w") as tar:
        for part in inside.iterdir():
            tar.add(part, part.name)
    with pytest.raises(CannotProvision, match="nothing was changed"):
        restore.read(Installation(tmp_path), empty, torn)
    assert is_new(empty)


def test_a_role_that_row_level_security_binds_cannot_make_a_backup(
    database: str, tmp_path: Path
) -> None:
    app = make_conninfo(os.environ["QUNLIAN_DATABASE_URL"], dbname=database)
    with pytest.raises(CannotProvision, match="incomplete"):
        backup.write(Installation(tmp_path), app, tmp_path / "b.tar", now=NOW)
    assert not (tmp_path / "b.tar").exists()
