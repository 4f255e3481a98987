"""The test house: a real PostgreSQL, one fresh database per test, used as the application's role.

The controller starts a throw-away server (or takes the one that ``DATABASE_URL`` names, whose user makes
databases and roles), migrates a template as its owner and lays the fixed cast (cast.py) into it. A test that asks for ``cast`` gets a clone of that template, so it may commit like the
product does; a savepoint or a superuser would hide broken isolation.
"""

import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import psycopg
import pytest
from django.http import FileResponse
from django.test import Client

from qunlian.cli.embedded_postgres import EmbeddedPostgres
from qunlian.cli.installation import Installation
from qunlian.kernel.actor import Actor
from tests.cast_words import Cast

TEMPLATE = "qunlian_template"
LEAST_MEMORY = 6 * 2**30
_HOME = "QUNLIAN_TEST_HOME"
_numbers = count(1)
_running: list[EmbeddedPostgres] = []


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _start_server()
    _set_up_django()
    # a busy machine is no reason to fail: no test is about time
    hypothesis.settings.register_profile("house", deadline=None)
    hypothesis.settings.load_profile("house")


#: Tests of pages that start no installation.
ALONE = ("test_beside.py", "test_claim.py", "test_sandbox.py")
#: Of what stands alone the longest go first, so that no worker waits for the other in the end.
LONGEST = (
    "tests/crash/",
    "tests/platforms/wecom/test_story",
    "tests/probes/",
    "tests/architecture/",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first, whatever order was drawn."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give what shares a costly installation to one worker, the largest share first; the rest to who is free."""
    from xdist.scheduler import LoadScopeScheduling

    class ByInstallation(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            room, _, test = nodeid.removeprefix("tests/").partition("/")
            module = test.partition("::")[0]
            if room == "browser" and module not in ALONE:
                return "demo" if module == "test_demo.py" else "empty"
            return f"{room}/{module}" if room in ("browser", "cli", "docs") else nodeid

    return ByInstallation(config, log)


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or _HOME not in os.environ:
        return
    for server in _running:
        server.stop()
        shutil.rmtree(server.root, ignore_errors=True)
    if not _running:
        _drop_template()
    shutil.rmtree(os.environ[_HOME], ignore_errors=True)


def _start_server() -> None:
    from qunlian.cli.provision import prepare

    home = Path(tempfile.mkdtemp(prefix="qunlian-test-", dir=_fast_folder()))
    home.chmod(0o755)
    (home / "static").mkdir()
    os.environ[_HOME] = os.environ["QUNLIAN_HOME"] = str(home)
    # what tests start themselves (an installation, its commands) brings its own server
    if given := os.environ.pop("DATABASE_URL", ""):
        os.environ["QUNLIAN_TEST_CLUSTER_URL"] = given
        os.environ["QUNLIAN_TEST_OWNER_URL"] = urlsplit(given)._replace(path="/DATABASE").geturl()
        _drop_template()
        with psycopg.connect(given, autocommit=True) as cluster:
            cluster.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0 ENCODING 'UTF8'")
    else:
        _start_embedded(home)
    owner_url = os.environ["QUNLIAN_TEST_OWNER_URL"].replace("DATABASE", TEMPLATE)
    os.environ["QUNLIAN_DATABASE_URL"] = prepare(owner_url, home=home)
    subprocess.run([sys.executable, "-m", "tests.cast", str(home / "cast.pickle")], check=True)


def _start_embedded(home: Path) -> None:
    Installation(home).remember("postgres-folder", path=str(home / "postgres"))
    server = EmbeddedPostgres(home, durable=False)
    server.start()
    _running.append(server)
    server.create_database(TEMPLATE)
    os.environ["QUNLIAN_TEST_OWNER_URL"] = server.owner_url("DATABASE")
    os.environ["QUNLIAN_TEST_CLUSTER_URL"] = server.superuser_url("postgres")


def _drop_template() -> None:
    with psycopg.connect(os.environ["QUNLIAN_TEST_CLUSTER_URL"], autocommit=True) as cluster:
        cluster.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")


def _fast_folder() -> str | None:
    """Return a folder in memory with room for the server: a thousand databases are copied file by file."""
    shared = Path("/dev/shm")
    has_room = os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > LEAST_MEMORY
    return str(shared) if has_room else None


def _set_up_django() -> None:
    import django
    from django.test.utils import setup_test_environment

    os.environ["DJANGO_SETTINGS_MODULE"] = "qunlian.site.settings"
    django.setup()
    setup_test_environment(debug=False)
    _make_passwords_cheap()


def _make_passwords_cheap() -> None:
    """Let a password take no time: what guards it in earnest is Django's, and no test is about that."""
    from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher

    Argon2PasswordHasher.time_cost = Argon2PasswordHasher.parallelism = 1
    Argon2PasswordHasher.memory_cost = 8
    PBKDF2PasswordHasher.iterations = 1


@pytest.fixture
def database() -> Iterator[str]:
    """A fresh clone of the template, connected as the application's role; its name is returned."""
    from django.db import connections

    name = f"t_{os.getpid()}_{next(_numbers)}"
    connection = connections["default"]
    before = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["QUNLIAN_TEST_CLUSTER_URL"], autocommit=True) as cluster:
        cluster.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
        connection.close()
        connection.settings_dict["NAME"] = name
        yield name
        connections.close_all()
        connection.settings_dict["NAME"] = before
        cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def cast(database: str) -> Cast:
    """The fixed cast, in a database of its own."""
    with (Path(os.environ[_HOME]) / "cast.pickle").open("rb") as stream:
        known: Cast = pickle.load(stream)
    return known


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    """The same database as its owner: to look under the fence, never to set up a story."""
    url = os.environ["QUNLIAN_TEST_OWNER_URL"].replace("DATABASE", database)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


class _Browser(Client):
    """Knows the files it was sent, so that those nobody read are read to their end, which closes them."""

    def __init__(self, files: list[FileResponse]) -> None:
        super().__init__()
        self._files = files

    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        if isinstance(answer, FileResponse):
            self._files.append(answer)
        return answer


@pytest.fixture
def logged_in(cast: Cast) -> Iterator[Callable[[Actor], Client]]:
    """A browser of somebody's: ``client = logged_in(cast.rong)``; with a session, without the page."""
    from django.conf import settings

    from qunlian.channel import sessions
    from qunlian.channel.queries.actors import session_values

    files: list[FileResponse] = []

    def open_browser(actor: Actor) -> Client:
        session = sessions.SessionStore()
        assert actor.account_id is not None
        sessions.begin(session, session_values(actor.account_id), device="test")
        session.save()
        client = _Browser(files)
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    yield open_browser
    for file in files:
        list(file)


@pytest.fixture
def by_hand(database: str) -> Iterator[Any]:
    """A platform on which people do by hand what its API cannot; see tests/platforms/by_hand.py."""
    from django.conf import settings
    from django.test import override_settings

    from qunlian.platforms import registry
    from tests.platforms import by_hand as there

    platforms = {**settings.QUNLIAN_PLATFORMS, "by_hand": there.PATH}
    registry.platform.cache_clear()
    with override_settings(QUNLIAN_PLATFORMS=platforms):
        yield registry.platform("by_hand")
    registry.platform.cache_clear()
