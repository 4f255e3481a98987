"""Somebody says that two people who look like one are two."""

import pytest

from qunlian.channel.actions.tell_apart import DecidedAlready, tell_apart
from qunlian.channel.models import LikelyDuplicate
from qunlian.channel.queries.people import duplicates_waiting
from qunlian.kernel import scope
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.channel.test_find_likely_duplicates import look, person


@pytest.fixture
def pair(cast: Cast) -> int:
    person(cast, "欧阳店主", stores="A1")
    look(cast)
    with scope.reading(cast.hua):
        return LikelyDuplicate.objects.get().pk


def test_it_leaves_the_list_with_who_and_when(cast: Cast, pair: int) -> None:
    told = tell_apart(actor=cast.rong, duplicate_id=pair, now=NOON)
    assert cast.oyang.person_id in (told.first_id, told.second_id)
    assert duplicates_waiting(cast.hua) == 0
    with scope.reading(cast.hua):
        row = LikelyDuplicate.objects.get()
    assert (row.state, row.decided_by, row.decided_at) == (
        "different",
        cast.rong.account_id,
        NOON,
    )


def test_refusals(cast: Cast, pair: int) -> None:
    for who in (cast.du, cast.guan, cast.oyang):
        with pytest.raises(Forbidden):
            tell_apart(actor=who, duplicate_id=pair, now=NOON)
    for who in (cast.song, cast.wai, cast.wei):
        with pytest.raises(NotFound):
            tell_apart(actor=who, duplicate_id=pair, now=NOON)
    tell_apart(actor=cast.ma, duplicate_id=pair, now=NOON)
    with pytest.raises(DecidedAlready):
        tell_apart(actor=cast.rong, duplicate_id=pair, now=NOON)
