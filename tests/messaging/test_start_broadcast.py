"""Fanning out: one row per group, once, within the composer's own reach."""

from qunlian.kernel import scope
from qunlian.messaging.actions.compose_broadcast import Composition, compose_broadcast
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.actions.start_broadcast import start_broadcast
from qunlian.messaging.models import Delivery, Relay
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import compose, group, scene


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
