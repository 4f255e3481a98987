"""Fanning out: one row per group, once, within the composer's own reach."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection

from qunlian.channel.models import Account
from qunlian.community.models import Group
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.messaging.actions.compose_broadcast import Composition, compose_broadcast
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.actions.start_broadcast import start_broadcast
from qunlian.messaging.models import Delivery, Relay
from qunlian.messaging.queries.broadcasts import broadcast_card
from qunlian.messaging.queries.intake import due_broadcasts
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import compose, deliver, group, scene, texts_of


def _rows(cast: Cast, broadcast_id: int) -> dict[int, Delivery]:
    with scope.reading(cast.hua):
        return {row.group_id: row for row in Delivery.objects.filter(broadcast_id=broadcast_id)}


def test_starting_twice_fans_out_once(cast: Cast) -> None:
    here = scene(cast)
    broadcast_id = compose(cast)
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    assert start_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    assert start_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    rows = _rows(cast, broadcast_id)
    assert {key: row.people for key, row in rows.items()} == {here.a: 1, here.b: 0}


def test_a_reps_broadcast_reaches_his_own_groups_only(cast: Cast) -> None:
    here = scene(cast)
    broadcast_id = compose_broadcast(
        actor=cast.rong,
        broadcast_id=None,
        composition=Composition(title="通知", text="明天到货"),
        now=NOON,
    )
    assert send_broadcast(actor=cast.rong, broadcast_id=broadcast_id, now=NOON) == 1
    start_broadcast(actor=cast.rong, broadcast_id=broadcast_id, now=NOON)
    assert set(_rows(cast, broadcast_id)) == {here.a}


def test_a_cascade_lays_the_line_and_shows_groups_nobody_leads(cast: Cast) -> None:
    here = scene(cast)
    alone = group(cast, "PB", steward=cast.oyang, people={}, name="无主群")
    broadcast_id = compose(cast, mode="cascade")
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    start_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    with scope.reading(cast.hua):
        line = {r.staff_id: r for r in Relay.objects.filter(broadcast_id=broadcast_id)}
    assert {key: (r.hop, r.state) for key, r in line.items()} == {
        cast.ids["M1"]: (1, "waiting"),
        cast.ids["R1"]: (2, "upstream"),
        cast.ids["R2"]: (2, "upstream"),
    }
    assert line[cast.ids["R1"]].parent_id == line[cast.ids["M1"]].pk
    rows = _rows(cast, broadcast_id)
    assert (rows[here.a].due_at, rows[here.a].relay_id) == (None, line[cast.ids["R1"]].pk)
    assert (rows[alone].state, rows[alone].problem) == ("failed", "no_steward")


def test_two_workers_that_start_it_at_once_fan_out_once(cast: Cast) -> None:
    here = scene(cast)
    broadcast_id = compose(cast)
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, at=NOON, now=NOON)

    def start(_turn: int) -> bool:
        try:
            return start_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(start, range(3))) == [True] * 3
    assert set(_rows(cast, broadcast_id)) == {here.a, here.b}


def test_one_that_was_missed_while_the_server_was_down_goes_out_once_afterwards(
    cast: Cast,
) -> None:
    here = scene(cast)
    broadcast_id = compose(cast)
    hour = timedelta(hours=1)
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, at=NOON + hour, now=NOON)
    machinery = system_actor(cast.ids["brand"])
    assert due_broadcasts(machinery, NOON) == ()
    # the next start looks for what is due, however long ago its moment was
    (due,) = due_broadcasts(machinery, NOON + 9 * hour)
    assert due.broadcast_id == broadcast_id
    deliver(cast, broadcast_id)
    deliver(cast, broadcast_id)
    assert texts_of(cast, here.a).count("买十赠一，本周有效") == 1


def test_one_whose_writer_was_locked_out_is_called_off(cast: Cast) -> None:
    here = scene(cast)
    broadcast_id = compose_broadcast(
        actor=cast.rong,
        broadcast_id=None,
        composition=Composition(title="通知", text="明天到货"),
        now=NOON,
    )
    send_broadcast(actor=cast.rong, broadcast_id=broadcast_id, at=NOON, now=NOON)
    with scope.writing(system_actor(cast.ids["brand"])):
        his = Group.objects.filter(steward_staff_id=cast.ids["R1"])
        his.update(steward_staff_id=cast.ids["R2"])  # nobody is locked out with groups in his hands
        Account.objects.filter(pk=cast.rong.account_id).update(is_active=False)
    deliver(cast, broadcast_id)
    assert broadcast_card(cast.hua, broadcast_id).state == "cancelled"
    assert texts_of(cast, here.a) == []


def test_a_scheduled_one_is_moved_or_changed_before_its_time(cast: Cast) -> None:
    scene(cast)
    broadcast_id = compose(cast)
    hour = timedelta(hours=1)
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, at=NOON + hour, now=NOON)
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, at=NOON + 2 * hour, now=NOON)
    assert broadcast_card(cast.hua, broadcast_id).scheduled_at == NOON + 2 * hour
    compose_broadcast(
        actor=cast.hua,
        broadcast_id=broadcast_id,
        composition=Composition(title="改了", text="新的话"),
        now=NOON,
    )
    card = broadcast_card(cast.hua, broadcast_id)
    assert (card.state, card.scheduled_at) == ("draft", None)
    assert due_broadcasts(system_actor(cast.ids["brand"]), NOON + 9 * hour) == ()
