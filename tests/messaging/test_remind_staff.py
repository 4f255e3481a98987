"""Reminding staff: of a message that waits at them, or that their groups have not read; not too often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from qunlian.kernel.errors import NotFound
from qunlian.messaging.actions.pass_on import pass_on
from qunlian.messaging.actions.remind_staff import (
    PEACE,
    MayNotRemind,
    NothingToRemind,
    RemindedAlready,
    remind_staff,
)
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.queries.relays import my_relays
from qunlian.messaging.queries.reminders import my_reminders
from qunlian.messaging.queries.results import broadcast_decay
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import compose, deliver, scene, sent


def cascade(cast: Cast) -> int:
    broadcast_id = compose(cast, mode="cascade")
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    deliver(cast, broadcast_id)
    return broadcast_id


def staff_id(cast: Cast, who: str) -> int:
    found = getattr(cast, who).staff_id
    assert found is not None
    return int(found)


def test_who_stops_it_is_named_and_reminded_until_he_passes_it_on(cast: Cast) -> None:
    scene(cast)
    told = cascade(cast)
    ma = staff_id(cast, "ma")
    (blamed,) = broadcast_decay(cast.hua, told).stoppers
    assert (blamed.staff_id, blamed.may_remind, blamed.reminded_at) == (ma, True, None)
    done = remind_staff(actor=cast.hua, broadcast_id=told, staff_id=ma, now=NOON)
    assert done.times == 1
    (row,) = my_reminders(cast.ma)
    (task,) = my_relays(cast.ma)
    assert (row.title, row.relay_id) == ("中秋政策", task.relay_id)
    (blamed,) = broadcast_decay(cast.hua, told).stoppers
    assert blamed.reminded_at == NOON
    pass_on(actor=cast.ma, relay_id=task.relay_id, wording="", now=NOON)
    assert my_reminders(cast.ma) == ()
    with pytest.raises(NothingToRemind):
        remind_staff(actor=cast.hua, broadcast_id=told, staff_id=ma, now=NOON + PEACE)


def test_the_steward_of_a_quiet_group_is_reminded(cast: Cast) -> None:
    here = scene(cast)
    told = sent(cast)
    (quiet,) = broadcast_decay(cast.hua, told).quiet
    assert (quiet.group_id, quiet.missed, quiet.staff_id) == (here.a, 1, cast.rong.staff_id)
    remind_staff(actor=cast.ma, broadcast_id=told, staff_id=staff_id(cast, "rong"), now=NOON)
    (row,) = my_reminders(cast.rong)
    assert (row.relay_id, row.groups) == (None, ((here.a, "东街群"),))


def test_peace_is_kept_also_when_two_remind_at_once(cast: Cast) -> None:
    scene(cast)
    told = sent(cast)
    rong = staff_id(cast, "rong")

    def remind(_turn: int) -> bool:
        try:
            remind_staff(actor=cast.hua, broadcast_id=told, staff_id=rong, now=NOON)
        except RemindedAlready:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(remind, range(4))) == [False, False, False, True]
    with pytest.raises(RemindedAlready):
        remind_staff(
            actor=cast.hua, broadcast_id=told, staff_id=rong, now=NOON + timedelta(hours=11)
        )
    again = remind_staff(actor=cast.hua, broadcast_id=told, staff_id=rong, now=NOON + PEACE)
    assert again.times == 2


def test_nobody_is_reminded_out_of_reach(cast: Cast) -> None:
    scene(cast)
    told = sent(cast)
    rong, song = staff_id(cast, "rong"), staff_id(cast, "song")
    for stranger, target in ((cast.wai, rong), (cast.rong, song)):
        with pytest.raises(NotFound):
            remind_staff(actor=stranger, broadcast_id=told, staff_id=target, now=NOON)
    with pytest.raises((MayNotRemind, NotFound)):
        remind_staff(actor=cast.oyang, broadcast_id=told, staff_id=rong, now=NOON)
