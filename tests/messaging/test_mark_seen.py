"""Marks only grow, and prove broadcasts as they pass them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunlian.kernel import scope
from qunlian.kernel.errors import NotFound
from qunlian.messaging.access import NotInGroup
from qunlian.messaging.actions.mark_seen import mark_seen
from qunlian.messaging.models import ReadMark, Receipt
from qunlian.messaging.queries.chats import my_chats
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import say, scene, sent


def test_reading_clears_what_is_new(cast: Cast) -> None:
    here = scene(cast)
    say(cast, here.a, "一", "二", "三")
    seen = mark_seen(actor=cast.oyang, group_id=here.a, delivered_seq=3, read_seq=2, now=NOON)
    assert (seen.delivered_seq, seen.read_seq) == (3, 2)
    (chat,) = my_chats(cast.oyang)
    assert chat.unread == 1


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(marks=st.lists(st.tuples(st.integers(-5, 20), st.integers(-5, 20)), max_size=6))
def test_marks_never_move_back_nor_past_the_last_message(
    cast: Cast, marks: list[tuple[int, int]]
) -> None:
    here = scene(cast)
    say(cast, here.a, *"甲乙丙丁戊")
    before = (0, 0)
    for delivered, read in marks:
        seen = mark_seen(
            actor=cast.oyang, group_id=here.a, delivered_seq=delivered, read_seq=read, now=NOON
        )
        now = (seen.delivered_seq, seen.read_seq)
        assert now[0] >= before[0]
        assert now[1] >= before[1]
        assert 0 <= now[1] <= now[0] <= 5
        before = now


def test_phones_marking_at_once_end_at_the_furthest(cast: Cast) -> None:
    here = scene(cast)
    say(cast, here.a, *[str(n) for n in range(20)])

    def mark(seq: int) -> None:
        try:
            mark_seen(actor=cast.oyang, group_id=here.a, delivered_seq=seq, read_seq=seq, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(mark, [3, 20, 7, 15, 1, 9]))
    with scope.reading(cast.hua):
        mark_row = ReadMark.objects.get(group_id=here.a, person_id=cast.oyang.person_id)
    assert (mark_row.delivered_seq, mark_row.read_seq) == (20, 20)


def test_a_broadcast_is_proved_delivered_then_read_and_moments_stay(cast: Cast) -> None:
    here = scene(cast)
    broadcast_id = sent(cast)
    later = NOON + timedelta(minutes=5)
    mark_seen(actor=cast.oyang, group_id=here.a, delivered_seq=1, read_seq=0, now=NOON)
    with scope.reading(cast.hua):
        row = Receipt.objects.get(broadcast_id=broadcast_id)
        assert (row.delivered_at, row.read_at) == (NOON, None)
    mark_seen(actor=cast.oyang, group_id=here.a, delivered_seq=1, read_seq=1, now=later)
    with scope.reading(cast.hua):
        row = Receipt.objects.get(broadcast_id=broadcast_id)
        assert (row.delivered_at, row.read_at) == (NOON, later)


def test_looking_on_from_outside_proves_nothing(cast: Cast) -> None:
    here = scene(cast)
    say(cast, here.a, "一")
    with pytest.raises(NotInGroup):
        mark_seen(actor=cast.hua, group_id=here.a, delivered_seq=1, read_seq=1, now=NOON)
    with pytest.raises(NotFound):
        mark_seen(actor=cast.wei, group_id=here.a, delivered_seq=1, read_seq=1, now=NOON)
