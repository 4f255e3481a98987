"""
How fast callbacks are taken in by the web processes, and whether one is lost: ``make bench NAME=callbacks``.

Each event is sent until it was answered 200, as WeCom does (at most four times); a share comes again though
it was answered. ``lost`` counts those that were acknowledged and are not in the inbox afterwards, told by the
database; ``--outage 5`` takes the database away for so long in between.
"""

import argparse
import asyncio
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

import aiohttp

_REPEATED = 0.2
_TRIES = 4


def main() -> None:
    """Lay an installation down, start its web processes, send, count."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--rooms", type=int, default=300)
    parser.add_argument("--outage", type=float, default=0, help="stop the database for so long")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qunlian-callbacks-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        _measure(home, options)


def _measure(home: Path, options: argparse.Namespace) -> None:
    from qunlian.cli.embedded_postgres import EmbeddedPostgres
    from qunlian.cli.provision import prepare

    (home / "static").mkdir()
    os.environ["QUNLIAN_HOME"] = str(home)
    server = EmbeddedPostgres(home)
    server.start()
    try:
        server.create_database("qunlian")
        os.environ["QUNLIAN_DATABASE_URL"] = prepare(server.owner_url("qunlian"), home=home)
        os.environ["DJANGO_SETTINGS_MODULE"] = "qunlian.site.settings"
        import django

        django.setup()
        _run(server, options)
    finally:
        server.stop()


def _run(server: object, options: argparse.Namespace) -> None:
    from django.db import connection

    from qunlian.kernel import clock, scope
    from qunlian.kernel.actor import system_actor
    from qunlian.platforms.wecom.accounts import Setup, configure, envelope_of
    from qunlian.platforms.wecom.models import InboxKey

    setup = Setup(corp_id="ww1", agent_id=1, secret="s", base_url="http://127.0.0.1:1")
    code = configure(actor=system_actor(1), setup=setup, now=clock.now())
    envelope = envelope_of(1)
    connection.close()
    port = _free_port()
    web = subprocess.Popen(
        [sys.executable, "-m", "qunlian.site", "--port", str(port)],
        env=os.environ | {"QUNLIAN_POOL": "1"},
    )
    try:
        sender = Sender(f"http://127.0.0.1:{port}/callbacks/wecom/{code}/", envelope, options)
        asyncio.run(sender.run(server))
    finally:
        web.terminate()
        web.wait(30)
    with scope.reading(system_actor(1)):
        stored = InboxKey.objects.count()
    sender.tell(stored)


class Sender:
    """WeCom's side: events of many rooms, sent until answered, some of them again."""

    def __init__(self, url: str, envelope: object, options: argparse.Namespace) -> None:
        self.url, self.envelope, self.options = url, envelope, options
        self.took: list[float] = []
        self.refused: list[float] = []
        self.acknowledged: set[int] = set()
        self.given_up = 0
        self.sent = 0
        self.began = self.ended = 0.0

    async def run(self, server: object) -> None:
        async with aiohttp.ClientSession() as http:
            await self._wait(http)
            self.began = time.perf_counter()
            outage = asyncio.create_task(self._outage(server))
            await asyncio.gather(*(self._stream(http, n) for n in range(self.options.at_once)))
            self.ended = time.perf_counter()
            await outage

    async def _wait(self, http: aiohttp.ClientSession) -> None:
        for _ in range(600):
            try:
                async with http.get(self.url) as answer:
                    if answer.status == 403:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)
        raise SystemExit("the web processes do not answer")

    async def _stream(self, http: aiohttp.ClientSession, stream: int) -> None:
        draw, number = random.Random(stream), stream
        while time.perf_counter() - self.began < self.options.seconds:
            request = self._closed(number, draw)
            for attempt in range(_TRIES):
                if await self._post(http, *request) == 200:
                    self.acknowledged.add(number)
                    break
                await asyncio.sleep(1 + attempt)
            else:
                self.given_up += 1
            if draw.random() < _REPEATED:
                await self._post(http, *request)
            number += self.options.at_once

    def _closed(self, number: int, draw: random.Random) -> tuple[str, str]:
        room = draw.randrange(self.options.rooms)
        plain = (
            "<xml><ToUserName>ww1</ToUserName><FromUserName>sys</FromUserName><CreateTime>1763793600</CreateTime>"
            "<MsgType>event</MsgType><Event>change_external_chat</Event><ChangeType>update</ChangeType>"
            f"<ChatId>wr{room}</ChatId><UpdateDetail>add_member</UpdateDetail><JoinScene>3</JoinScene>"
            f"<MemChangeCnt>1</MemChangeCnt><MemChangeList><Item>wm{number}</Item></MemChangeList>"
            f"<LastMemVer>{number - 1}</LastMemVer><CurMemVer>{number}</CurMemVer></xml>"
        )
        cipher = self.envelope.encrypt(plain.encode())
        query = {"timestamp": "1763793601", "nonce": str(number)}
        query["msg_signature"] = self.envelope.sign(query["timestamp"], query["nonce"], cipher)
        body = f"<xml><ToUserName>ww1</ToUserName><AgentID>1</AgentID><Encrypt>{cipher}</Encrypt></xml>"
        return f"{self.url}?{urlencode(query)}", body

    async def _post(self, http: aiohttp.ClientSession, url: str, body: str) -> int:
        began = time.perf_counter()
        try:
            async with http.post(url, data=body.encode()) as answer:
                status = answer.status
        except aiohttp.ClientError:
            status = 0
        (self.took if status == 200 else self.refused).append(time.perf_counter() - began)
        self.sent += 1
        return status

    async def _outage(self, server: object) -> None:
        if not self.options.outage:
            return
        await asyncio.sleep(self.options.seconds / 3)
        await asyncio.to_thread(server.stop)
        await asyncio.sleep(self.options.outage)
        await asyncio.to_thread(server.start)

    def tell(self, stored: int) -> None:
        """Print a table for people, then the line for machines."""
        took = sorted(self.took)
        p50, p99 = (1000 * took[int(len(took) * share)] for share in (0.5, 0.99))
        rps = len(took) / (self.ended - self.began)
        lost = len(self.acknowledged) - stored
        print(
            f"{'requests':>12} {'p50 ms':>8} {'p99 ms':>8} {'per s':>8} {'stored':>8} {'lost':>6}"
        )
        print(f"{self.sent:>12} {p50:>8.1f} {p99:>8.1f} {rps:>8.0f} {stored:>8} {max(lost, 0):>6}")
        slowest = 1000 * max(self.refused, default=0)
        print(
            f"callbacks requests={self.sent} p50_ms={p50:.1f} p99_ms={p99:.1f} rps={rps:.0f}"
            f" lost={max(lost, 0)} refused={len(self.refused)} refused_max_ms={slowest:.0f}"
            f" given_up={self.given_up}"
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
