"""What every command needs: the installation's database, running, and Django on top of it."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import click
import psutil

from qunlian.cli.embedded_postgres import EmbeddedPostgres
from qunlian.cli.installation import Installation
from qunlian.cli.processes import is_alive
from qunlian.cli.provision import prepare, provision

DATABASE = "qunlian"


@dataclass(frozen=True, slots=True)
class Database:
    """How to reach one installation's database: as its owner, and as the role that serves."""

    owner_url: str
    app_url: str
    server: EmbeddedPostgres | None = None

    @property
    def backup_url(self) -> str:
        """Return a role that sees every row whatever the policies say."""
        return self.server.superuser_url(DATABASE) if self.server else self.owner_url


@contextmanager
def database(installation: Installation, *, is_to_migrate: bool = True) -> Iterator[Database]:
    """Give the installation's database, with roles and tables, for the length of the block.

    DATABASE_URL names it; else it is the embedded one, which is started for the block unless it runs already.
    """
    owner_url = os.environ.get("DATABASE_URL") or running(installation).get("database_url")
    with ExitStack() as stack:
        server = None
        if not owner_url:
            server = stack.enter_context(EmbeddedPostgres(installation.home))
            server.create_database(DATABASE)
            owner_url = server.owner_url(DATABASE)
        ready = prepare if is_to_migrate else provision
        app_url = ready(owner_url, home=installation.home)
        yield Database(owner_url, app_url, server)


@contextmanager
def serving(*, as_owner: bool = False) -> Iterator[Installation]:
    """Set Django up on the installation's database, as the serving role, for the length of the block.

    A refusal that leaves the block becomes a plain message.

    :param as_owner: connect as the owner, for a maintenance command that must see every enterprise
    """
    installation = Installation.from_environment()
    with database(installation) as found:
        url = found.owner_url if as_owner else found.app_url
        os.environ.update(environment(installation, url))
        import django  # noqa: PLC0415  (needs the environment)

        django.setup()
        with _refusals_in_words():
            yield installation


@contextmanager
def _refusals_in_words() -> Iterator[None]:
    """Say a refusal to the person at the terminal, in the language the commands speak."""
    from django.utils import translation  # noqa: PLC0415

    from qunlian.kernel.errors import Refusal  # noqa: PLC0415
    from qunlian.kernel.wording import in_words  # noqa: PLC0415

    try:
        with translation.override("en"):
            yield
    except Refusal as refusal:
        with translation.override("en"):
            raise click.ClickException(in_words(refusal)) from refusal


def environment(installation: Installation, url: str) -> dict[str, str]:
    """Return the settings that every process of an installation shares."""
    return {
        "QUNLIAN_HOME": str(installation.home),
        "QUNLIAN_DATABASE_URL": url,
        "QUNLIAN_SECRET_KEY": installation.secret("secret-key", length=48),
        "DJANGO_SETTINGS_MODULE": "qunlian.site.settings",
    }


def running(installation: Installation) -> dict[str, str]:
    """Return what a living ``qunlian up`` says about itself; empty when none runs."""
    state = installation.recall("running")
    try:
        process = psutil.Process(int(state["pid"]))
        alive = process.create_time() == state["started"] and is_alive(process)
    except (KeyError, ValueError, psutil.Error):
        return {}
    return state if alive else {}


def say(text: str = "") -> None:
    """Tell the person at the terminal something."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
