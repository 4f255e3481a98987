"""An adopted room with four people, for the tests of binding."""

from qunlian.community.actions.adopt_rooms import Adoption, adopt_rooms
from qunlian.community.models import HandleView, Member
from qunlian.kernel import scope
from tests.cast_words import NOON, Cast
from tests.community.outside import person_of, room, take_in

PEOPLE = "wm1:东街1号老王 wm2:二号便利店 wm3:云淡风轻 wm4:欧阳店主"


def adopt(cast: Cast) -> tuple[int, int]:
    """Adopt a room before anybody in it is bound; return the room and the group."""
    room_id = take_in(cast.hua, room("r1", people=PEOPLE)).room_id
    done = adopt_rooms(actor=cast.hua, adoptions=[Adoption(room_id=room_id)], now=NOON)
    return room_id, done.groups[room_id]


def handle_of(cast: Cast, key: str) -> int:
    """Return the account's row."""
    with scope.reading(cast.hua):
        return HandleView.objects.get(platform="outside", key=key).pk


def store_of(cast: Cast, group_id: int, key: str) -> int | None:
    """Return the store for which somebody sits in the group."""
    person_id = person_of(cast.hua, key)
    with scope.reading(cast.hua):
        return Member.objects.get(group_id=group_id, person_id=person_id, left_at=None).store_id
