"""``qunlian up``: start everything on this machine and keep it running."""

import os
import secrets
import signal
import sys
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import click
import psutil

from qunlian.cli import network
from qunlian.cli.embedded_postgres import EmbeddedPostgres
from qunlian.cli.installation import Installation
from qunlian.cli.provision import is_new, prepare, serving_url
from qunlian.cli.runtime import DATABASE, environment, running, say
from qunlian.cli.supervisor import RUN, Child, Supervisor, end_leftovers

READY_SECONDS = 120
START = "start"
DAY_SECONDS = 24 * 3600
_OWNERS = ("DATABASE_URL", "QUNLIAN_APP_DATABASE_URL")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an installation is served."""

    host: str
    port: int
    live_port: int

    @property
    def url(self) -> str:
        """Return the address for a browser on this machine."""
        return f"http://localhost:{self.port}/"


@click.command("up")
@click.option("--host", default="0.0.0.0", show_default=True, help="127.0.0.1: this machine only.")  # noqa: S104
@click.option("--port", default=8000, show_default=True, help="The next free one is taken.")
@click.option("--empty", is_flag=True, help="Lay down no demo channel in a new database.")
def command(host: str, port: int, *, empty: bool) -> None:
    """Start the database, the pages, the live updates and the worker; Ctrl-C stops all."""
    installation = Installation.from_environment()
    other = running(installation)
    if other:
        say(f"Qunlian is already running at {other['url']} (process {other['pid']}).")
        return
    left = installation.recall("running").get("token")
    if left:
        end_leftovers(left)
    supervisor = Supervisor(say)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, supervisor.ask_to_stop)
    try:
        _start(installation, supervisor, host, port, empty=empty)
        supervisor.run()
    finally:
        say("Stopping …")
        supervisor.stop()
        installation.forget("running")


def _start(
    installation: Installation,
    supervisor: Supervisor,
    host: str,
    port: int,
    *,
    empty: bool,
) -> None:
    """Bring everything up, in order, and say where it is."""
    began = time.monotonic()
    for folder in ("static", "media"):
        (installation.home / folder).mkdir(parents=True, exist_ok=True)
    owner_url = os.environ.get("DATABASE_URL", "")
    server = None if owner_url else EmbeddedPostgres(installation.home)
    owner_url = server.owner_url(DATABASE) if server else owner_url
    place = _place(host, port)
    _remember(installation, place)
    shared = _environment(installation, serving_url(owner_url, home=installation.home), place)
    web, *others = _children(installation, place, shared)
    with installation.locked(START):  # the pages are imported meanwhile, and served after it
        supervisor.add(web)
        try:
            _make_ready(installation, supervisor, server, empty=empty)
            _first_demo(installation, supervisor, shared)
        except BaseException:
            web.kill_group()
            raise
        if supervisor.stopping:
            web.kill_group()
            return
    is_ready = _wait_until_ready(supervisor, place.port)
    if is_ready:
        _welcome(installation, place, time.monotonic() - began)
    if (
        not supervisor.stopping
    ):  # the others come second: they would only take the first page's time
        supervisor.add(*others)
        supervisor.add_chore(_maintenance(installation, shared), every_seconds=DAY_SECONDS)


def _make_ready(
    installation: Installation,
    supervisor: Supervisor,
    server: EmbeddedPostgres | None,
    *,
    empty: bool,
) -> None:
    """Start the database if it is ours, and give it roles and tables where they are missing."""
    owner_url = os.environ.get("DATABASE_URL", "")
    if server:
        supervisor.server = server
        server.start()
        server.create_database(DATABASE)
        owner_url = server.owner_url(DATABASE)
    if is_new(owner_url):
        say("A new database: laying down its tables …")
        installation.remember("first-start", demo=not empty)
    prepare(owner_url, home=installation.home)


def _place(host: str, wanted: int) -> Place:
    """Choose the ports; say so when the wanted one is taken."""
    port = network.free_port(host, wanted)
    if port != wanted:
        say(f"Port {wanted} is taken; using {port}.")
    return Place(host, port, network.free_port(host, port + 1, taken=frozenset({port})))


def _remember(installation: Installation, place: Place) -> None:
    """Let other commands and the next start find this run."""
    me = psutil.Process()
    installation.remember(
        "running",
        pid=me.pid,
        started=me.create_time(),
        url=place.url,
        token=secrets.token_hex(8),
        database_url=os.environ.get("DATABASE_URL", ""),
    )


def _environment(installation: Installation, app_url: str, place: Place) -> dict[str, str]:
    """Return the serving processes' environment: how the application connects, never the owner."""
    inherited = {name: value for name, value in os.environ.items() if name not in _OWNERS}
    return (
        inherited
        | environment(installation, app_url)
        | {
            "QUNLIAN_LIVE_HOST": place.host,
            "QUNLIAN_LIVE_PORT": str(place.live_port),
            "QUNLIAN_WEB_THREADS": "2",
            RUN: installation.recall("running")["token"],
        }
    )


