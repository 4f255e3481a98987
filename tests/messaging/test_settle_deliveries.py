"""Each outcome of a batch is written down as what it is."""

from datetime import timedelta

import pytest

from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.messaging.actions.claim_deliveries import claim_deliveries
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.actions.settle_deliveries import TRIES, settle_deliveries
from qunlian.messaging.actions.start_broadcast import start_broadcast
from qunlian.messaging.models import Broadcast, Delivery
from qunlian.messaging.rules.deliveries import client_msg_id
from qunlian.platforms.port import Outcome, Result
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import compose, scene


def _begin(cast: Cast) -> int:
    broadcast_id = compose(cast)
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    start_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    return broadcast_id


def _round(cast: Cast, broadcast_id: int, *results: Result, minutes: int = 0) -> bool:
    machinery = system_actor(cast.ids["brand"])
    now = NOON + timedelta(minutes=minutes)
    claim_deliveries(actor=machinery, broadcast_id=broadcast_id, platform="web", limit=10, now=now)
    return settle_deliveries(actor=machinery, broadcast_id=broadcast_id, results=results, now=now)


def _states(cast: Cast, broadcast_id: int) -> dict[int, str]:
    with scope.reading(cast.hua):
        return dict(
            Delivery.objects.filter(broadcast_id=broadcast_id).values_list("group_id", "state")
        )


@pytest.mark.parametrize(
    ("outcome", "problem", "is_permanent", "state"),
    [
        (Outcome.SENT, "", False, "sent"),
        (Outcome.UNKNOWN, "", False, "unknown"),
        (Outcome.WITH_PERSON, "", False, "with_person"),
        (Outcome.REFUSED, "never_seen", False, "planned"),
        (Outcome.REFUSED, "busy", False, "planned"),
        (Outcome.REFUSED, "room_unknown", True, "failed"),
    ],
)
def test_an_outcome_becomes_a_state(
    cast: Cast, outcome: Outcome, problem: str, is_permanent: bool, state: str
) -> None:
    here = scene(cast)
    broadcast_id = _begin(cast)
    item = client_msg_id(broadcast_id, here.a)
    _round(
        cast,
        broadcast_id,
        Result(item=item, outcome=outcome, problem=problem, is_permanent=is_permanent),
    )
    assert _states(cast, broadcast_id) == {here.a: state, here.b: "sending"}


def test_the_broadcast_ends_when_the_last_group_is_settled(cast: Cast) -> None:
    here = scene(cast)
    broadcast_id = _begin(cast)
    one, two = (
        Result(item=client_msg_id(broadcast_id, group_id), outcome=Outcome.SENT)
        for group_id in (here.a, here.b)
    )
    assert not _round(cast, broadcast_id, one)
    assert _round(cast, broadcast_id, two)
    with scope.reading(cast.hua):
        row = Broadcast.objects.get(pk=broadcast_id)
    assert (row.state, row.ended_at) == ("sent", NOON)


def test_what_keeps_failing_is_parked_after_five_tries(cast: Cast) -> None:
    here = scene(cast)
    broadcast_id = _begin(cast)
    busy = Result(item=client_msg_id(broadcast_id, here.a), outcome=Outcome.REFUSED, problem="busy")
    _round(
        cast, broadcast_id, Result(item=client_msg_id(broadcast_id, here.b), outcome=Outcome.SENT)
    )
    for number in range(TRIES):
        assert _states(cast, broadcast_id)[here.a] != "failed"
        _round(cast, broadcast_id, busy, minutes=10 * number)
    assert _states(cast, broadcast_id)[here.a] == "failed"
