"""``qunlian restore``: a backup into an empty installation."""

import contextlib
import itertools
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import click
import psycopg
from psycopg import sql

from qunlian.cli import archive
from qunlian.cli.installation import Installation
from qunlian.cli.provision import SEARCH_ROLE, CannotProvision, is_new, prepare
from qunlian.cli.runtime import database, running, say

#: What pg_restore sets in its first lines, and servers older than itself refuse.
UNKNOWN_TO_OLDER = frozenset({b"SET transaction_timeout = 0;\n"})
PREAMBLE_LINES = 40


@click.command("restore")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(source: Path) -> None:
    """Bring a backup back into an empty installation, and count what came."""
    installation = Installation.from_environment()
    if running(installation):
        raise click.UsageError(
            "stop `qunlian up` first: a restore needs the installation for itself"
        )
    with database(installation, is_to_migrate=False) as found:
        manifest = read(installation, found.owner_url, source)
        prepare(found.owner_url, home=installation.home)
    installation.forget("first-start")
    say(
        f"{sum(manifest.rows.values())} rows in {len(manifest.rows)} tables are back; all counts agree"
    )


def read(installation: Installation, owner_url: str, source: Path) -> archive.Manifest:
    """Restore database, uploads and secrets; the database as a whole or not at all.

    :raises BadArchive: the file is no backup of ours, or a table came back with other rows
    :raises CannotProvision: the installation holds data already
    """
    if not is_new(owner_url):
        message = "this installation's database holds data already; restore into an empty one"
        raise CannotProvision(message)
    with tempfile.TemporaryDirectory(dir=installation.home, prefix=".restore-") as name:
        folder = Path(name)
        manifest = _unpack(source, folder)
        _restore_database(owner_url, folder / archive.DUMP, manifest)
        _check_counts(owner_url, manifest)
        for part, target in ((archive.MEDIA, "media"), (archive.SECRETS, "secrets")):
            if (folder / part).exists():
                shutil.copytree(folder / part, installation.home / target, dirs_exist_ok=True)
    return manifest


def _unpack(source: Path, folder: Path) -> archive.Manifest:
    """Unpack the archive, refusing members that point outside, and read its manifest."""
    try:
        with tarfile.open(source) as tar:
            tar.extractall(folder, filter="data")
        manifest = archive.Manifest(**json.loads((folder / archive.MANIFEST).read_text()))
    except (tarfile.TarError, OSError, ValueError, TypeError) as trouble:
        raise archive.BadArchive(f"{source} is no backup of Qunlian: {trouble}") from trouble
    if manifest.format != archive.FORMAT:
        raise archive.BadArchive(f"{source} was made by a newer Qunlian ({manifest.version})")
    return manifest


def _restore_database(owner_url: str, dump: Path, manifest: archive.Manifest) -> None:
    """Let ``psql`` run what ``pg_restore`` writes, in one transaction; give the search functions back."""
    program = archive.program("pg_restore", manifest.postgres)
    place, environment = archive.connection_for_program(owner_url)
    with (
        dump.with_suffix(".log").open("w+b") as log,
        subprocess.Popen(
            [program, "--no-owner", "--file=-", dump], stdout=subprocess.PIPE, stderr=log
        ) as reading,
        subprocess.Popen(
            [program.with_name("psql"), "--no-psqlrc", "--set=ON_ERROR_STOP=1", place],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=log,
        ) as running_it,
    ):
        with contextlib.suppress(BrokenPipeError):
            _pass_on(reading, running_it)
        if reading.wait() or running_it.wait():
            log.seek(0)
            trouble = log.read().decode(errors="replace")[-2000:]
            raise CannotProvision(f"the restore failed, nothing was changed:\n{trouble}")
    with psycopg.connect(owner_url) as connection:
        for signature in manifest.search_functions:
            statement = sql.SQL("ALTER FUNCTION {} OWNER TO {}").format(
                sql.SQL(signature),  # type: ignore[arg-type]
                sql.Identifier(SEARCH_ROLE),
            )
            connection.execute(statement)


def _pass_on(reading: "subprocess.Popen[bytes]", running_it: "subprocess.Popen[bytes]") -> None:
    """Send the statements on, and the word to keep them only once the last has been read."""
    assert reading.stdout  # noqa: S101  (both are pipes)
    assert running_it.stdin  # noqa: S101
    with running_it.stdin as statements:
        statements.write(b"BEGIN;\n")
        for line in itertools.islice(reading.stdout, PREAMBLE_LINES):
            if line not in UNKNOWN_TO_OLDER:
                statements.write(line)
        shutil.copyfileobj(reading.stdout, statements)
        if reading.wait() == 0:
            statements.write(b"COMMIT;\n")


def _check_counts(owner_url: str, manifest: archive.Manifest) -> None:
    """Compare every table with the manifest."""
    with psycopg.connect(owner_url) as connection:
        archive.refuse_bound_role(connection)
        found = archive.count_rows(connection)
    wrong = [
        f"{table}: {found.get(table)} instead of {rows}"
        for table, rows in manifest.rows.items()
        if found.get(table) != rows
    ]
    if wrong:
        raise archive.BadArchive("rows are missing after the restore: " + "; ".join(wrong))
