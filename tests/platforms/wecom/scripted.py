"""A tiny server that answers as it was told, for what the sandbox can't say: lost answers, odd pages, rubbish."""

import asyncio
import json
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from aiohttp import web

#: What to answer: JSON, or text that is none, or a function of the request's body; None breaks the line off.
Answer = dict[str, Any] | str | None | Callable[[dict[str, Any]], Any]
TOKEN = {"errcode": 0, "errmsg": "ok", "access_token": "token-1", "expires_in": 7200}


class Scripted:
    """``server.says["externalcontact/groupchat/get"] = [one, two]``: the last is said for ever."""

    def __init__(self) -> None:
        self.says: dict[str, list[Answer]] = {"gettoken": [TOKEN]}
        self.asked: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self.at_once = 0
        self.most_at_once = 0
        self.seconds = 0.0
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._is_up = threading.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._is_up.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        app = web.Application()
        app.router.add_route("*", "/cgi-bin/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        self._is_up.set()
        await self._stop.wait()
        await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        body: dict[str, Any] = dict(request.query)
        if request.can_read_body:
            with suppress(ValueError):
                body |= json.loads(await request.text())
        self.asked[path].append(body)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.seconds)
        self.at_once -= 1
        queue = self.says[path]
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        if callable(answer):
            answer = answer(body)
        if answer is None:
            assert request.transport
            request.transport.close()
            return web.Response()
        if isinstance(answer, str):
            return web.Response(status=502, text=answer, content_type="text/html")
        return web.json_response(answer)
