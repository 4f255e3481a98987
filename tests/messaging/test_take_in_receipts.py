"""A platform's report of who got, read and answered."""

from datetime import timedelta

import pytest

from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import Forbidden, NotFound
from qunlian.messaging.actions.take_in_receipts import (
    PersonProof,
    ReportUnsound,
    take_in_receipts,
)
from qunlian.messaging.models import Delivery, ReadMark, Receipt
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import say, scene, staff_person
from tests.messaging.test_settle_deliveries import _begin

LATER = NOON + timedelta(hours=1)


def _sent(cast: Cast, group_id: int) -> int:
    """A broadcast that stands in the group as its first message."""
    broadcast_id = _begin(cast)
    say(cast, group_id, "通知")
    with scope.writing(system_actor(cast.ids["brand"])):
        Delivery.objects.filter(broadcast_id=broadcast_id, group_id=group_id).update(
            state="sent", seq=1, sent_at=NOON
        )
    return broadcast_id


def test_a_report_counts_once_and_for_those_who_sit_there(cast: Cast) -> None:
    here = scene(cast)
    broadcast_id = _sent(cast, here.a)
    owner, stranger = staff_person(cast.oyang), staff_person(cast.song)
    proofs = [
        PersonProof(group_id=here.a, person_id=owner, delivered_at=NOON, read_at=LATER),
        PersonProof(group_id=here.a, person_id=stranger, delivered_at=NOON),
        PersonProof(group_id=here.b, person_id=stranger, delivered_at=NOON),
    ]
    machinery = system_actor(cast.ids["brand"])
    for _ in range(2):
        done = take_in_receipts(
            actor=machinery, broadcast_id=broadcast_id, proofs=proofs, now=LATER
        )
        assert done.people == 1
    with scope.reading(machinery):
        receipt = Receipt.objects.get(broadcast_id=broadcast_id)
        mark = ReadMark.objects.get(group_id=here.a, person_id=owner)
    assert (receipt.person_id, receipt.read_at) == (owner, LATER)
    assert (mark.delivered_seq, mark.read_seq) == (1, 1)


def test_what_cannot_be_is_refused(cast: Cast) -> None:
    here = scene(cast)
    broadcast_id = _sent(cast, here.a)
    owner = staff_person(cast.oyang)
    for bad in (
        PersonProof(group_id=here.a, person_id=owner, delivered_at=LATER, read_at=NOON),
        PersonProof(group_id=here.a, person_id=owner, delivered_at=LATER + timedelta(days=1)),
        PersonProof(group_id=here.a, person_id=owner, delivered_at=NOON, answered_at=NOON),
        PersonProof(
            group_id=here.a,
            person_id=owner,
            delivered_at=NOON,
            read_at=NOON,
            answered_at=NOON,
            answer=9,
        ),
    ):
        with pytest.raises(ReportUnsound):
            take_in_receipts(actor=cast.hua, broadcast_id=broadcast_id, proofs=[bad], now=LATER)


def test_others_report_nothing(cast: Cast) -> None:
    here = scene(cast)
    broadcast_id = _sent(cast, here.a)
    with pytest.raises(Forbidden):
        take_in_receipts(actor=cast.rong, broadcast_id=broadcast_id, proofs=[], now=LATER)
    with pytest.raises(NotFound):
        take_in_receipts(actor=cast.wai, broadcast_id=broadcast_id, proofs=[], now=LATER)
