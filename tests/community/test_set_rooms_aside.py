"""Rooms that are nobody's business leave the list, and come back when asked."""

import pytest

from qunlian.community.actions.adopt_rooms import Adoption, RoomDecided, adopt_rooms
from qunlian.community.actions.set_rooms_aside import set_rooms_aside
from qunlian.community.queries.rooms import list_rooms
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community.outside import room, take_in


def test_it_leaves_the_list_and_comes_back(cast: Cast) -> None:
    found = take_in(cast.hua, room("r1")).room_id
    assert set_rooms_aside(actor=cast.hua, room_ids=[found], now=NOON) == 1
    assert list_rooms(cast.hua).rows == ()
    assert [row.room_id for row in list_rooms(cast.hua, view="ignored").rows] == [found]
    assert set_rooms_aside(actor=cast.hua, room_ids=[found], now=NOON) == 0
    assert set_rooms_aside(actor=cast.hua, room_ids=[found], is_aside=False, now=NOON) == 1
    assert [row.room_id for row in list_rooms(cast.hua).rows] == [found]


def test_refusals(cast: Cast) -> None:
    found = take_in(cast.hua, room("r1")).room_id
    for outsider in (cast.wai, cast.song):
        with pytest.raises(NotFound):
            set_rooms_aside(actor=outsider, room_ids=[found], now=NOON)
    adopt_rooms(actor=cast.hua, adoptions=[Adoption(room_id=found)], now=NOON)
    with pytest.raises(RoomDecided):
        set_rooms_aside(actor=cast.hua, room_ids=[found], now=NOON)
