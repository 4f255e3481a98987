"""
Make a database ready to be served from: its roles, extension and rights, then its tables.

Works with the embedded PostgreSQL and with any other of version 15 or newer. The role that migrates owns the
tables; the role that serves owns nothing and cannot read past row-level security. No Django here: it
runs in a child process, as the owner, for the migrations only.
"""

import hashlib
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from qunlian.cli.installation import Installation
from qunlian.cli.postgres_binaries import OLDEST_MAJOR

APP_GROUP = "qunlian_app"
SEARCH_ROLE = "qunlian_search"
_NAMED = "QUNLIAN_APP_DATABASE_URL"
_FIRST_WITH_SET_OPTION = 160000
_PACKAGE = Path(__file__).resolve().parents[1]


class CannotProvision(Exception):
    """The database cannot be made ready; the message says what to do about it."""


class UnsafeRole(CannotProvision):
    """The role that should serve could read past row-level security."""


def prepare(owner_url: str, *, home: Path) -> str:
    """Provision, migrate when a migration is new, verify; return how the application connects."""
    app_url = provision(owner_url, home=home)
    if not is_migrated(owner_url):
        refuse_changed_migrations(owner_url)
        migrate(owner_url, home=home)
    verify_app_role(app_url)
    return app_url


def provision(owner_url: str, *, home: Path) -> str:
    """
    Make roles, extension and rights where they are missing; return how the application connects.

    :param owner_url: a role that owns the database; to make roles it needs CREATEROLE
    :raises CannotProvision: PostgreSQL is too old, or the role may not do it: what to run is said
    """
    app_url = serving_url(owner_url, home=home)
    known = conninfo_to_dict(app_url)
    role = str(known.get("user") or "")
    dbname, is_named = _dbname(owner_url), bool(os.environ.get(_NAMED))
    with psycopg.connect(owner_url, autocommit=True) as connection:
        _refuse_old(connection)
        try:
            _make_roles(connection, role, None if is_named else str(known["password"]))
            _make_rights(connection, dbname)
        except psycopg.errors.InsufficientPrivilege as trouble:
            owner = connection.info.user
            raise CannotProvision(_lesson(str(trouble), dbname, owner, role)) from trouble
    return app_url


def serving_url(owner_url: str, *, home: Path) -> str:
    """Return how the application connects: as named to us, else as a role of our own with a kept password."""
    if named := os.environ.get(_NAMED):
        return named
    role = f"{_dbname(owner_url)}_serving"
    password = Installation(home).secret(f"database-{role}")
    return make_conninfo(owner_url, user=role, password=password)


def verify_app_role(app_url: str) -> None:
    """
    Refuse a serving role that row-level security does not hold.

    :raises UnsafeRole: superuser, BYPASSRLS, owner of tables, or able to become one of these
    """
    with psycopg.connect(app_url) as connection:
        row = connection.execute(
            """
            SELECT string_agg(rolname, ', ' ORDER BY rolname) FROM pg_roles
            WHERE pg_has_role(current_user, oid, 'MEMBER') AND (rolsuper OR rolbypassrls OR oid IN
                (SELECT relowner FROM pg_class WHERE relnamespace = 'public'::regnamespace))
            """
        ).fetchone()
        if row and row[0]:
            message = (
                f"the serving role {connection.info.user!r} is or can become {row[0]}, which row-level"
                " security does not hold; give QUNLIAN_APP_DATABASE_URL a role that is only a member"
                f" of {APP_GROUP}"
            )
            raise UnsafeRole(message)


def is_new(owner_url: str) -> bool:
    """Tell whether the database never held our tables."""
    with psycopg.connect(owner_url) as connection:
        row = connection.execute(
            "SELECT to_regclass('public.django_migrations') IS NULL"
        ).fetchone()
    return row == (True,)


def is_migrated(owner_url: str) -> bool:
    """Tell whether the database was migrated by exactly the migrations installed here."""
    with psycopg.connect(owner_url) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = current_database()"
        ).fetchone()
    return row is not None and row[0] == _mark()


def refuse_changed_migrations(owner_url: str) -> None:
    """
    Refuse tables that another text of one of our migrations made: what follows could not fit them.

    :raises CannotProvision: a migration that was applied has changed since
    """
    with psycopg.connect(owner_url) as connection:
        row = connection.execute(
            "SELECT obj_description(to_regclass('public.django_migrations'), 'pg_class')"
        ).fetchone()
    now = _digests()
    applied = dict(line.split() for line in str(row[0] if row and row[0] else "").splitlines())
    changed = [name for name, digest in applied.items() if now.get(name) != digest]
    if changed:
        raise CannotProvision(
            f"the tables were made by another development version: {', '.join(changed)} has changed since."
            " Run `qunlian backup` with that version and `qunlian restore` with this one into a new"
            " QUNLIAN_HOME (or an empty database); or, if nothing in it matters, start with a new one"
        )


def migrate(owner_url: str, *, home: Path) -> None:
    """
    Run the migrations as the owner and leave a mark in the database that they are done.

    :raises CannotProvision: a migration failed; the message holds its output
    """
    environment = os.environ | {
        "QUNLIAN_DATABASE_URL": owner_url,
        "QUNLIAN_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "qunlian.site.settings",
    }
    environment.pop("QUNLIAN_POOL", None)
    answer = subprocess.run(
        [
            sys.executable,
            "-m",
            "django",
            "migrate",
            "--no-input",
            "-v0",
            "--skip-checks",
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        raise CannotProvision(f"the migrations failed:\n{answer.stderr[-4000:]}")
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(_dbname(owner_url)), sql.Literal(_mark())
            )
        )
        applied = "\n".join(f"{name} {digest}" for name, digest in _digests().items())
        connection.execute(
            sql.SQL("COMMENT ON TABLE django_migrations IS {}").format(sql.Literal(applied))
        )


