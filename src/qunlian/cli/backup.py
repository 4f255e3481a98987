"""``qunlian backup``: everything of one installation in one file, while it runs."""

import json
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from qunlian.cli import archive
from qunlian.cli.installation import Installation
from qunlian.cli.provision import CannotProvision
from qunlian.cli.runtime import database, say


@click.command("backup")
@click.argument("target", required=False, type=click.Path(path_type=Path))
def command(target: Path | None) -> None:
    """Write the database, uploads and secrets to one file (default: qunlian-DATE.tar here).

    Keep it as safe as the installation: it holds its secrets.
    """
    now = datetime.now(UTC)
    target = target or Path(f"qunlian-{now:%Y%m%d-%H%M%S}.tar")
    if target.exists():
        raise click.UsageError(f"{target} exists already")
    installation = Installation.from_environment()
    with database(installation) as found:
        manifest = write(installation, found.backup_url, target, now=now)
    size = target.stat().st_size / 1e6
    say(
        f"{target}: {sum(manifest.rows.values())} rows in {len(manifest.rows)} tables, {size:.1f} MB"
    )


def write(installation: Installation, url: str, target: Path, *, now: datetime) -> archive.Manifest:
    """Write the archive, whole or not at all, and return its manifest.

    :param url: a role that sees every row
    :raises CannotProvision: the role does not, or ``pg_dump`` failed
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".qunlian-backup-") as name:
        folder = Path(name)
        with archive.snapshot(url) as (connection, moment):
            archive.refuse_bound_role(connection)
            _dump(url, folder / archive.DUMP, moment, connection.info.server_version)
            manifest = archive.Manifest(
                format=archive.FORMAT,
                version=version("qunlian"),
                made_at=now.isoformat(),
                postgres=connection.info.server_version,
                rows=archive.count_rows(connection),
                search_functions=archive.search_functions(connection),
            )
        (folder / archive.MANIFEST).write_text(json.dumps(manifest.as_dict(), indent=1))
        part = folder / "archive.tar"
        part.touch(mode=0o600)
        with tarfile.open(part, "w") as tar:
            tar.add(folder / archive.MANIFEST, archive.MANIFEST)
            tar.add(folder / archive.DUMP, archive.DUMP)
            _add_files(tar, installation)
        part.replace(target)
    return manifest


def _dump(url: str, target: Path, moment: str, server_version: int) -> None:
    """Let ``pg_dump`` write the database as it was at ``moment``."""
    program = archive.program("pg_dump", server_version)
    place, environment = archive.connection_for_program(url)
    answer = subprocess.run(
        [program, "--format=custom", f"--snapshot={moment}", f"--file={target}", place],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        raise CannotProvision(f"pg_dump failed:\n{answer.stderr[-2000:]}")


def _add_files(tar: tarfile.TarFile, installation: Installation) -> None:
    """Add uploads and secrets."""
    media = installation.home / "media"
    if media.exists():
        tar.add(media, archive.MEDIA)
    for path in sorted((installation.home / "secrets").glob("*")):
        if not path.name.startswith((archive.OWN_SECRETS, ".")):
            tar.add(path, f"{archive.SECRETS}/{path.name}")
