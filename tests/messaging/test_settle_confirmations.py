"""A mass message waits with its owner: one task for all his rooms; what becomes of it is written down."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection

from qunlian.community.actions.expire_tasks import expire_tasks
from qunlian.kernel import clock, scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import NotFound
from qunlian.messaging import jobs
from qunlian.messaging.actions.cancel_broadcast import cancel_broadcast
from qunlian.messaging.actions.retry_deliveries import retry_deliveries
from qunlian.messaging.actions.settle_confirmations import settle_confirmations
from qunlian.messaging.models import Confirmation
from qunlian.messaging.queries.broadcasts import broadcast_progress
from qunlian.messaging.queries.confirmations import confirmers
from qunlian.messaging.rules.deliveries import client_msg_id
from qunlian.platforms.port import Outcome
from qunlian.platforms.registry import platform
from tests.cast_words import NOON, Cast
from tests.community.hands import hand_group, mine, task
from tests.messaging.by_hand import LATER, answer, broadcast_state, look, post, states, told
from tests.platforms.by_hand import ByHand

WAITS, SENT = ("with_person", ""), ("sent", "")


def test_one_task_for_all_the_rooms_of_one_owner(cast: Cast, by_hand: ByHand) -> None:
    broadcast_id, groups = told(cast)
    (row,) = mine(cast.hua)
    assert (row.kind, row.groups, row.platform) == ("confirm", 3, "by_hand")
    assert states(cast, broadcast_id) == [WAITS] * 3
    assert broadcast_state(cast, broadcast_id) == "sending"
    progress = broadcast_progress(cast.hua, broadcast_id)
    assert (progress.with_person, progress.done, progress.percent) == (3, 0, 0)
    assert look(cast) == 3
    assert states(cast, broadcast_id) == [WAITS] * 3
    by_hand.confirm(client_msg_id(broadcast_id, groups[0]))
    look(cast, LATER + timedelta(minutes=5))
    assert states(cast, broadcast_id) == [SENT, WAITS, WAITS]
    assert len(mine(cast.hua)) == 1
    by_hand.confirm()
    look(cast, LATER + timedelta(minutes=10))
    assert states(cast, broadcast_id) == [SENT] * 3
    assert (mine(cast.hua), broadcast_state(cast, broadcast_id)) == ((), "sent")
    assert task(cast, row.task_id).state == "done"


def test_done_waits_for_the_platforms_word(cast: Cast, by_hand: ByHand) -> None:
    broadcast_id, _ = told(cast)
    (row,) = mine(cast.hua)
    answer(cast.hua, row.task_id, "done")
    look(cast)
    assert states(cast, broadcast_id) == [WAITS] * 3
    look(cast, NOON + timedelta(hours=73))
    assert set(states(cast, broadcast_id)) == {("failed", "person_unseen")}
    assert broadcast_state(cast, broadcast_id) == "sent"
    by_hand.confirm()
    look(cast, NOON + timedelta(hours=80))  # late news are news
    assert states(cast, broadcast_id) == [SENT] * 3


def test_where_nothing_can_be_looked_up_the_word_counts(cast: Cast, by_hand: ByHand) -> None:
    broadcast_id, _ = told(cast)
    answer(cast.hua, mine(cast.hua)[0].task_id, "done")
    look(cast, is_seen=False)
    assert states(cast, broadcast_id) == [SENT] * 3
    assert broadcast_state(cast, broadcast_id) == "sent"


def test_he_cannot_and_is_asked_again(cast: Cast, by_hand: ByHand) -> None:
    broadcast_id, _ = told(cast)
    (row,) = mine(cast.hua)
    answer(cast.hua, row.task_id, "refused")
    look(cast)
    assert set(states(cast, broadcast_id)) == {("failed", "person_refused")}
    progress = broadcast_progress(cast.hua, broadcast_id)
    assert (progress.failed, progress.refused, progress.expired) == (3, 3, 0)
    (one,) = confirmers(cast.hua, broadcast_id, now=LATER)
    assert (one.name, one.state, one.reason, one.groups) == ("华总", "refused", "no_right", 3)
    retry_deliveries(actor=cast.hua, broadcast_id=broadcast_id, now=LATER)
    post(cast, broadcast_id, at=LATER)
    assert [again.task_id for again in mine(cast.hua)] == [row.task_id]
    assert states(cast, broadcast_id) == [WAITS] * 3


def test_the_platform_refuses_and_the_task_ends(cast: Cast, by_hand: ByHand) -> None:
    broadcast_id, _ = told(cast)
    by_hand.confirm(outcome=Outcome.REFUSED)
    look(cast)
    assert set(states(cast, broadcast_id)) == {("failed", "refused_there")}
    (row,) = mine(cast.hua, state="refused")
    assert row.reason == "platform_refuses"


def test_it_expires_and_the_broadcast_closes(cast: Cast, by_hand: ByHand) -> None:
    broadcast_id, _ = told(cast)
    later = NOON + timedelta(hours=72)
    expire_tasks(actor=system_actor(cast.ids["brand"]), now=later)
    look(cast, later)
    assert set(states(cast, broadcast_id)) == {("failed", "person_expired")}
    assert broadcast_progress(cast.hua, broadcast_id).expired == 3
    assert broadcast_state(cast, broadcast_id) == "sent"


def test_called_off_nobody_is_asked_any_more(cast: Cast, by_hand: ByHand) -> None:
    broadcast_id, _ = told(cast)
    (row,) = mine(cast.hua)
    assert cancel_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON) == 3
    assert task(cast, row.task_id).state == "withdrawn"
    assert set(states(cast, broadcast_id)) == {("cancelled", "called_off")}
    assert look(cast) == 0


def test_it_is_asked_about_less_and_less(cast: Cast, by_hand: ByHand) -> None:
    told(cast)
    asked = [
        minutes for minutes in range(0, 600, 3) if look(cast, NOON + timedelta(minutes=minutes))
    ]
    gaps = [after - before for before, after in pairwise(asked)]
    assert gaps == sorted(gaps)
    assert (gaps[0], gaps[-1]) == (3, 30)


def test_two_workers_settle_once(cast: Cast, by_hand: ByHand) -> None:
    broadcast_id, _ = told(cast)
    by_hand.confirm()

    def work(_: int) -> int:
        try:
            return look(cast)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert states(cast, broadcast_id) == [SENT] * 3
    assert len(mine(cast.hua, state="done")) == 1


def test_the_job_looks_everywhere(cast: Cast, by_hand: ByHand) -> None:
    broadcast_id, _ = told(cast)
    by_hand.confirm()
    with scope.writing(cast.hua):
        Confirmation.objects.update(asked_at=clock.now())
    jobs.look_after_people(0)
    assert states(cast, broadcast_id) == [SENT] * 3


def test_whoever_says_done_is_looked_up_at_once(cast: Cast, by_hand: ByHand) -> None:
    broadcast_id, _ = told(cast)
    by_hand.confirm()
    with scope.writing(cast.hua):
        Confirmation.objects.update(asked_at=clock.now(), looked_at=clock.now())
    jobs.look_after(0)
    jobs.look_after_people(0)
    assert states(cast, broadcast_id) == [WAITS] * 3
    answer(cast.hua, mine(cast.hua)[0].task_id, "done", at=clock.now())
    jobs.look_after(0)
    assert states(cast, broadcast_id) == [SENT] * 3


def test_ones_answer_puts_off_nobody_elses_turn(cast: Cast, by_hand: ByHand) -> None:
    hand_group(cast, "马的群", room="R-9", owner=cast.ma)
    broadcast_id, (hers,) = told(cast, groups=1)
    item = client_msg_id(broadcast_id, hers)
    settle_confirmations(
        actor=system_actor(cast.ids["brand"]),
        broadcast_id=broadcast_id,
        platform="by_hand",
        results=platform("by_hand").look_up(cast.ids["brand"], (item,)),
        now=LATER,
    )
    with scope.reading(cast.hua):
        looked = Confirmation.objects.order_by("pk").values_list("looked_at", flat=True)
        assert sorted(at is None for at in looked) == [False, True]


def test_who_has_still_to_send_it_is_told_within_reach(cast: Cast, by_hand: ByHand) -> None:
    broadcast_id, _ = told(cast)
    (one,) = confirmers(cast.ma, broadcast_id, now=NOON + timedelta(hours=5))
    assert (one.waiting, one.is_overdue) == (3, True)
    for outsider in (cast.wai, cast.song):
        with pytest.raises(NotFound):
            confirmers(outsider, broadcast_id, now=LATER)
