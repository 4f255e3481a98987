"""
What any chat platform must do, in batches, and how it says what it cannot.

An adapter declares for every feature by which means it is done: ``api`` (a call), ``person`` (a task that
a human confirms on a phone), ``archive`` (only with a paid message archive), ``none``. Features follow the
declaration. Every verb answers per item: sent, refused (with its reason) or **unknown**; an unknown one
is looked up by its key and never blindly repeated. A verb is called outside any transaction of ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class Means(StrEnum):
    """How a feature is done on a platform."""

    API = "api"
    PERSON = "person"
    ARCHIVE = "archive"
    NONE = "none"


class Feature(StrEnum):
    """What one may want of a platform."""

    CREATE_ROOM = "create_room"
    RENAME_ROOM = "rename_room"
    CHANGE_OWNER = "change_owner"
    POST = "post"
    LOOK_UP_ECHO = "look_up_echo"
    READ_MESSAGES = "read_messages"
    REMIND = "remind"
    LIST_ROOMS = "list_rooms"
    LIST_MEMBERS = "list_members"
    ADMIT_MEMBER = "admit_member"
    REMOVE_MEMBER = "remove_member"
    MUTE_MEMBER = "mute_member"
    RECALL_MESSAGE = "recall_message"
    READ_MARKS = "read_marks"
    OPEN_DOOR = "open_door"
    WELCOME = "welcome"
    ROOM_WELCOME = "room_welcome"
    ANNOUNCE = "announce"
    COUNT_ACTIVITY = "count_activity"
    WATCH_STAFF = "watch_staff"
    LOG_IN = "log_in"


class Outcome(StrEnum):
    """What became of one item of a batch."""

    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WITH_PERSON = "with_person"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRoom:
    """A room to open. ``client_key`` is ours and stays the same on a retry (≤ 64 characters)."""

    client_key: str
    name: str
    theme: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renaming:
    """A new name for a room."""

    room_key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChange:
    """Another owner for a room; he sits in it."""

    room_key: str
    from_key: str
    to_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A person's place in a room; ``role`` is owner, manager or member."""

    room_key: str
    person_key: str
    role: str = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """
    One message for one room. ``client_msg_id`` is ours and the same on every try (≤ 64 characters).

    ``body`` is the message as Qunlian keeps it (see docs/explain/messages.md); an adapter renders what
    its platform can show. ``body["mentions"]`` are persons whom it calls, where a platform can.
    """

    client_msg_id: str
    room_key: str
    kind: str
    body: Mapping[str, Any]
    sender_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """
    A message to be taken back, whoever wrote it. ``client_key`` is ours and the same on every try.

    ``message_key`` is the room's own name of the message; on our pages its number there.
    """

    client_key: str
    room_key: str
    message_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Somebody who may not write in a room until then; None: he may write again."""

    room_key: str
    person_key: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """
    What became of one item.

    ``item`` is the item's own key (client_key, room_key or client_msg_id); ``key`` the platform's
    name for what was made; ``problem`` a short code when refused; ``is_permanent`` says whether
    trying again can help.
    """

    item: str
    outcome: Outcome
    key: str = ""
    problem: str = ""
    is_permanent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """
    Something that happened in a room, as the platform tells it: at least once, perhaps late.

    ``key`` is unique per platform and enterprise for ever; ``client_msg_id`` is set when the message
    was ours.
    """

    key: str
    kind: str
    room_key: str
    happened_at: datetime
    sender_key: str = ""
    client_msg_id: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """A page of events and the cursor behind it; ``has_more`` asks to come again at once."""

    events: tuple[Event, ...]
    cursor: str
    has_more: bool


class RoomStatus(StrEnum):
    """How a room stands on its platform."""

    STANDS = "stands"
    OWNER_GONE = "owner_gone"
    CHANGING_HANDS = "changing_hands"
    DISSOLVED = "dissolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomHead:
    """One line of the list of rooms."""

    key: str
    status: RoomStatus = RoomStatus.STANDS


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomHeads:
    """A page of rooms and the cursor behind it; a page may be empty and still have more behind it."""

    rooms: tuple[RoomHead, ...]
    cursor: str
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupant:
    """
    Who sits in a room, as the platform tells it.

    :ivar name: what the platform shows: a nickname, for staff often nothing
    :ivar union_key: the same person's name across the platform's apps, where it tells one
    :ivar scene: how he came: ``invited``, ``link``, ``code`` or ``""``
    :ivar door: the ``state`` of the door he came by
    :ivar invited_by: the staff member who asked him in, where the platform tells it
    """

    person_key: str
    role: str
    is_staff: bool
    name: str = ""
    union_key: str = ""
    joined_at: datetime | None = None
    scene: str = ""
    door: str = ""
    invited_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room as the platform tells it now; ``version`` changes whenever who sits in it does."""

    key: str
    name: str
    owner_key: str
    occupants: tuple[Occupant, ...]
    notice: str = ""
    made_at: datetime | None = None
    version: str = ""
    status: RoomStatus = RoomStatus.STANDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A room something happened in; ``mark`` says up to where that was heard."""

    room_key: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAccount:
    """An account of one of our own people on the platform."""

    key: str
    name: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What one of our people (``by_key``) has noted of somebody: a name, telephone numbers."""

    by_key: str
    remark: str = ""
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCard:
    """Somebody outside our organisation, as the platform and those who know him tell it."""

    person_key: str
    name: str = ""
    union_key: str = ""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCards:
    """A page of people and the cursor behind it; whom several of ours know may come several times."""

    cards: tuple[PersonCard, ...]
    cursor: str
    has_more: bool


