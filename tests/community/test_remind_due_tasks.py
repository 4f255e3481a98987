"""The machine reminds by day, at its moments, each once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection

from qunlian.community import jobs
from qunlian.community.actions.remind_due_tasks import remind_due_tasks
from qunlian.community.models import Task
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from tests.cast_words import NOON, Cast
from tests.community.hands import hand_group, renamed, task


def test_after_four_hours_a_day_and_two(cast: Cast, by_hand: object) -> None:
    brand = system_actor(cast.ids["brand"])
    task_id = renamed(cast, hand_group(cast))  # asked at noon, Beijing time
    told = [
        hours
        for hours in range(80)
        if remind_due_tasks(actor=brand, now=NOON + timedelta(hours=hours))
    ]
    assert told == [4, 24, 48]
    assert task(cast, task_id).reminders == 3
    assert task(cast, task_id).remind_at is None


def test_two_workers_remind_once(cast: Cast, by_hand: object) -> None:
    brand, later = system_actor(cast.ids["brand"]), NOON + timedelta(hours=5)
    ids = [renamed(cast, hand_group(cast, f"群{n}", room=f"R-{n}")) for n in range(5)]

    def work(_: int) -> tuple[int, ...]:
        try:
            return remind_due_tasks(actor=brand, now=later)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        told = [pk for found in pool.map(work, range(3)) for pk in found]
    assert sorted(told) == sorted(ids)


def test_the_job_looks_after_all(cast: Cast, by_hand: object) -> None:
    task_id = renamed(cast, hand_group(cast))
    with scope.writing(cast.hua):
        Task.objects.filter(pk=task_id).update(expires_at=NOON.replace(year=2020))
    jobs.look_after_tasks(0)
    assert task(cast, task_id).state == "expired"
