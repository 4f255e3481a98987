"""Sending to many groups: each exactly once, whoever dies on the way."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from qunlian.community.models import Group
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.messaging.actions.claim_deliveries import LEASE, claim_deliveries
from qunlian.messaging.actions.pause_broadcast import pause_broadcast
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.actions.start_broadcast import start_broadcast
from qunlian.messaging.models import Delivery
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import compose, deliver, scene, sent, texts_of

ALL_AT_ONCE = 4


def _many_groups(cast: Cast, count: int) -> None:
    with scope.writing(system_actor(cast.ids["brand"])):
        Group.objects.bulk_create(
            Group(
                enterprise_id=cast.ids["brand"],
                name=f"群{n}",
                layer="store",
                territory_id=cast.ids["PA"],
                platform="web",
                platform_key=f"room{n}",
                life="live",
                seats_cap=200,
                owner_person_id=cast.hua.person_id,
                created_at=NOON,
                changed_at=NOON,
            )
            for n in range(count)
        )


def _started(cast: Cast) -> int:
    broadcast_id = compose(cast)
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    start_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    return broadcast_id


def _claim(cast: Cast, broadcast_id: int, *, limit: int = 200, after: timedelta = timedelta()):
    return claim_deliveries(
        actor=system_actor(cast.ids["brand"]),
        broadcast_id=broadcast_id,
        platform="web",
        limit=limit,
        now=NOON + after,
    )


def test_the_worker_sends_to_every_group_and_it_stands_there(cast: Cast) -> None:
    here = scene(cast)
    broadcast_id = sent(cast)
    assert texts_of(cast, here.a) == texts_of(cast, here.b) == ["买十赠一，本周有效"]
    deliver(cast, broadcast_id)  # a second worker that came late
    assert len(texts_of(cast, here.a)) == 1
    with scope.reading(cast.hua):
        rows = list(Delivery.objects.filter(broadcast_id=broadcast_id))
    assert {(row.state, row.seq) for row in rows} == {("sent", 1)}


def test_claimers_at_once_never_hold_the_same_group(cast: Cast) -> None:
    _many_groups(cast, 40)
    broadcast_id = _started(cast)

    def claim(_: int) -> list[str]:
        try:
            return [post.client_msg_id for post in _claim(cast, broadcast_id, limit=7).posts]
        finally:
            connection.close()

    with ThreadPoolExecutor(ALL_AT_ONCE) as pool:
        taken = [one for batch in pool.map(claim, range(8)) for one in batch]
    assert len(taken) == len(set(taken)) == 40


def test_a_lease_that_ran_out_is_asked_about_not_sent_again(cast: Cast) -> None:
    scene(cast)
    broadcast_id = _started(cast)
    assert len(_claim(cast, broadcast_id).posts) == 2
    still = _claim(cast, broadcast_id, after=LEASE - timedelta(seconds=1))
    assert (still.posts, still.in_doubt) == ((), ())
    later = _claim(cast, broadcast_id, after=LEASE + timedelta(seconds=1))
    assert later.posts == ()
    assert len(later.in_doubt) == 2


def test_nothing_is_claimed_of_a_paused_broadcast(cast: Cast) -> None:
    scene(cast)
    broadcast_id = _started(cast)
    pause_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    assert _claim(cast, broadcast_id).posts == ()


def _kill_until_done(
    cast: Cast, database: str, log: Path, broadcast_id: int, *words: str, kills: int
) -> Counter[str]:
    environment = os.environ | {
        "QUNLIAN_DATABASE_URL": make_conninfo(os.environ["QUNLIAN_DATABASE_URL"], dbname=database),
        "DJANGO_SETTINGS_MODULE": "qunlian.site.settings",
        "FORGETFUL_LOG": str(log),
    }
    command = [sys.executable, "-m", "tests.messaging.forgetful"]
    command += [str(cast.ids["brand"]), str(broadcast_id), *words]
    dice = random.Random(7)
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as workers:
        assert workers.stdin is not None
        assert workers.stdout is not None
        for number in range(200):
            workers.stdin.write("another\n")
            workers.stdin.flush()
            worker = int(workers.stdout.readline())
            said = workers.stdout.readline()
            if said == "posting\n" and number < kills:
                time.sleep(dice.uniform(0.0, 0.05))  # somewhere in or after its first batch
                os.kill(worker, signal.SIGKILL)
            while not said.startswith("ended"):
                said = workers.stdout.readline()
            assert number < kills or said == "ended 0\n"
            time.sleep(0.2)  # its lease runs out
            with scope.reading(cast.hua):
                open_rows = Delivery.objects.filter(broadcast_id=broadcast_id)
                if not open_rows.exclude(state="sent").exists():
                    break
        workers.stdin.close()
    return Counter(log.read_text().split())


@pytest.mark.parametrize(
    "words", [(), pytest.param(("naive",), marks=pytest.mark.negative_control)], ids=str
)
def test_workers_that_are_killed_send_no_group_twice_and_lose_none(
    cast: Cast, database: str, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """The remote log is the judge. With the usual queue (negative control) there are duplicates."""
    _many_groups(cast, 60)
    broadcast_id = _started(cast)
    posted = _kill_until_done(cast, database, tmp_path / "log", broadcast_id, *words, kills=6)
    assert len(posted) == 60  # none lost
    duplicates = sum(posted.values()) - 60
    assert duplicates == 0 if not words else duplicates > 0
