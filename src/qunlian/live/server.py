"""Speaks WebSocket with the pages: a ticket and what they know, then frames; the slow are dropped."""

import asyncio
import contextlib
import json
import logging
import os
import signal
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import State

from qunlian.live.hub import Hub
from qunlian.live.listener import listen
from qunlian.messaging.queries.tickets import Ticket, read_ticket

logger = logging.getLogger(__name__)

HELLO_SECONDS = 10
HEARTBEAT_SECONDS = 25
#: What one page may leave unread in our memory; more than that, and it must come again.
SLOW_BYTES = 256 * 1024
HELLO_BYTES = 64 * 1024
TRY_LATER = 4000
TICKET_REFUSED = 4001


class WebPage:
    """One WebSocket, written without waiting: frames go into its buffer, and a full buffer ends it."""

    def __init__(self, socket: ServerConnection) -> None:
        self._socket = socket

    def send(self, frame: str) -> None:
        """Write a frame; drop the page when it does not read."""
        transport = self._socket.transport
        if transport.get_write_buffer_size() > SLOW_BYTES:
            logger.info("live_slow_page_dropped")
            transport.abort()
            return
        if self._socket.state is State.OPEN:
            transport.write(_on_the_wire(frame))

    def end(self, reason: str) -> None:
        """Close in an orderly way, without waiting."""
        task = asyncio.ensure_future(self._socket.close(TICKET_REFUSED, reason))
        task.add_done_callback(lambda done: done.exception())


@lru_cache(maxsize=256)
def _on_the_wire(frame: str) -> bytes:
    """Return a frame as it is sent: unmasked and uncompressed, so the same bytes for every page."""
    return Frame(Opcode.TEXT, frame.encode()).serialize(mask=False)


async def run() -> None:
    """Serve until SIGTERM or SIGINT."""
    hub = Hub()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    host = os.environ.get("QUNLIAN_LIVE_HOST", "0.0.0.0")  # noqa: S104  (phones come from the LAN)
    chores = [asyncio.ensure_future(one) for one in (hub.run(), hub.recheck(), listen(hub))]
    async with serve(
        lambda socket: _meet(hub, socket),
        host,
        settings.LIVE_PORT,
        process_request=_health,
        compression=None,
        max_size=HELLO_BYTES,
        max_queue=4,
        ping_interval=HEARTBEAT_SECONDS,
        ping_timeout=HEARTBEAT_SECONDS,
        server_header=None,
    ):
        logger.info("live_ready")
        await stop.wait()
    for chore in chores:
        chore.cancel()


async def _health(socket: ServerConnection, request: Request) -> Response | None:
    if request.path == "/health/alive":
        return socket.respond(HTTPStatus.OK, "alive\n")
    return None


async def _meet(hub: Hub, socket: ServerConnection) -> None:
    """Let one page in, keep it until it goes."""
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            ticket, since = _hello(await socket.recv())
    except (TimeoutError, ConnectionClosed):
        return
    if ticket is None:
        await socket.close(TICKET_REFUSED, "ticket refused")
        return
    try:
        listener = await hub.join(WebPage(socket), ticket, since)
    except DatabaseError:
        await socket.close(TRY_LATER, "try later")
        return
    if listener is None:
        await socket.close(TICKET_REFUSED, "account closed")
        return
    try:
        with contextlib.suppress(ConnectionClosed):
            groups = {"type": "hello", "groups": sorted(listener.group_ids)}
            await socket.send(json.dumps(groups, separators=(",", ":")))
            await _until_gone(socket)
    finally:
        hub.leave(listener)


async def _until_gone(socket: ServerConnection) -> None:
    """Wait for the page to go; it has nothing more to say."""
    await socket.recv()
    await socket.close(CloseCode.POLICY_VIOLATION, "nothing to say here")


def _hello(said: str | bytes) -> tuple[Ticket | None, dict[int, int]]:
    """Read the first frame: ``{"ticket": "…", "since": {"<group>": <change number>}}``."""
    try:
        hello: dict[str, Any] = json.loads(said)
        since = {int(group): int(change) for group, change in hello.get("since", {}).items()}
        return read_ticket(str(hello.get("ticket", ""))), since
    except (ValueError, TypeError, AttributeError):
        return None, {}
