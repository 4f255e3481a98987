"""The live process as pages meet it: over a real socket, as the application's role."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from qunlian.cli import network
from qunlian.messaging.queries.tickets import issue_ticket
from tests.cast_words import Cast
from tests.messaging.scenes import say, scene

PATIENCE_SECONDS = 120


@pytest.fixture
def live(cast: Cast, database: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "QUNLIAN_DATABASE_URL": make_conninfo(os.environ["QUNLIAN_DATABASE_URL"], dbname=database),
        "QUNLIAN_LIVE_PORT": str(port),
        "QUNLIAN_LIVE_HOST": "127.0.0.1",
    }
    process = subprocess.Popen([sys.executable, "-m", "qunlian.live"], env=environment)
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while not network.answers(port, "/health/alive"):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        yield f"ws://127.0.0.1:{port}/"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


async def _frames(
    url: str, ticket: str, since: dict[int, int], count: int, speak=None
) -> list[dict]:
    async with asyncio.timeout(30), connect(url) as page:
        await page.send(json.dumps({"ticket": ticket, "since": since}))
        told = [json.loads(await page.recv())]
        if speak:
            await asyncio.to_thread(speak)
        while len(told) < count:
            told.append(json.loads(await page.recv()))
        return told


def _run(coroutine) -> list[dict]:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def test_a_page_hears_what_is_said_after_it_came(cast: Cast, live: str) -> None:
    here = scene(cast)

    def speak() -> None:
        try:
            say(cast, here.a, "听得见吗")
        finally:
            connection.close()

    hello, news = _run(_frames(live, issue_ticket(cast.oyang), {}, 2, speak))
    assert hello == {"type": "hello", "groups": [here.a]}
    assert (news["type"], news["body"], news["name"]) == ("message", {"text": "听得见吗"}, "荣业务")


def test_a_page_that_comes_back_misses_nothing(cast: Cast, live: str) -> None:
    here = scene(cast)
    say(cast, here.a, *"甲乙丙")
    told = _run(_frames(live, issue_ticket(cast.oyang), {here.a: 1, here.b: 0}, 3))
    assert [one.get("body", {}).get("text") for one in told if one["type"] == "message"] == [
        "乙",
        "丙",
    ]


def test_a_forged_ticket_is_refused(cast: Cast, live: str) -> None:
    with pytest.raises(ConnectionClosed) as refused:
        _run(_frames(live, "forged", {}, 1))
    assert refused.value.rcvd is not None
    assert refused.value.rcvd.code == 4001
