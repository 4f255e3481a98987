"""
The one call to WeCom: token, pace, retries by error class, and never a second try of what may have been done.

A verb of the adapter is one conversation (``converse``): it runs on an event loop of its own, its database
work on the calling thread, with that thread's connection. Nothing here logs an address, a token or a secret.
"""

import asyncio
import json
import logging
import random
import re
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from asgiref.sync import async_to_sync, sync_to_async

from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms.wecom import tokens
from qunlian.platforms.wecom.accounts import Account, corp_of
from qunlian.platforms.wecom.errors import (
    Kind,
    OutcomeUnknown,
    WeComTrouble,
    WeComUnreachable,
    meaning_of,
)
from qunlian.platforms.wecom.pace import Pacer

if TYPE_CHECKING:
    import aiohttp  # imported with the first call: web processes take callbacks, but seldom talk

logger = logging.getLogger(__name__)
T = TypeVar("T")

_HTTP_OK = 200
_BUSY = -1
_CONNECT_SECONDS = 5
_LOOK_EVERY_SECONDS = 0.05
#: A holder of the token's lease who died is waited for until the lease ends.
_TOKEN_LOOKS = 400
#: A refusal ends with where it came from. Source: the texts of 60020 in document 90313.
_FROM_IP = re.compile(r"from ip: ([0-9a-fA-F.:]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """
    One of WeCom's calls.

    :ivar is_repeatable: asking again after a lost answer does no harm: reads, and what sets a state
    :ivar has_token: most do; a robot's address carries its own key
    """

    path: str
    is_get: bool = False
    is_repeatable: bool = True
    has_token: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a call carries; ``form`` makes an upload's body, afresh for each try."""

    body: Mapping[str, Any] | None = None
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: "Callable[[], aiohttp.FormData] | None" = None


class _Lost(Exception):
    """No answer that can be read; ``was_sent`` says whether WeCom may have acted on the call."""

    def __init__(self, reason: str, *, was_sent: bool) -> None:
        self.reason, self.was_sent = reason, was_sent
        super().__init__(reason)


class _Again(Exception):
    """May be tried again; ``trouble`` is what to say when it was the last try."""

    def __init__(self, trouble: PlatformTrouble) -> None:
        self.trouble = trouble
        super().__init__()


GETTOKEN = Api(path="gettoken", is_get=True, has_token=False)


@dataclass(slots=True)
class Client:
    """
    One conversation with WeCom as one corp's app.

    :ivar uploaded: what was uploaded in its course: our token → WeCom's media_id
    :ivar heard_date: by WeCom's clock, when its last answer was sent
    """

    account: Account
    _http: "aiohttp.ClientSession"
    uploaded: dict[str, str] = field(init=False, default_factory=dict)
    heard_date: str = field(init=False, default="")
    _pacer: Pacer = field(init=False)
    _granting: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    _refreshing: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    _token: str = field(init=False, default="", repr=False)

    def __post_init__(self) -> None:
        self._pacer = Pacer(self.account)

    async def call(
        self, api: Api, body: Mapping[str, Any] | None = None, **query: str
    ) -> dict[str, Any]:
        """Ask WeCom and return its answer, whose errcode is 0; raises as ``send``."""
        return await self.send(api, Request(body=body, query=query))

    async def send(self, api: Api, request: Request) -> dict[str, Any]:
        """
        Ask WeCom and return its answer, whose errcode is 0.

        :raises WeComTrouble: it answered with an error
        :raises WeComParked: it allows no such call before a while
        :raises WeComUnreachable: it can't be reached
        :raises OutcomeUnknown: the answer was lost, and the call must not be repeated blindly
        """
        for attempt in range(self.account.settings.tries):
            if attempt:
                pause = self.account.settings.back_off_seconds * 2 ** (attempt - 1)
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 (spreads tries)
            try:
                return await self._try(api, request)
            except _Again as again:
                trouble = again.trouble
        logger.warning("wecom_failed", extra={"api": api.path, "facts": trouble.facts})
        raise trouble

    async def _try(self, api: Api, request: Request) -> dict[str, Any]:
        answer, token = await self._answered(api, request)
        if meaning_of(_errcode(answer)).kind is Kind.REFRESH and api.has_token:
            await self._renew(token)
            answer, _ = await self._answered(api, request)
        if _errcode(answer):
            await self._refused(api, answer)
        if self._pacer.is_suspected(api.path):
            await on_thread(self._pacer.trust, api.path)
        return answer

    async def _refused(self, api: Api, answer: Mapping[str, Any]) -> NoReturn:
        errcode = _errcode(answer)
        kind = meaning_of(errcode).kind
        if kind is Kind.PARK:
            raise await on_thread(self._pacer.park, api.path)
        told = _FROM_IP.search(str(answer.get("errmsg", "")))
        trouble = WeComTrouble(errcode=errcode, api=api.path, from_ip=told[1] if told else "")
        if kind is not Kind.RETRY:
            raise trouble
        if errcode == _BUSY and not api.is_repeatable:
            raise OutcomeUnknown(api=api.path, reason="busy")
        raise _Again(trouble)

    async def _answered(self, api: Api, request: Request) -> tuple[dict[str, Any], str]:
        """Return an answer, whatever it says, and the token it was asked with."""
        token = await self._valid_token() if api.has_token else ""
        await self._paced(api)
        try:
            async with _slot(self.account, api):
                return await self._ask(api, request, token), token
        except _Lost as lost:
            if lost.was_sent and not api.is_repeatable:
                raise OutcomeUnknown(api=api.path, reason=lost.reason) from None
            raise _Again(WeComUnreachable(api=api.path, reason=lost.reason)) from None

    async def _ask(self, api: Api, request: Request, token: str) -> dict[str, Any]:
        import aiohttp  # noqa: PLC0415 (see above)

        url = f"{self.account.base_url}/cgi-bin/{api.path}"
        query = {**request.query, **({"access_token": token} if token else {})}
        body: dict[str, Any] = (
            {"data": request.form()} if request.form else {"json": request.body or {}}
        )
        method = "GET" if api.is_get else "POST"
        try:
            async with self._http.request(
                method, url, params=query, **({} if api.is_get else body)
            ) as got:
                if got.status != _HTTP_OK:
                    raise _Lost(f"HTTP {got.status}", was_sent=True)
                self.heard_date = got.headers.get("Date", "")
                answer = json.loads(await got.read())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            # the message would hold the address and with it the token
            raise _Lost(type(error).__name__, was_sent=False) from None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise _Lost(type(error).__name__, was_sent=True) from None
        if not isinstance(answer, dict):
            raise _Lost("no object", was_sent=True)
        return answer

    async def _paced(self, api: Api) -> None:
        if self._pacer.take(api.path):
            return
        async with self._granting:
            while not self._pacer.take(api.path):
                await on_thread(self._pacer.grant, api.path)

    async def _valid_token(self) -> str:
        if not self._token:
            async with self._refreshing:
                if not self._token:
                    self._token = await self._shared_token(stale="")
        return self._token

    async def _renew(self, refused: str) -> None:
        async with self._refreshing:
            if self._token == refused:
                self._token = await self._shared_token(stale=refused)

    async def _shared_token(self, *, stale: str) -> str:
        """Return the token all processes share, fetched by whoever holds the lease."""
        for _ in range(_TOKEN_LOOKS):
            found = await on_thread(tokens.look, self.account, stale=stale)
            if found.value:
                return found.value
            if found.is_ours_to_fetch:
                return await self._fetch_token()
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
        raise WeComUnreachable(api=GETTOKEN.path, reason="waiting")

    async def _fetch_token(self) -> str:
        try:
            answer = await self.call(
                GETTOKEN, corpid=self.account.corp_id, corpsecret=self.account.secret
            )
            value = str(answer["access_token"])
            await on_thread(tokens.keep, self.account, value, int(answer["expires_in"]))
        except (PlatformTrouble, KeyError, ValueError) as error:
            await on_thread(tokens.give_up, self.account)
            if isinstance(error, PlatformTrouble):
                raise
            raise WeComUnreachable(api=GETTOKEN.path, reason="no token") from None
        return value


def converse(enterprise_id: int, work: Callable[[Client], Awaitable[T]]) -> T:
    """
    Talk to WeCom as an enterprise's corp, outside any transaction.

    :raises NotConnected: the enterprise has none
    """
    import aiohttp  # noqa: PLC0415 (see above)

    account = corp_of(enterprise_id)

    async def talk() -> T:
        limits = aiohttp.ClientTimeout(
            total=account.settings.timeout_seconds, sock_connect=_CONNECT_SECONDS
        )
        async with aiohttp.ClientSession(timeout=limits) as http:
            return await work(Client(account, http))

    return async_to_sync(talk)()


async def on_thread(work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Run database work on the thread that began the conversation."""
    return await sync_to_async(work, thread_sensitive=True)(*args, **kwargs)


def _errcode(answer: Mapping[str, Any]) -> int:
    """Return the answer's errcode; a few calls leave it out when all is well."""
    errcode = answer.get("errcode", 0)
    return errcode if isinstance(errcode, int) else int(str(errcode) or 0)


_slots: dict[tuple[str, str, str], threading.BoundedSemaphore] = {}
_slots_lock = threading.Lock()


@asynccontextmanager
async def _slot(account: Account, api: Api) -> AsyncIterator[None]:
    """Hold one of the few calls of an API that this process makes for a corp at once."""
    key = (account.base_url, account.corp_id, api.path)
    with _slots_lock:
        if key not in _slots:
            _slots[key] = threading.BoundedSemaphore(account.settings.calls_at_once)
        slots = _slots[key]
    while not slots.acquire(blocking=False):  # noqa: ASYNC110 (held across loops and threads)
        await asyncio.sleep(_LOOK_EVERY_SECONDS / 5)
    try:
        yield
    finally:
        slots.release()
