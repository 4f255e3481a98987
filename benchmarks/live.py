"""Live updates under load: ``make bench NAME=live``.

A throw-away installation, the live process, and the listeners in a process of their own on loopback. Two
scenarios: 200 people in one group; 1,000 connected over 5 groups. A writer posts at a steady rate through the
same action as a phone; the latency runs from before the post's transaction to the frame's arrival.
``lost`` counts frames that never came within the grace time, of all that should have.
"""

import argparse
import asyncio
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

SCENARIOS = ((200, 1, 10.0), (1000, 5, 10.0))
GRACE_SECONDS = 10
PORT = 18640


def main() -> None:
    """Run the scenarios, or (``--ears``) be the listeners of one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--ears", help="internal: file of account ids")
    given = parser.parse_args()
    if given.ears:
        asyncio.run(_ears(json.loads(Path(given.ears).read_text())))
        return
    home = Path(tempfile.mkdtemp(prefix="qunlian-bench-"))
    home.chmod(0o755)
    os.environ["QUNLIAN_HOME"] = str(home)
    from qunlian.cli.embedded_postgres import EmbeddedPostgres

    server = EmbeddedPostgres(home)
    try:
        server.start()
        _prepare(server, home)
        print(
            "| members | groups | posts | frames | p50 ms | p99 ms | lost |\n|---|---|---|---|---|---|---|"
        )
        lines = [_run(home, *scenario, seconds=given.seconds) for scenario in SCENARIOS]
        print()
        for line in lines:
            print(line)
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def _prepare(server: object, home: Path) -> None:
    from qunlian.cli.provision import prepare

    server.create_database("bench")  # type: ignore[attr-defined]
    os.environ["QUNLIAN_DATABASE_URL"] = prepare(server.owner_url("bench"), home=home)  # type: ignore[attr-defined]
    os.environ["QUNLIAN_LIVE_PORT"] = str(PORT)
    os.environ["QUNLIAN_LIVE_HOST"] = "127.0.0.1"
    os.environ["DJANGO_SETTINGS_MODULE"] = "qunlian.site.settings"
    import django

    django.setup()


def _populate(members: int, groups: int) -> tuple[list[object], list[int]]:
    """Make an enterprise with so many people, evenly in so many groups; their actors and the groups."""
    from qunlian.community.models import Group, Member
    from qunlian.kernel import clock, scope
    from tests import make

    now = clock.now()
    brand = make.enterprise("bench")
    patch = make.territory(brand, None, "P", "patch", is_patch=True)
    owner = make.person(brand, "owner")
    with scope.writing(brand):
        rooms = [
            Group.objects.create(
                enterprise_id=brand.enterprise_id,
                name=f"group {n}",
                layer="store",
                territory_id=patch.pk,
                platform="web",
                platform_key=f"room{n}",
                life="live",
                seats_cap=500,
                owner_person_id=owner.pk,
                created_at=now,
                changed_at=now,
            ).pk
            for n in range(groups)
        ]
    actors = []
    for n in range(members):
        human = make.person(brand, f"person {n}")
        account = make.account_of(brand, f"m{n}", make.Role.MEMBER, human)
        actors.append(make._actor(account, make.Reach()))  # noqa: SLF001
    with scope.writing(brand):
        Member.objects.bulk_create(
            Member(
                enterprise_id=brand.enterprise_id,
                group_id=rooms[n % groups],
                person_id=actor.person_id,
                joined_at=now,
            )
            for n, actor in enumerate(actors)
        )
    return actors, rooms


def _run(home: Path, members: int, groups: int, rate: float, *, seconds: int) -> str:

    actors, _rooms = _populate(members, groups)
    accounts = home / f"accounts-{members}.json"
    live = subprocess.Popen([sys.executable, "-m", "qunlian.live"], stderr=subprocess.DEVNULL)
    _wait_for_live()
    accounts.write_text(json.dumps([actor.account_id for actor in actors]))  # type: ignore[attr-defined]
    ears = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.live", "--ears", str(accounts)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert ears.stdout is not None
    try:
        ready = ears.stdout.readline().strip()
        if ready != "ready":
            raise SystemExit(f"the listeners did not connect: {ready!r}")
        posts = _speak(actors, groups, rate, seconds)
        time.sleep(GRACE_SECONDS)
        told, _ = ears.communicate("stop\n", timeout=60)
    finally:
        ears.kill()
        live.send_signal(signal.SIGTERM)
        live.wait(20)
    waits = sorted(json.loads(told))
    expected = sum(posts) * (members // groups)
    p50, p99 = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
    lost = expected - len(waits)
    print(
        f"| {members} | {groups} | {sum(posts)} | {len(waits)} | {p50:.0f} | {p99:.0f} | {lost} |"
    )
    return f"live members={members} p99_ms={p99:.0f} lost={lost}"


def _wait_for_live() -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health/alive", timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the live process did not start")


def _speak(actors: list[object], groups: int, rate: float, seconds: int) -> list[int]:
    """Post at a steady rate, one group after the other; how many each got."""
    from qunlian.kernel import clock
    from qunlian.messaging.actions.post_message import Draft, post_message
    from qunlian.messaging.queries.chats import my_chats

    room_of = [my_chats(actors[n])[0].group_id for n in range(groups)]  # type: ignore[arg-type]
    posts = [0] * groups
    begin = time.monotonic()
    for number in range(int(rate * seconds)):
        time.sleep(max(0.0, begin + number / rate - time.monotonic()))
        speaker = number % groups
        draft = Draft(client_key=f"bench-{number:08}", text=f"at {time.time():.6f}")
        post_message(
            actor=actors[speaker],  # type: ignore[arg-type]
            group_id=room_of[speaker],
            draft=draft,
            now=clock.now(),
        )
        posts[speaker] += 1
    return posts


async def _ears(accounts: list[int]) -> None:
    """Connect one listener per account, say "ready", and print every wait in ms when told to stop."""
    import django
    from django.core import signing
    from websockets.asyncio.client import connect

    django.setup()
    from qunlian.messaging.queries.tickets import SALT

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    waits: list[float] = []
    at_once = asyncio.Semaphore(20)
    counted: list[int] = []

    async def listen(account_id: int) -> None:
        async with at_once:
            page = await connect(f"ws://127.0.0.1:{PORT}/", compression=None, ping_interval=None)
            ticket = signing.dumps([account_id, []], salt=SALT)
            await page.send(json.dumps({"ticket": ticket}))
            await page.recv()
            counted.append(1)
        async for frame in page:
            text = json.loads(frame)["body"]["text"]
            waits.append(1000 * (time.time() - float(text[3:])))

    pages = [asyncio.ensure_future(listen(one)) for one in accounts]
    while len(counted) < len(accounts):
        await asyncio.sleep(0.1)
        for page in pages:
            if page.done():
                print(f"failed: {page.exception()!r}", flush=True)
                return
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    print(json.dumps([round(wait, 2) for wait in waits]), flush=True)
    for page in pages:
        page.cancel()
    os._exit(0)


if __name__ == "__main__":
    main()
