"""A cascade goes on when somebody in its line leaves."""

from datetime import timedelta

import pytest

from qunlian.community.actions.hand_over_staff import hand_over_staff
from qunlian.community.queries.handover import HandoverWish, review_handover
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.messaging.actions.inherit_relays import RelaysInherited, inherit_relays
from qunlian.messaging.actions.pass_on import pass_on
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.models import Relay
from qunlian.messaging.queries.relays import my_relays
from tests.cast_words import NOON, TODAY, Cast
from tests.messaging.scenes import Scene, compose, deliver, scene, texts_of


@pytest.fixture
def here(cast: Cast) -> Scene:
    """A cascade that waits with Ma, above Rong and Song."""
    made = scene(cast)
    broadcast_id = compose(cast, mode="cascade")
    later = NOON + timedelta(days=9999)
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, closes_at=later, now=NOON)
    deliver(cast, broadcast_id)
    return made


def _leaves(cast: Cast, who: str, to: str) -> None:
    wish = HandoverWish(staff_id=cast.ids[who], on=TODAY, successor_id=cast.ids[to])
    version = review_handover(cast.hua, wish).version
    hand_over_staff(actor=cast.hua, wish=wish, version=version, now=NOON)


def _inherit(cast: Cast) -> RelaysInherited:
    return inherit_relays(actor=system_actor(cast.ids["brand"]), now=NOON)


def _pass(actor: Actor) -> None:
    (task,) = my_relays(actor)
    pass_on(actor=actor, relay_id=task.relay_id, now=NOON)


def _broadcast(cast: Cast) -> int:
    with scope.reading(cast.hua):
        return Relay.objects.values_list("broadcast_id", flat=True)[0]


def _line(cast: Cast) -> list[tuple[int, int, str]]:
    with scope.reading(cast.hua):
        rows = Relay.objects.order_by("hop", "staff_id")
        return list(rows.values_list("hop", "staff_id", "state"))


def test_a_reps_hop_goes_to_the_steward_of_his_groups(cast: Cast, here: Scene) -> None:
    _pass(cast.ma)
    _leaves(cast, "R1", "G1")
    assert _inherit(cast) == RelaysInherited(inherited=1, joined=0)
    _pass(cast.guan)
    deliver(cast, _broadcast(cast))
    assert texts_of(cast, here.a) == ["买十赠一，本周有效"]
    assert _inherit(cast) == RelaysInherited(inherited=0, joined=0)


def test_who_has_passed_it_on_already_takes_the_leavers_groups_along(
    cast: Cast, here: Scene
) -> None:
    _pass(cast.ma)
    _pass(cast.song)
    _leaves(cast, "R1", "R2")
    assert _inherit(cast) == RelaysInherited(inherited=1, joined=1)
    deliver(cast, _broadcast(cast))
    assert texts_of(cast, here.a) == texts_of(cast, here.b) == ["买十赠一，本周有效"]


def test_who_stood_below_comes_into_the_leavers_place(cast: Cast, here: Scene) -> None:
    _leaves(cast, "M1", "R2")
    assert _inherit(cast).joined == 1
    ids = cast.ids
    assert _line(cast) == [(1, ids["R2"], "waiting"), (2, ids["R1"], "upstream")]
    _pass(cast.song)
    assert [task.from_name for task in my_relays(cast.rong)] == ["宋业务"]


def test_nobody_inherits_before_the_day(cast: Cast, here: Scene) -> None:
    wish = HandoverWish(
        staff_id=cast.ids["M1"], on=TODAY + timedelta(days=3), successor_id=cast.ids["R2"]
    )
    version = review_handover(cast.hua, wish).version
    hand_over_staff(actor=cast.hua, wish=wish, version=version, now=NOON)
    assert _inherit(cast).inherited == 0
    assert [task.state for task in my_relays(cast.ma)] == ["waiting"]
