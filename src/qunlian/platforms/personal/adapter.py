"""The port where nothing but people can do anything: each verb answers that a person is needed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from qunlian.platforms.port import (
    Events,
    Feature,
    Heard,
    Means,
    Mute,
    NewRoom,
    Outcome,
    OwnerChange,
    PersonCard,
    PersonCards,
    Platform,
    Post,
    Recall,
    Renaming,
    Result,
    Room,
    RoomHeads,
    Seat,
    StaffAccount,
)

_BY_HAND = (
    Feature.CREATE_ROOM,
    Feature.RENAME_ROOM,
    Feature.ANNOUNCE,
    Feature.CHANGE_OWNER,
    Feature.ADMIT_MEMBER,
    Feature.REMOVE_MEMBER,
    Feature.ROOM_WELCOME,
    Feature.POST,
    Feature.RECALL_MESSAGE,
    Feature.LIST_ROOMS,
    Feature.LIST_MEMBERS,
)


class PersonalPlatform:
    """Rooms on phones that belong to people."""

    name = "personal"
    batch_size = 200
    has_own_accounts = True
    capabilities: Mapping[Feature, Means] = dict.fromkeys(Feature, Means.NONE) | dict.fromkeys(
        _BY_HAND, Means.PERSON
    )
    #: msgids
    notes: Mapping[Feature, str] = {
        Feature.LIST_ROOMS: gettext_noop("from a sheet, or registered on the owner's phone"),
        Feature.LIST_MEMBERS: gettext_noop(
            "nicknames from the sheet; how many, each week, from the owner"
        ),
        Feature.POST: gettext_noop("text ready to copy; done when he says so"),
    }

    def is_connected(self, enterprise_id: int) -> bool:
        """Everybody has a telephone."""
        del enterprise_id
        return True

    def create_rooms(
        self, enterprise_id: int, rooms: Sequence[NewRoom], *, now: datetime
    ) -> tuple[Result, ...]:
        """Leave it to a person."""
        del enterprise_id, now
        return _by_hand(room.client_key for room in rooms)

    def rename_rooms(
        self, enterprise_id: int, renamings: Sequence[Renaming], *, now: datetime
    ) -> tuple[Result, ...]:
        """Leave it to a person."""
        del enterprise_id, now
        return _by_hand(one.room_key for one in renamings)

    def change_owners(
        self, enterprise_id: int, changes: Sequence[OwnerChange], *, now: datetime
    ) -> tuple[Result, ...]:
        """Leave it to a person."""
        del enterprise_id, now
        return _by_hand(one.room_key for one in changes)

    def admit(
        self, enterprise_id: int, seats: Sequence[Seat], *, now: datetime
    ) -> tuple[Result, ...]:
        """Leave it to a person."""
        del enterprise_id, now
        return _by_hand(seat.person_key for seat in seats)

    def remove(
        self, enterprise_id: int, seats: Sequence[Seat], *, now: datetime
    ) -> tuple[Result, ...]:
        """Leave it to a person."""
        del enterprise_id, now
        return _by_hand(seat.person_key for seat in seats)

    def mute(
        self, enterprise_id: int, mutes: Sequence[Mute], *, now: datetime
    ) -> tuple[Result, ...]:
        """Refuse: there is no such thing there."""
        del enterprise_id, now
        return tuple(
            Result(item=one.person_key, outcome=Outcome.REFUSED, problem="none", is_permanent=True)
            for one in mutes
        )

    def recall(
        self, enterprise_id: int, recalls: Sequence[Recall], *, now: datetime
    ) -> tuple[Result, ...]:
        """Leave it to a person."""
        del enterprise_id, now
        return _by_hand(one.client_key for one in recalls)

    def post(
        self, enterprise_id: int, posts: Sequence[Post], *, now: datetime
    ) -> tuple[Result, ...]:
        """Leave it to the rooms' owners."""
        del enterprise_id, now
        return _by_hand(post.client_msg_id for post in posts)

    def look_up(self, enterprise_id: int, client_msg_ids: Sequence[str]) -> tuple[Result, ...]:
        """Tell nothing: what became of it only people say."""
        del enterprise_id
        return tuple(
            Result(item=key, outcome=Outcome.REFUSED, problem="never_seen")
            for key in client_msg_ids
        )

    def remind(self, enterprise_id: int, client_msg_ids: Sequence[str]) -> tuple[Result, ...]:
        """Refuse: we remind people ourselves."""
        del enterprise_id
        return tuple(
            Result(item=key, outcome=Outcome.REFUSED, problem="none", is_permanent=True)
            for key in client_msg_ids
        )

    def events_since(self, enterprise_id: int, cursor: str, *, limit: int = 200) -> Events:
        """Tell of none."""
        del enterprise_id, limit
        return Events(events=(), cursor=cursor, has_more=False)

    def list_rooms(self, enterprise_id: int, cursor: str = "", *, limit: int = 200) -> RoomHeads:
        """List none: people tell of their rooms."""
        del enterprise_id, limit
        return RoomHeads(rooms=(), cursor=cursor, has_more=False)

    def read_rooms(self, enterprise_id: int, room_keys: Sequence[str]) -> tuple[Room, ...]:
        """Read none."""
        del enterprise_id, room_keys
        return ()

    def list_staff(self, enterprise_id: int) -> tuple[StaffAccount, ...]:
        """List none."""
        del enterprise_id
        return ()

    def read_people(self, enterprise_id: int, person_keys: Sequence[str]) -> tuple[PersonCard, ...]:
        """Read none."""
        del enterprise_id, person_keys
        return ()

    def list_people(self, enterprise_id: int, cursor: str = "") -> PersonCards:
        """List none."""
        del enterprise_id, cursor
        return PersonCards(cards=(), cursor="", has_more=False)

    def heard_rooms(self, enterprise_id: int, *, limit: int = 100) -> tuple[Heard, ...]:
        """Hear of none."""
        del enterprise_id, limit
        return ()

    def heed_rooms(self, enterprise_id: int, heard: Sequence[Heard]) -> None:
        """Nothing was heard."""


def _by_hand(items: Iterable[str]) -> tuple[Result, ...]:
    return tuple(Result(item=item, outcome=Outcome.WITH_PERSON) for item in items)


if TYPE_CHECKING:  # what it is, so that mypy tells what it lacks
    _is: Platform = PersonalPlatform()