def _dbname(url: str) -> str:
    return str(conninfo_to_dict(url).get("dbname") or "qunlian")


def _digests() -> dict[str, str]:
    """Return a digest of each of our migrations by its name: ``channel.0001_initial``."""
    return {
        f"{path.parent.parent.name}.{path.stem}": hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for path in sorted(_PACKAGE.rglob("migrations/0*.py"))
    }


def _mark() -> str:
    """Return a digest of all migrations, ours and those of the libraries."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("migrations/*.py")):
        digest.update(path.read_bytes())
    digest.update(f"{version('django')} {version('procrastinate')}".encode())
    return f"qunlian migrations {digest.hexdigest()[:32]}"


def _refuse_old(connection: psycopg.Connection[Any]) -> None:
    major = connection.info.server_version // 10000
    if major < OLDEST_MAJOR:
        message = f"PostgreSQL {major} is too old: Qunlian needs {OLDEST_MAJOR} or newer"
        raise CannotProvision(message)


def _make_roles(connection: psycopg.Connection[Any], role: str, password: str | None) -> None:
    """Make the two group roles and the log-in role, and give each its place."""
    for group in (APP_GROUP, SEARCH_ROLE):
        if not _exists(connection, group):
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(group)))
    if password is not None:
        verb = "ALTER" if _exists(connection, role) else "CREATE"
        if verb == "CREATE" or not _can_log_in(connection, role, password):
            connection.execute(
                sql.SQL(verb + " ROLE {} LOGIN PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(password)
                )
            )
    _join(connection, APP_GROUP, role)
    _join(connection, SEARCH_ROLE, connection.info.user)


def _make_rights(connection: psycopg.Connection[Any], dbname: str) -> None:
    """Grant what the roles need of the database itself; rights on tables come with the migrations."""
    database, app = sql.Identifier(dbname), sql.Identifier(APP_GROUP)
    search = sql.Identifier(SEARCH_ROLE)
    for statement in (
        sql.SQL("CREATE EXTENSION IF NOT EXISTS pg_trgm"),
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, app),
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(app),
        sql.SQL("GRANT USAGE, CREATE ON SCHEMA public TO {}").format(search),
    ):
        connection.execute(statement)
    allowed = connection.execute(
        "SELECT has_schema_privilege(%s, 'public', 'CREATE') AND has_schema_privilege('public', 'CREATE')"
        " AND has_database_privilege(%s, current_database(), 'TEMPORARY')",
        [SEARCH_ROLE, APP_GROUP],
    ).fetchone()
    if allowed != (True,):
        message = "the role may not give rights on this database (it does not own it)"
        raise psycopg.errors.InsufficientPrivilege(message)


def _exists(connection: psycopg.Connection[Any], role: str) -> bool:
    known = "SELECT 1 FROM pg_roles WHERE rolname = %s"
    return connection.execute(known, [role]).fetchone() is not None


def _can_log_in(connection: psycopg.Connection[Any], role: str, password: str) -> bool:
    """Tell whether the kept password is still the role's."""
    try:
        psycopg.connect(make_conninfo(connection.info.dsn, user=role, password=password)).close()
    except psycopg.OperationalError:
        return False
    return True


def _join(connection: psycopg.Connection[Any], group: str, member: str) -> None:
    """Make ``member`` a member of ``group`` unless it already is one that may act as it."""
    mode = "SET" if connection.info.server_version >= _FIRST_WITH_SET_OPTION else "MEMBER"
    row = connection.execute("SELECT pg_has_role(%s, %s, %s)", [member, group, mode]).fetchone()
    if row != (True,):
        connection.execute(
            sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), sql.Identifier(member))
        )


def _lesson(trouble: str, dbname: str, owner: str, role: str) -> str:
    """Return what a superuser must run once, where our own role may not."""
    return f"""\
the role {owner!r} may not prepare the database {dbname!r}: {trouble.strip()}
Let it make roles (ALTER ROLE "{owner}" CREATEROLE BYPASSRLS; ALTER DATABASE "{dbname}" OWNER TO "{owner}"),
or run these lines once as a superuser, connected to {dbname}, with a password of your own:

  CREATE ROLE {APP_GROUP} NOLOGIN;
  CREATE ROLE {SEARCH_ROLE} NOLOGIN;
  CREATE ROLE "{role}" LOGIN PASSWORD 'choose-one';
  GRANT {APP_GROUP} TO "{role}";
  GRANT {SEARCH_ROLE} TO "{owner}";
  ALTER DATABASE "{dbname}" OWNER TO "{owner}";
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  GRANT CONNECT, TEMPORARY ON DATABASE "{dbname}" TO {APP_GROUP};
  GRANT USAGE ON SCHEMA public TO {APP_GROUP};
  GRANT USAGE, CREATE ON SCHEMA public TO {SEARCH_ROLE};

then start again with that role named beside DATABASE_URL:

  QUNLIAN_APP_DATABASE_URL=postgresql://{role}:choose-one@HOST:5432/{dbname}
"""
