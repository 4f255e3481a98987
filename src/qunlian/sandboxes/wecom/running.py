"""A sandbox in a thread of this process, for tests, and the one that ``qunlian sandbox wecom`` runs."""

import asyncio
import contextlib
import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from aiohttp import web

from qunlian.sandboxes.wecom import store
from qunlian.sandboxes.wecom.records import App
from qunlian.sandboxes.wecom.server import Server
from qunlian.sandboxes.wecom.settings import Settings
from qunlian.sandboxes.wecom.state import Corp, World
from qunlian.sandboxes.wecom.weather import PRESETS, Weather

PATIENCE_SECONDS = 30
FIRST_AGENT = 1_000_002


def new_world(seed: int, weather: Weather, settings: Settings | None = None) -> World:
    """Make a world with one company and one app in it."""
    world = World(seed=seed, weather=weather, settings=settings or Settings())
    corp = Corp(world.new_id("ww", 18), "沙盒公司")
    app = App(FIRST_AGENT, "群联", world.new_id("secret", 43))
    corp.apps[str(app.agent_id)] = app
    world.corps[corp.corp_id] = corp
    return world


def known_world(
    seed: int, weather: str | Weather, settings: Settings | None, state: Path | None
) -> World:
    """Read the world of a state file, or make a new one; the weather is always the one asked for."""
    sky = PRESETS[weather] if isinstance(weather, str) else weather
    world = store.load(state) if state else None
    if world is None:
        return new_world(seed, sky, settings)
    world.weather = sky
    return world


@dataclass
class Sandbox:
    """A sandbox that runs; its first company and app are those to use."""

    url: str
    world: World = field(repr=False)
    server: Server = field(repr=False)
    loop: asyncio.AbstractEventLoop = field(repr=False)
    thread: threading.Thread = field(repr=False)
    ended: asyncio.Event = field(repr=False)

    @property
    def corp(self) -> Corp:
        """Return the first company. Look only; change it through ``post``."""
        return next(iter(self.world.corps.values()))

    @property
    def app(self) -> App:
        """Return its first app."""
        return next(iter(self.corp.apps.values()))

    @property
    def corp_id(self) -> str:
        """Return the company's id."""
        return self.corp.corp_id

    @property
    def secret(self) -> str:
        """Return the app's secret."""
        return self.app.secret

    @property
    def agent_id(self) -> int:
        """Return the app's agent id."""
        return self.app.agent_id

    def post(self, path: str, **fields: Any) -> Any:
        """
        Ask the control API, e.g. ``post("people/rename_group", chat_id=…, name=…)``.

        :raises ValueError: with the reason, where nobody could do that
        """
        return self._ask(path, json.dumps(fields).encode())

    def get(self, path: str) -> Any:
        """Read from the control API, e.g. ``get("truth")``."""
        return self._ask(path, None)

    def _ask(self, path: str, body: bytes | None) -> Any:
        request = Request(f"{self.url}/_sandbox/{path}", data=body)  # noqa: S310
        try:
            with urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
                return json.load(answer)
        except HTTPError as refusal:
            with refusal:
                reason = refusal.read().decode()
            raise ValueError(reason) from None

    def stop(self) -> None:
        """Stop it; a state file is written first. Once stopped it stays so."""
        if not self.thread.is_alive():
            return
        self.loop.call_soon_threadsafe(self.ended.set)
        self.thread.join(PATIENCE_SECONDS)


def start(
    port: int = 0,
    *,
    seed: int = 1,
    weather: str | Weather = "calm",
    settings: Settings | None = None,
    state: Path | None = None,
) -> Sandbox:
    """Start a sandbox on 127.0.0.1 and return it once it answers; port 0 takes a free one."""
    world = known_world(seed, weather, settings, state)
    started = threading.Event()
    found: list[Sandbox] = []
    trouble: list[BaseException] = []

    async def live() -> None:
        server, ended = Server(world, state), asyncio.Event()
        async with serving(server, "127.0.0.1", port) as url:
            loop = asyncio.get_running_loop()
            found.append(Sandbox(url, world, server, loop, threading.current_thread(), ended))
            started.set()
            await ended.wait()

    def run() -> None:
        try:
            asyncio.run(live())
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            trouble.append(error)
        finally:
            started.set()

    threading.Thread(target=run, name="wecom-sandbox", daemon=True).start()
    started.wait(PATIENCE_SECONDS)
    if not found:
        raise RuntimeError("the sandbox did not start") from (trouble[0] if trouble else None)
    return found[0]


@contextlib.asynccontextmanager
async def serving(server: Server, host: str, port: int) -> Any:
    """Serve a server's app while the block runs; yield its address."""
    runner = web.AppRunner(server.app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
