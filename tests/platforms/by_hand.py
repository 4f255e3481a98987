# ruff: noqa: ARG002
"""A platform on which people do what its API cannot; what they do on their phones is told it by the tests.

Rooms are opened, renamed and handed over by hand. Mass messages wait until somebody confirms them
(``confirm``); their fate can be looked up, and it may be asked to remind, three times a day at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from qunlian.platforms.port import (
    Events,
    Feature,
    Means,
    NewRoom,
    Outcome,
    OwnerChange,
    Post,
    Renaming,
    Result,
    RoomHeads,
)

PATH = "tests.platforms.by_hand.ByHand"
PERSON = {
    Feature.CREATE_ROOM,
    Feature.RENAME_ROOM,
    Feature.CHANGE_OWNER,
    Feature.REMOVE_MEMBER,
    Feature.ANNOUNCE,
    Feature.ROOM_WELCOME,
}
API = {Feature.LOOK_UP_ECHO, Feature.REMIND, Feature.LIST_ROOMS, Feature.POST}


@dataclass
class ByHand:
    """What the phones know: client_msg_id → outcome, and how often each was reminded of."""

    name: str = "by_hand"
    batch_size: int = 100
    has_own_accounts: bool = False
    posts: dict[str, Outcome] = field(default_factory=dict)
    reminded: list[tuple[str, ...]] = field(default_factory=list)
    looked: int = 0
    notes: dict[Feature, str] = field(default_factory=dict)
    capabilities: dict[Feature, Means] = field(
        default_factory=lambda: dict.fromkeys(PERSON, Means.PERSON) | dict.fromkeys(API, Means.API)
    )

    def confirm(self, *client_msg_ids: str, outcome: Outcome = Outcome.SENT) -> None:
        """Do on the phone what was asked; without ids all that waits."""
        for one in client_msg_ids or tuple(self.posts):
            self.posts[one] = outcome

    def is_connected(self, enterprise_id: int) -> bool:
        return True

    def create_rooms(
        self, enterprise_id: int, rooms: Sequence[NewRoom], *, now: datetime
    ) -> tuple[Result, ...]:
        raise AssertionError("a person does this")

    def rename_rooms(
        self, enterprise_id: int, renamings: Sequence[Renaming], *, now: datetime
    ) -> tuple[Result, ...]:
        raise AssertionError("a person does this")

    def change_owners(
        self, enterprise_id: int, changes: Sequence[OwnerChange], *, now: datetime
    ) -> tuple[Result, ...]:
        raise AssertionError("a person does this")

    def post(
        self, enterprise_id: int, posts: Sequence[Post], *, now: datetime
    ) -> tuple[Result, ...]:
        for post in posts:
            self.posts.setdefault(post.client_msg_id, Outcome.WITH_PERSON)
        return tuple(self._result(post.client_msg_id) for post in posts)

    def look_up(self, enterprise_id: int, client_msg_ids: Sequence[str]) -> tuple[Result, ...]:
        self.looked += 1
        return tuple(self._result(one) for one in client_msg_ids)

    def remind(self, enterprise_id: int, client_msg_ids: Sequence[str]) -> tuple[Result, ...]:
        self.reminded.append(tuple(client_msg_ids))
        return tuple(Result(item=one, outcome=Outcome.SENT) for one in client_msg_ids)

    def events_since(self, enterprise_id: int, cursor: str, *, limit: int = 200) -> Events:
        return Events(events=(), cursor=cursor, has_more=False)

    def list_rooms(self, enterprise_id: int, cursor: str = "", *, limit: int = 200) -> RoomHeads:
        return RoomHeads(rooms=(), cursor="", has_more=False)

    def _result(self, item: str) -> Result:
        outcome = self.posts.get(item, Outcome.UNKNOWN)
        problem = "refused_there" if outcome is Outcome.REFUSED else ""
        return Result(
            item=item, outcome=outcome, key=f"m-{item}", problem=problem, is_permanent=True
        )
