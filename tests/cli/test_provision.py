import os
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from qunlian.cli import provision
from qunlian.cli.provision import CannotProvision, UnsafeRole
from tests.cluster import owner_role

CLUSTER = "QUNLIAN_TEST_CLUSTER_URL"


@pytest.fixture
def plain() -> Iterator[tuple[str, str]]:
    """A new database and an ordinary role that may do nothing special; the role's address and name."""
    name = f"p_{uuid4().hex[:8]}"
    with psycopg.connect(os.environ[CLUSTER], autocommit=True) as cluster:
        cluster.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'secret'")
        cluster.execute(f"CREATE DATABASE {name}")
        yield make_conninfo(os.environ[CLUSTER], dbname=name, user=name, password="secret"), name
        cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")
        cluster.execute(f"DROP ROLE IF EXISTS {name}_serving")
        cluster.execute(f"DROP ROLE {name}")


def test_the_serving_role_is_held_by_row_level_security_and_the_owner_is_refused() -> None:
    provision.verify_app_role(os.environ["QUNLIAN_DATABASE_URL"])
    owner = os.environ["QUNLIAN_TEST_OWNER_URL"].replace("DATABASE", "qunlian_template")
    with pytest.raises(UnsafeRole, match=owner_role()):
        provision.verify_app_role(owner)
    with pytest.raises(UnsafeRole, match="postgres"):
        provision.verify_app_role(make_conninfo(os.environ[CLUSTER], dbname="qunlian_template"))


def test_the_serving_role_may_not_become_more(database: str) -> None:
    app = make_conninfo(os.environ["QUNLIAN_DATABASE_URL"], dbname=database)
    for attempt in (
        "SET ROLE qunlian_search",
        f"SET ROLE {owner_role()}",
        "ALTER TABLE kernel_fact DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE mine (id int)",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
        "SELECT kernel_ensure_partitions('kernel_fact', 'month', 0, 1)",
    ):
        with (
            psycopg.connect(app) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(attempt)


def test_a_second_time_changes_nothing(database: str, tmp_path: Path) -> None:
    owner = os.environ["QUNLIAN_TEST_OWNER_URL"].replace("DATABASE", database)
    first = provision.provision(owner, home=tmp_path)
    assert provision.provision(owner, home=tmp_path) == first
    assert not provision.is_new(owner)
    psycopg.connect(first).close()
    with psycopg.connect(os.environ[CLUSTER], autocommit=True) as cluster:
        cluster.execute(f"DROP OWNED BY {database}_serving")
        cluster.execute(f"DROP ROLE {database}_serving")


def test_tables_of_another_development_version_are_refused_plainly(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = os.environ["QUNLIAN_TEST_OWNER_URL"].replace("DATABASE", database)
    provision.refuse_changed_migrations(owner)
    digests = provision._digests()
    monkeypatch.setattr(provision, "_digests", lambda: digests | {"channel.0001_initial": "edited"})
    with pytest.raises(CannotProvision, match=r"channel\.0001_initial has changed since"):
        provision.prepare(owner, home=tmp_path)


def test_a_new_migration_is_no_trouble(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = os.environ["QUNLIAN_TEST_OWNER_URL"].replace("DATABASE", database)
    more = provision._digests() | {"channel.0099_more": "new"}
    monkeypatch.setattr(provision, "_digests", lambda: more)
    provision.refuse_changed_migrations(owner)


def test_an_old_postgresql_is_refused_plainly(
    plain: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provision, "OLDEST_MAJOR", 99)
    with pytest.raises(CannotProvision, match="needs 99 or newer"):
        provision.provision(plain[0], home=tmp_path)


def test_a_role_that_may_not_make_roles_is_taught_and_the_lesson_works(
    plain: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, name = plain
    with pytest.raises(CannotProvision) as refused:
        provision.provision(url, home=tmp_path)
    lesson = str(refused.value)
    assert "run these lines once as a superuser" in lesson
    with psycopg.connect(make_conninfo(os.environ[CLUSTER], dbname=name), autocommit=True) as admin:
        for line in re.findall(r"^  ((?:CREATE|GRANT|ALTER) .*;)$", lesson, re.MULTILINE):
            if not line.startswith(("CREATE ROLE qunlian_app", "CREATE ROLE qunlian_search")):
                admin.execute(line)
    serving = make_conninfo(url, user=f"{name}_serving", password="choose-one")
    monkeypatch.setenv("QUNLIAN_APP_DATABASE_URL", serving)
    assert provision.provision(url, home=tmp_path) == serving
    provision.verify_app_role(serving)
