"""The HTTP face: ``/cgi-bin/…`` for apps, ``/_sandbox/…`` for people; every error is HTTP 200, as there."""

import asyncio
import json
from collections.abc import Mapping
from email.utils import formatdate
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web

from qunlian.sandboxes.wecom import archive, chat_tools, control, phones, robots, signin, store
from qunlian.sandboxes.wecom.callbacks import Courier
from qunlian.sandboxes.wecom.calls import CALLS
from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.gate import Answer, Caller, Request, admit, carry_out
from qunlian.sandboxes.wecom.limits import Limits
from qunlian.sandboxes.wecom.state import World
from qunlian.sandboxes.wecom.tokens import get_token
from qunlian.sandboxes.wecom.weather import CallFate, call_fate

MIB = 2**20
BLOCKED = 45009
SAVED_EVERY_SECONDS = 5
BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"
NOT_FOUND = "<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>"


class _AnswerLostError(Exception):
    """The call was made, but its answer gets lost."""


class Server:
    """One world behind one port."""

    def __init__(self, world: World, state: Path | None = None) -> None:
        self.world = world
        self.limits = Limits(world)
        self.courier = Courier(world)
        self._state = state
        self._saver: asyncio.Task[None] | None = None
        self.app = web.Application(client_max_size=32 * MIB)
        self.app.router.add_route("*", "/cgi-bin/gettoken", self._get_token)
        self.app.router.add_post("/cgi-bin/webhook/{api:send|upload_media}", self._robot)
        self.app.router.add_route("*", "/cgi-bin/{api:.+}", self._call)
        control.add_routes(self.app, self.world, self.courier)
        phones.add_routes(self.app, self.world, self.courier)
        signin.add_routes(self.app, self.world)
        chat_tools.add_routes(self.app, self.world)
        archive.add_routes(self.app, self.world)
        self.app.on_response_prepare.append(self._date)
        self.app.on_startup.append(self._begin)
        self.app.on_cleanup.append(self._end)

    async def _begin(self, _: web.Application) -> None:
        if self._state:
            self._saver = asyncio.create_task(self._keep_saving(self._state))
        for corp in self.world.corps.values():
            self.courier.set_out(corp)

    async def _end(self, _: web.Application) -> None:
        await self.courier.stop()
        if self._saver and self._state:
            self._saver.cancel()
            store.save(self.world, self._state)

    async def _keep_saving(self, path: Path) -> None:
        saved = -1
        while True:
            done = sum(self.world.counters.values())
            if done != saved:
                store.save(self.world, path)
            saved = done
            await asyncio.sleep(SAVED_EVERY_SECONDS)

    async def _date(self, _: web.Request, answer: web.StreamResponse) -> None:
        """Date every answer by the world's clock, as any server does by its own."""
        answer.headers["Date"] = formatdate(self.world.now(), usegmt=True)

    async def _get_token(self, request: web.Request) -> web.StreamResponse:
        """Answer ``gettoken``, which needs no token."""
        query, ip = request.query, request.remote or ""
        fate = self._fate("gettoken")
        try:
            if fate.refusal != BLOCKED:
                _meet(fate)
            token = get_token(
                self.world, query.get("corpid", ""), query.get("corpsecret", ""), ip=ip
            )
        except Refused as refusal:
            return _answer(refusal.answer(ip))
        await asyncio.sleep(fate.delay_seconds)
        left = round(token.expires_at - self.world.now())
        return _answer(
            {"errcode": 0, "errmsg": "ok", "access_token": token.value, "expires_in": left}
        )

    async def _robot(self, request: web.Request) -> web.StreamResponse:
        """Answer a group robot's address, which needs no token either."""
        asked = await _request(request)
        try:
            if asked.api == "upload_media":
                return _answer(robots.upload(self.world, asked))
            key = asked.query.get("key", "")
            return _answer(robots.send(self.world, self.limits, key, asked.body))
        except Refused as refusal:
            return _answer(refusal.answer(asked.ip))

    async def _call(self, request: web.Request) -> web.StreamResponse:
        """Answer any other call, or lose the answer."""
        asked = await _request(request)
        if asked.api not in CALLS:
            return web.Response(status=404, text=NOT_FOUND, content_type="text/html")
        fate = self._fate(asked.api)
        try:
            return _answer(await self._carry_out(asked, fate))
        except Refused as refusal:
            return _answer(refusal.answer(asked.ip))
        except _AnswerLostError:
            if fate.is_lost_as_page:
                return web.Response(status=502, text=BAD_GATEWAY, content_type="text/html")
            if request.transport:
                request.transport.close()
            return web.Response()

    async def _carry_out(self, asked: Request, fate: CallFate) -> Answer:
        found, corp, app = admit(self.world, self.limits, asked)
        with self.limits.at_once(corp.corp_id, asked.api):
            if fate.refusal == BLOCKED:
                self.limits.block(corp.corp_id, asked.api, self.world.weather.block_seconds)
            _meet(fate)
            caller = Caller(
                self.world, corp, app, asked, self.limits, self.world.now(), fate.is_page_odd
            )
            answer = carry_out(found, caller)
            self.courier.set_out(corp)
            await asyncio.sleep(fate.delay_seconds)
        if fate.is_answer_lost:
            self.world.count("answers lost")
            raise _AnswerLostError
        return answer

    def _fate(self, api: str) -> CallFate:
        number = self.world.count(f"calls of {api}")
        return call_fate(self.world.weather, self.world.seed, api, number)


def _meet(fate: CallFate) -> None:
    if fate.refusal:
        raise Refused(fate.refusal)


async def _request(request: web.Request) -> Request:
    upload: tuple[str, bytes] | None = None
    body = b""
    if request.content_type.startswith("multipart/"):
        upload = await _upload(request)
    else:
        body = await request.read()
    return Request(
        api=request.match_info["api"],
        method=request.method,
        query=dict(request.query),
        body=body,
        ip=request.remote or "",
        base_url=f"{request.scheme}://{request.host}",
        upload=upload,
    )


async def _upload(request: web.Request) -> tuple[str, bytes] | None:
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "media":
            return part.filename or "", bytes(await part.read())
    return None


def _answer(answer: Mapping[str, Any]) -> web.Response:
    text = json.dumps(answer, ensure_ascii=False)
    return web.Response(text=text, content_type="application/json", charset="UTF-8")
