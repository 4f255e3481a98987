"""What a backup holds: one tar file with the database, the uploads, the secrets and a manifest."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from qunlian.cli import postgres_binaries
from qunlian.cli.postgres_binaries import ServerUser
from qunlian.cli.provision import SEARCH_ROLE, CannotProvision

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
MEDIA = "media"
SECRETS = "secrets"
#: Passwords of roles belong to one PostgreSQL, not to the data.
OWN_SECRETS = "database-"


class BadArchive(CannotProvision):
    """The file is no backup of ours, or is damaged."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the archive says about itself.

    :param rows: table → number of rows, counted in the same moment that the dump shows
    :param search_functions: functions that belong to the search role, which a restore gives back
    """

    format: int
    version: str
    made_at: str
    postgres: int
    rows: dict[str, int]
    search_functions: list[str]

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data."""
        return asdict(self)


@contextmanager
def snapshot(url: str) -> Iterator[tuple["psycopg.Connection[tuple[object, ...]]", str]]:
    """Hold one moment of the database; its name lets ``pg_dump`` see the same moment."""
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield connection, str(row[0]) if row else ""


def count_rows(connection: "psycopg.Connection[tuple[object, ...]]") -> dict[str, int]:
    """Count the rows of every table, partitioned ones as a whole."""
    tables = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname"
    ).fetchall()
    counts = {}
    for (table,) in tables:
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(str(table)))
        row = connection.execute(query).fetchone()
        counts[str(table)] = int(str(row[0])) if row else 0
    return counts


def search_functions(connection: "psycopg.Connection[tuple[object, ...]]") -> list[str]:
    """Return the signatures of the functions that the search role owns."""
    rows = connection.execute(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE proowner = %s::regrole ORDER BY 1",
        [SEARCH_ROLE],
    )
    return [str(signature) for (signature,) in rows.fetchall()]


def program(name: str, server_version: int) -> Path:
    """Return ``pg_dump`` or ``pg_restore`` that is at least as new as the server."""
    own = postgres_binaries.find(ServerUser())
    for folder in (own, *postgres_binaries.installed()):
        if (
            postgres_binaries.version(folder) >= server_version // 10000
            and (folder / name).exists()
        ):
            return folder / name
    message = (
        f"PostgreSQL {server_version // 10000} needs a {name} that is at least as new; install it"
    )
    raise CannotProvision(message)


def connection_for_program(url: str) -> tuple[str, dict[str, str]]:
    """Return the argument and environment that connect a program; the password is in no argument."""
    parts = conninfo_to_dict(url)
    password = str(parts.pop("password", "") or "")
    return (
        f"--dbname={make_conninfo(**{name: str(value) for name, value in parts.items()})}",
        os.environ | {"PGPASSWORD": password},
    )


def refuse_bound_role(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Refuse a role that row-level security would show only a part."""
    row = connection.execute(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if row != (True,):
        owner = connection.info.user
        message = (
            f"the role {owner!r} cannot see every row, so its backup would be incomplete; run once as a"
            f' superuser: ALTER ROLE "{owner}" BYPASSRLS'
        )
        raise CannotProvision(message)
