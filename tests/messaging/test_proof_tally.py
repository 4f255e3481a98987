"""The tallies of a broadcast are what a plain count of its receipts gives, whatever was written in which order."""

import random
from datetime import timedelta

import pytest
from django.db import connection

from qunlian.community.models import Member
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.messaging.actions.answer_question import answer_question
from qunlian.messaging.actions.mark_seen import mark_seen
from qunlian.messaging.actions.take_in_receipts import PersonProof, take_in_receipts
from qunlian.messaging.models import Receipt
from qunlian.messaging.queries.proofs import broadcast_result, groups_of_result
from tests.cast_words import NOON, Cast
from tests.commerce.racing import race
from tests.messaging.scenes import ASKED, Scene, scene, sent

COUNT = """SELECT count(delivered_at), count(read_at), count(clicked_at), count(answered_at),
    count(*) FILTER (WHERE is_understood) FROM messaging_receipt
    WHERE broadcast_id = %s AND group_id = %s AND is_member"""
TALLY = """SELECT delivered, read, clicked, answered, understood FROM messaging_proof_tally
    WHERE broadcast_id = %s AND group_id = %s"""


def _both(cast: Cast, broadcast_id: int, group_id: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    with scope.reading(cast.hua), connection.cursor() as cursor:
        cursor.execute(COUNT, [broadcast_id, group_id])
        counted = cursor.fetchone()
        cursor.execute(TALLY, [broadcast_id, group_id])
        return counted, cursor.fetchone() or (0, 0, 0, 0, 0)


def _crowd(cast: Cast, here: Scene, size: int) -> dict[int, list[int]]:
    """Seat people in both groups; return who sits where."""
    machinery = system_actor(cast.ids["brand"])
    seated: dict[int, list[int]] = {}
    with scope.writing(machinery), connection.cursor() as cursor:
        for group_id in (here.a, here.b):
            cursor.execute(
                """INSERT INTO channel_person (enterprise_id, name, phone, created_at)
                SELECT %s, 'x', '', %s FROM generate_series(1, %s) RETURNING id""",
                [machinery.enterprise_id, NOON, size],
            )
            seated[group_id] = [pk for (pk,) in cursor.fetchall()]
            Member.objects.bulk_create(
                Member(
                    enterprise_id=machinery.enterprise_id,
                    group_id=group_id,
                    person_id=pk,
                    role="member",
                    source="test",
                    joined_at=NOON,
                )
                for pk in seated[group_id]
            )
    return seated


def _some_proof(dice: random.Random, group_id: int, person_id: int) -> PersonProof:
    has_read = dice.random() < 0.6
    has_answered = has_read and dice.random() < 0.5
    at = NOON + timedelta(minutes=dice.randint(1, 50))
    return PersonProof(
        group_id=group_id,
        person_id=person_id,
        delivered_at=at,
        read_at=at if has_read else None,
        clicked_at=at if has_read and dice.random() < 0.3 else None,
        answered_at=at if has_answered else None,
        answer=dice.randint(0, 1) if has_answered else None,
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_the_tally_is_the_plain_count(cast: Cast, seed: int) -> None:
    dice, here = random.Random(seed), scene(cast)
    seated, broadcast_id = _crowd(cast, here, 12), sent(cast, **ASKED)
    machinery = system_actor(cast.ids["brand"])
    later = NOON + timedelta(hours=1)
    for _turn in range(8):
        proofs = [
            _some_proof(dice, group_id, pk)
            for group_id, people in seated.items()
            for pk in dice.sample(people, 5)
        ]
        take_in_receipts(actor=machinery, broadcast_id=broadcast_id, proofs=proofs, now=later)
        for reader in (cast.oyang, cast.rong):  # a steward's reading is kept but not counted
            mark_seen(
                actor=reader,
                group_id=here.a,
                delivered_seq=1,
                read_seq=dice.randint(0, 1),
                now=later,
            )
        with scope.writing(machinery):  # one who leaves stays counted
            gone = dice.choice(seated[here.b])
            Member.objects.filter(group_id=here.b, person_id=gone).update(left_at=later)
        for group_id in seated:
            counted, tallied = _both(cast, broadcast_id, group_id)
            assert counted == tallied
    answer_question(
        actor=cast.oyang, broadcast_id=broadcast_id, group_id=here.a, option=0, now=later
    )
    totals = [_both(cast, broadcast_id, group_id) for group_id in seated]
    assert all(counted == tallied for counted, tallied in totals)
    whole = broadcast_result(cast.hua, broadcast_id).total
    shown = (whole.delivered, whole.read, whole.clicked, whole.answered, whole.understood)
    assert shown == tuple(sum(column) for column in zip(*(c for c, _ in totals), strict=True))
    with scope.reading(cast.hua):
        assert Receipt.objects.filter(broadcast_id=broadcast_id, is_member=False).count() == 1


def test_two_reports_at_once_count_everybody_once(cast: Cast) -> None:
    here = scene(cast)
    seated, broadcast_id = _crowd(cast, here, 40), sent(cast, **ASKED)
    everybody = [
        PersonProof(group_id=group_id, person_id=pk, delivered_at=NOON, read_at=NOON)
        for group_id, people in seated.items()
        for pk in people
    ]

    def report(proofs: list[PersonProof]) -> None:
        take_in_receipts(
            actor=system_actor(cast.ids["brand"]),
            broadcast_id=broadcast_id,
            proofs=proofs,
            now=NOON,
        )

    outcomes = race(lambda: report(everybody), lambda: report(everybody[30:]))
    assert outcomes == [None, None]
    for group_id in seated:
        counted, tallied = _both(cast, broadcast_id, group_id)
        assert counted == tallied == (40, 40, 0, 0, 0)
    rows = groups_of_result(cast.hua, broadcast_id).rows
    assert sorted(row.delivered for row in rows) == [40, 40]
