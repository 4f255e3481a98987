"""What a reading of a room changes beside who sits in it: see test_adopt_rooms.py for that."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from qunlian.community.actions.adopt_rooms import Adoption, adopt_rooms
from qunlian.community.actions.rename_group import GroupRename, rename_group
from qunlian.community.models import Group, Occupant, Request
from qunlian.community.queries.rooms import list_rooms, room_counts
from qunlian.kernel import scope
from tests.cast_words import NOON, Cast
from tests.community.outside import room, take_in


def test_a_rename_that_was_asked_for_is_seen_done(cast: Cast) -> None:
    found = take_in(cast.hua, room("r1")).room_id
    group_id = adopt_rooms(actor=cast.hua, adoptions=[Adoption(room_id=found)], now=NOON).groups[
        found
    ]
    rename_group(actor=cast.hua, rename=GroupRename(group_id=group_id, name="东片一群"), now=NOON)
    take_in(cast.hua, room("r1"), minutes=1)
    with scope.reading(cast.hua):
        assert Group.objects.get(pk=group_id).name == "东片一群"
        assert Request.objects.get(group_id=group_id).state == "asked"
    take_in(cast.hua, room("r1", "东片一群"), minutes=2)
    with scope.reading(cast.hua):
        assert Request.objects.get(group_id=group_id).state == "done"


def test_an_owner_nobody_knows_is_named_by_his_account(cast: Cast) -> None:
    take_in(cast.hua, room("r1", owner="nobody", people="wm1:甲 wm2:乙"))
    counts = room_counts(cast.hua)
    assert (counts.views["unknown"], counts.people, counts.bound) == (1, 2, 0)
    assert list_rooms(cast.hua, view="unknown").rows[0].owner_key == "nobody"


def test_occupants_are_those_of_the_last_reading(cast: Cast) -> None:
    take_in(cast.hua, room("r1", people="wm1:甲 wm2:乙"))
    take_in(cast.hua, room("r1", people="wm2:乙乙 wm3:丙"), minutes=1)
    with scope.reading(cast.hua):
        names = sorted(Occupant.objects.filter(is_staff=False).values_list("name", flat=True))
    assert names == ["丙", "乙乙"]


def test_reading_costs_the_same_for_two_and_for_forty(cast: Cast) -> None:
    def asked(key: str, count: int) -> int:
        people = " ".join(f"{key}-{n}:人{n}" for n in range(count))
        take_in(cast.hua, room(key, people=people))
        with CaptureQueriesContext(connection) as seen:
            take_in(cast.hua, room(key, people=people), minutes=1)
        return len(seen)

    assert asked("r1", 2) == asked("r2", 40) <= 24