def _children(installation: Installation, place: Place, shared: dict[str, str]) -> list[Child]:
    """Describe the serving processes, in the order they stop."""
    workers = max(2, min(os.cpu_count() or 2, 8))
    web = ["qunlian.site", "--host", place.host, "--port", str(place.port), "--wait-for", START]
    web += ["--workers", str(workers), "--threads", shared["QUNLIAN_WEB_THREADS"]]
    wanted = {"web": web, "live": ["qunlian.live"], "worker": ["qunlian.worker"]}
    children = []
    for name, arguments in wanted.items():
        if name == "live" and find_spec("qunlian.live.__main__") is None:
            continue
        extra = {"QUNLIAN_POOL": "1"} if name == "web" else {}
        log = _log(installation, name)
        children.append(Child(name, [sys.executable, "-m", *arguments], shared | extra, log))
    return children


def _maintenance(installation: Installation, shared: dict[str, str]) -> Child:
    """Describe the owner's daily chore; it finds the database by itself."""
    command = [sys.executable, "-m", "qunlian.cli.main", "maintain"]
    return Child("maintain", command, shared | _owner_names(), _log(installation, "maintain"))


def _owner_names() -> dict[str, str]:
    """Return what leads a command of ours to a database that is not the embedded one."""
    return {name: value for name, value in os.environ.items() if name in _OWNERS}


def _log(installation: Installation, name: str) -> Path | None:
    """Return a log file when a person watches the terminal; else output stays where ours goes."""
    if not sys.stdout.isatty():
        return None
    folder = installation.home / "logs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{name}.log"


def _first_demo(installation: Installation, supervisor: Supervisor, shared: dict[str, str]) -> None:
    """Lay down the demo channel in a new database, also when an earlier try was interrupted."""
    wanted = installation.recall("first-start").get("demo", False)
    if wanted and find_spec("qunlian.cli.demo") is not None:
        say("Laying down the demo channel …")
        command = [sys.executable, "-m", "qunlian.cli.main", "demo"]
        demo = Child("demo", command, shared | _owner_names())
        demo.start()
        while demo.process and demo.process.poll() is None and not supervisor.stopping:
            time.sleep(0.05)
        if supervisor.stopping:
            demo.stop()
            return
        if demo.process and demo.process.returncode != 0:
            say("The demo channel could not be laid down; the console starts without it.")
    installation.forget("first-start")


def _wait_until_ready(supervisor: Supervisor, port: int) -> bool:
    """Wait for the first page; False when asked to stop meanwhile."""
    deadline = time.monotonic() + READY_SECONDS
    while not supervisor.stopping and time.monotonic() < deadline:
        if network.answers(port, "/health/ready"):
            return True
        supervisor.look()
        time.sleep(0.05)
    if not supervisor.stopping:
        say("The pages do not answer yet; see the logs in QUNLIAN_HOME. Still trying.")
    return False


def _welcome(installation: Installation, place: Place, seconds: float) -> None:
    """Say where it is, who may log in, and give a phone something to scan."""
    say(f"\nQunlian is ready ({seconds:.1f} s):  {place.url}")
    logins = installation.recall("demo").get("logins", [])
    if logins:
        say("\nDemo log-ins (sample data; change or remove them before real use):")
        for entry in logins:
            say(f"  {entry['login']:<16} {entry['password']:<16} {entry['role']}")
    lan = network.lan_address() if place.host not in ("127.0.0.1", "localhost") else None
    if lan:
        url = f"http://{lan}:{place.port}/"
        say(f"\nOn a phone in the same network:  {url}")
        if sys.stdout.isatty():
            import segno  # noqa: PLC0415  (loads slowly)

            segno.make(url, error="l").terminal(compact=True)
    say("\nCtrl-C stops it. Nothing needs repairing after a crash: start it again.\n")
