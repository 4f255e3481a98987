"""
Events on their way to the apps: encrypted, posted, repeated until answered 200; some get lost.

Source: pages 90930 and 91144: a POST of ``<xml><ToUserName/><Encrypt/><AgentID/></xml>`` is answered within
five seconds or repeated three times; a GET with ``echostr`` checks the address when it is set. The sandbox
writes XML and reads none. Only what people do makes events, never what an app changes through the API (page
96361, 2024-06-03). That events may get lost and out of order: WeCom's staff in its community, post
000046049d87e0472b4ca31cd51c00 (2021-06-09).
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp

from qunlian.sandboxes.wecom.crypto import encrypt, signature
from qunlian.sandboxes.wecom.records import App, Callback
from qunlian.sandboxes.wecom.state import Corp, World
from qunlian.sandboxes.wecom.weather import callback_fate

OK = 200


def element(name: str, value: Any) -> str:
    """Write one element: numbers plain, texts as CDATA, lists as ``Item``s."""
    if isinstance(value, Mapping):
        inner = "".join(element(key, part) for key, part in value.items())
    elif isinstance(value, list):
        inner = "".join(element("Item", part) for part in value)
    elif isinstance(value, int):
        inner = str(value)
    else:
        inner = "<![CDATA[" + str(value).replace("]]>", "]]]]><![CDATA[>") + "]]>"
    return f"<{name}>{inner}</{name}>"


def sealed(world: World, callback: Callback, corp_id: str, text: str) -> tuple[dict[str, str], str]:
    """Encrypt and sign a text: the address's parameters and the encrypted text."""
    timestamp, nonce = str(int(world.now())), str(world.count("nonces"))
    encrypted = encrypt(callback.aes_key, text, corp_id)
    signed = signature(callback.token, timestamp, nonce, encrypted)
    return {"msg_signature": signed, "timestamp": timestamp, "nonce": nonce}, encrypted


def _is_told(corp: Corp, app: App, event: Mapping[str, Any]) -> bool:
    """Say whether an app hears of an event: it may, and sees whose contact or group it is (page 96360)."""
    group = corp.groups.get(event.get("ChatId", ""))
    person = group.owner if group else event.get("UserID", "")
    return app.is_callable_for_customers and corp.sees(app, person)


class Courier:
    """Takes the events of the corps' outboxes to the apps' addresses."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns: dict[tuple[str, int, int], asyncio.Semaphore] = {}
        self._session: aiohttp.ClientSession | None = None

    @property
    def under_way(self) -> int:
        """Return how many deliveries are not at an end."""
        return len(self._tasks)

    async def stop(self) -> None:
        """Leave what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    def set_out(self, corp: Corp) -> None:
        """Send the corp's new events on their way, each by its own luck."""
        events, corp.outbox = corp.outbox, []
        for event in events:
            number = self._world.count("callbacks made")
            fate = callback_fate(self._world.weather, self._world.seed, number)
            if not fate.delays:
                self._world.count("callbacks lost")
            for app in corp.apps.values():
                if app.callback and _is_told(corp, app, event):
                    for delay in fate.delays:
                        self._begin(corp, app, event, delay)

    def _begin(self, corp: Corp, app: App, event: dict[str, Any], delay: float) -> None:
        task = asyncio.create_task(self._deliver(corp, app, event, delay))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, corp: Corp, app: App, event: dict[str, Any], delay: float) -> None:
        """Post an event until it is answered 200, at most four times."""
        settings = self._world.settings
        await asyncio.sleep(delay)
        text = element("xml", {"ToUserName": corp.corp_id, "FromUserName": "sys", **event})
        for turn in range(settings.callback_repeats + 1):
            if turn:
                await asyncio.sleep(settings.callback_repeat_after_seconds)
            async with self._turn(corp, app):
                self._world.count("callbacks posted")
                if app.callback and await self._post(corp, app, app.callback, text):
                    self._world.count("callbacks answered")
                    return
        self._world.count("callbacks given up")

    def _turn(self, corp: Corp, app: App) -> asyncio.Semaphore:
        at_once = self._world.settings.callbacks_at_once
        place = (corp.corp_id, app.agent_id, at_once)
        return self._turns.setdefault(place, asyncio.Semaphore(at_once))

    async def _post(self, corp: Corp, app: App, callback: Callback, text: str) -> bool:
        query, encrypted = sealed(self._world, callback, corp.corp_id, text)
        body = {"ToUserName": corp.corp_id, "Encrypt": encrypted, "AgentID": str(app.agent_id)}
        try:
            async with self._client().post(
                callback.url,
                params=query,
                data=element("xml", body).encode(),
                headers={"Content-Type": "text/xml"},
                timeout=self._patience(),
            ) as answer:
                return answer.status == OK
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def verify(self, corp: Corp, callback: Callback) -> str:
        """Ask a new address for the decrypted ``echostr``; return what is wrong, or nothing."""
        echo = str(self._world.count("echoes") * 7919 + 10**18)
        query, encrypted = sealed(self._world, callback, corp.corp_id, echo)
        try:
            async with self._client().get(
                callback.url, params={**query, "echostr": encrypted}, timeout=self._patience()
            ) as answer:
                said = await answer.text()
        except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError) as trouble:
            return f"no answer: {type(trouble).__name__}"
        if answer.status != OK:
            return f"answered {answer.status}"
        return "" if said == echo else "the answer is not the decrypted echostr"

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    def _patience(self) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(total=self._world.settings.callback_timeout_seconds)