class Platform(Protocol):
    """
    One outside platform. ``enterprise_id`` chooses whose account there is used.

    Persons go by the platform's own names for them (person_key): where ``has_own_accounts`` that is an
    account there, which features find through the channel's handles; elsewhere it is our person's id.

    :raises PlatformTrouble: of any verb, when nothing at all was done: ``permanent`` says whether a retry
        can help. After a time-out the adapter answers UNKNOWN per item instead.
    """

    name: str
    has_own_accounts: bool
    capabilities: Mapping[Feature, Means]
    #: what to know about a feature there: msgids
    notes: Mapping[Feature, str]
    #: how many items one call may carry
    batch_size: int

    def is_connected(self, enterprise_id: int) -> bool:
        """Tell whether the enterprise has set this platform up."""
        ...

    def create_rooms(
        self, enterprise_id: int, rooms: Sequence[NewRoom], *, now: datetime
    ) -> tuple[Result, ...]:
        """Open rooms; a ``client_key`` that was used before answers with the room it made then."""
        ...

    def rename_rooms(
        self, enterprise_id: int, renamings: Sequence[Renaming], *, now: datetime
    ) -> tuple[Result, ...]:
        """Give rooms new names."""
        ...

    def change_owners(
        self, enterprise_id: int, changes: Sequence[OwnerChange], *, now: datetime
    ) -> tuple[Result, ...]:
        """Make others the owners; one who is it already is fine (``item`` = room_key)."""
        ...

    def admit(
        self, enterprise_id: int, seats: Sequence[Seat], *, now: datetime
    ) -> tuple[Result, ...]:
        """Give people seats; one who sits there already keeps his seat (``item`` = person_key)."""
        ...

    def remove(
        self, enterprise_id: int, seats: Sequence[Seat], *, now: datetime
    ) -> tuple[Result, ...]:
        """Take seats away; one who isn't there is fine."""
        ...

    def mute(
        self, enterprise_id: int, mutes: Sequence[Mute], *, now: datetime
    ) -> tuple[Result, ...]:
        """Let people be silent in rooms, or write again (``item`` = person_key)."""
        ...

    def recall(
        self, enterprise_id: int, recalls: Sequence[Recall], *, now: datetime
    ) -> tuple[Result, ...]:
        """Take messages back; one that is gone already is fine (``item`` = client_key)."""
        ...

    def post(
        self, enterprise_id: int, posts: Sequence[Post], *, now: datetime
    ) -> tuple[Result, ...]:
        """Post messages; a ``client_msg_id`` that was accepted before is not posted again."""
        ...

    def look_up(self, enterprise_id: int, client_msg_ids: Sequence[str]) -> tuple[Result, ...]:
        """
        Say of each id what became of it: SENT (with its key), REFUSED (problem ``never_seen``: it never
        arrived), WITH_PERSON while somebody has still to confirm it.

        Only where ``LOOK_UP_ECHO`` is declared ``api``.
        """
        ...

    def remind(self, enterprise_id: int, client_msg_ids: Sequence[str]) -> tuple[Result, ...]:
        """Ask those again who have still to confirm; what is limited there is REFUSED, not raised."""
        ...

    def events_since(self, enterprise_id: int, cursor: str, *, limit: int = 200) -> Events:
        """Read on from a cursor (``""`` = from the beginning), oldest first."""
        ...

    def list_rooms(self, enterprise_id: int, cursor: str = "", *, limit: int = 200) -> RoomHeads:
        """List the rooms there are on the platform, whoever made them."""
        ...

    def read_rooms(self, enterprise_id: int, room_keys: Sequence[str]) -> tuple[Room, ...]:
        """Read rooms with who sits in them; one that can't be read just now is missing in the answer."""
        ...

    def list_staff(self, enterprise_id: int) -> tuple[StaffAccount, ...]:
        """List the accounts of our own people there."""
        ...

    def read_people(self, enterprise_id: int, person_keys: Sequence[str]) -> tuple[PersonCard, ...]:
        """Read people outside our organisation; one that can't be read just now is missing."""
        ...

    def list_people(self, enterprise_id: int, cursor: str = "") -> PersonCards:
        """List whom our people know, each with what one or several of them noted; far fewer calls."""
        ...

    def heard_rooms(self, enterprise_id: int, *, limit: int = 100) -> tuple[Heard, ...]:
        """Name rooms that something happened in since they were heeded, oldest first."""
        ...

    def heed_rooms(self, enterprise_id: int, heard: Sequence[Heard]) -> None:
        """Take it that these were read; a room heard of again since then stays."""
        ...
