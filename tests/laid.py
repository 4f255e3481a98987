"""Installations that tests start as users do: where their databases lie, and tables that are laid once for all.

Laying the tables takes longer than most that is done with them. Whoever first needs an installation with tables
lays a model; the others begin as copies of it. What is about the first start itself begins with nothing.
"""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from qunlian.cli.embedded_postgres import EmbeddedPostgres
from qunlian.cli.installation import Installation
from qunlian.cli.provision import prepare
from qunlian.cli.runtime import DATABASE

_LAID = "laid"


def begin(home: Path) -> None:
    """Let an installation's database lie where the tests' own does, in memory if there is room."""
    folder = Path(os.environ["QUNLIAN_TEST_HOME"]) / f"postgres-{secrets.token_hex(4)}"
    Installation(home).remember("postgres-folder", path=str(folder))


def begin_laid(home: Path) -> None:
    """Begin an installation whose tables are laid already."""
    model = Installation(Path(os.environ["QUNLIAN_TEST_HOME"]) / "model")
    with model.locked(_LAID):
        if not model.recall(_LAID):
            _lay(model)
    begin(home)
    shutil.copytree(model.home / "secrets", home / "secrets")
    root = EmbeddedPostgres(home).root
    root.mkdir(mode=0o755)
    data = EmbeddedPostgres(model.home).data
    subprocess.run(["cp", "-a", data, root], check=True)


def end(home: Path) -> None:
    """Take away an installation's database; nothing runs on it any more."""
    shutil.rmtree(EmbeddedPostgres(home).root, ignore_errors=True)


def _lay(model: Installation) -> None:
    begin(model.home)
    with EmbeddedPostgres(model.home, durable=False) as server:
        server.create_database(DATABASE)
        prepare(server.owner_url(DATABASE), home=model.home)
    model.remember(_LAID, done=True)
