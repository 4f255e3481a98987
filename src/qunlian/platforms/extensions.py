"""
What some platforms can besides ``port.Platform``: make codes, count, let people log in, tell us things, be
examined.

Ask ``isinstance(registry.platform(name), Doorkeeper)`` first; it is declared feature by feature, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid, Refusal
from qunlian.platforms.findings import Finding, OurPerson
from qunlian.platforms.port import Result
from qunlian.platforms.setups import SetupStep, ToCopy


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """
    A way in: a code that leads into the first of its rooms that has a seat.

    :ivar state: comes back as ``Occupant.door`` of whoever came by it (≤ 30 characters)
    :ivar next_name: when all are full the platform opens a room of this name and number; "" = it does not
    """

    room_keys: tuple[str, ...]
    state: str
    remark: str = ""
    next_name: str = ""
    next_number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDoor:
    """A door as it stands; ``code_url`` is the picture of its code."""

    key: str
    door: Door
    code_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What happened in one owner's rooms on a day, in sums: nobody's words."""

    owner_key: str
    rooms: int
    rooms_with_messages: int
    members: int
    new_members: int
    members_with_messages: int
    messages: int


class EntryRefused(Invalid):
    """This cannot be used here."""

    code = "platforms.entry_refused"


class CallbackRefused(Refusal):
    """This message was not closed for us by whom it says."""

    code = "platforms.callback_refused"
    status = 403


@runtime_checkable
class Doorkeeper(Protocol):
    """
    What a platform that makes codes into its rooms can besides; each raises PlatformTrouble.

    :ivar rooms_per_door: to how many rooms one code may lead
    :ivar most_doors: how many codes an enterprise may have
    :ivar opens_next_room: it opens a room by itself when all behind a code are full
    """

    rooms_per_door: int
    most_doors: int
    opens_next_room: bool

    def open_door(self, enterprise_id: int, door: Door) -> OpenDoor:
        """Make a code. After a lost answer another is made: a code nobody was given does no harm."""
        ...

    def change_door(self, enterprise_id: int, key: str, door: Door) -> None:
        """Let a code lead elsewhere; its picture stays."""
        ...

    def close_door(self, enterprise_id: int, key: str) -> None:
        """Let a code lead nowhere; one that is closed already is fine."""
        ...


@runtime_checkable
class Counter(Protocol):
    """What a platform that counts can besides."""

    def count_activity(
        self, enterprise_id: int, owner_keys: Sequence[str], *, day: datetime
    ) -> tuple[Activity, ...]:
        """Count a day that is over, per owner of rooms; ``day`` is any moment of it."""
        ...


@runtime_checkable
class LogIn(Protocol):
    """
    What a platform whose accounts people may log in with can besides.

    A company code is public and stands for an enterprise in an address.
    """

    def companies(self) -> Mapping[str, int]:
        """Return the enterprises that use the platform, by company code; needs no scope."""
        ...

    def log_in_address(
        self, enterprise_id: int, *, back_to: str, state: str, is_in_client: bool
    ) -> str:
        """Return where to send a browser; it comes back with ``state`` and a code."""
        ...

    def who_logged_in(self, enterprise_id: int, code: str) -> str:
        """
        Return whose account it is (person_key); "" when he is none of ours.

        :raises PlatformTrouble: the code is used up, or the platform can't be asked
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPage:
    """What the platform's client wants to see before a page of ours may talk to it."""

    company: str
    app: str
    timestamp: int
    nonce: str
    signature: str


@runtime_checkable
class PageSigner(Protocol):
    """What a platform whose client shows our pages beside its chats is besides."""

    def sign_page(self, enterprise_id: int, address: str, *, now: datetime) -> SignedPage:
        """
        Sign a page's whole address, without what stands behind ``#``.

        :raises PlatformTrouble: the platform gives no ticket for it
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatFile:
    """A file of ours as the platform's client knows it; ``kind`` is image, video or file."""

    kind: str
    key: str


@runtime_checkable
class FileLender(Protocol):
    """What a platform whose client puts files of ours into its chats can besides."""

    def lend_file(self, enterprise_id: int, token: str, *, now: datetime) -> ChatFile:
        """
        Have the platform hold a file for a while; whether somebody may see it was asked before.

        :param token: the file's name in messaging
        :raises NotFound: there is no such file
        :raises PlatformTrouble: the platform can't be asked, or does not take it
        """
        ...


@runtime_checkable
class Listener(Protocol):
    """
    What a platform that tells us things is besides: its messages come to ``/callbacks/<name>/<code>/``.

    ``code`` is public and stands for an enterprise; both check whom a message is from.

    :raises CallbackRefused: of either, when it is not from where it says
    """

    def greet(self, code: str, query: Mapping[str, str]) -> bytes:
        """Answer the question whether the address is ours."""
        ...

    def take_callback(self, code: str, query: Mapping[str, str], body: bytes) -> int | None:
        """
        Store what is told; what was stored is acknowledged, and read later.

        Returns the enterprise in which somebody waits to be greeted now, if it was that.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """
    Somebody who has just become a contact of one of our people and may be greeted, once.

    :ivar state: of the door or code he came by; "" for none
    :ivar greet_by: after that the platform takes no greeting
    """

    key: str
    contact_key: str
    staff_key: str
    state: str
    told_at: datetime
    greet_by: datetime


@runtime_checkable
class Greeter(Protocol):
    """What a platform that lets us greet new contacts can besides."""

    def newcomers(self, enterprise_id: int, *, limit: int = 50) -> tuple[Newcomer, ...]:
        """Name those who wait to be greeted, the oldest first; also those for whom it is too late."""
        ...

    def welcome(self, enterprise_id: int, key: str, text: str) -> Result:
        """
        Greet one (``item`` = key); never asked twice for one.

        REFUSED with problem ``late`` when his time is over, or they have begun to talk by themselves.
        """
        ...

    def heed_newcomers(self, enterprise_id: int, keys: Sequence[str]) -> None:
        """Take it that these were seen to."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomWelcome:
    """What shall greet who comes into a room; without words nobody is greeted."""

    room_key: str
    text: str


@runtime_checkable
class WelcomeKeeper(Protocol):
    """What a platform that keeps welcomes, from which a person chooses his room's, can besides."""

    def keep_welcomes(
        self, enterprise_id: int, welcomes: Sequence[RoomWelcome], *, now: datetime
    ) -> tuple[Result, ...]:
        """
        Keep what greets newcomers, and nothing that no room has any more (``item`` = room_key).

        WITH_PERSON with the ``key`` of what he is to choose; without one he sets the words himself, and
        problem ``lost`` says that it may be there to choose all the same. SENT where there are no words.

        :raises PlatformTrouble: it can't be asked now; what was done already is found again
        """
        ...

    def welcomed_rooms(self, enterprise_id: int) -> tuple[str, ...]:
        """Name the rooms whose welcome is kept."""
        ...


@runtime_checkable
class ArchiveReader(Protocol):
    """
    What a platform that tells what people write by a paid archive (``READ_MESSAGES`` = archive) is besides.

    Its events may name a ``file`` (reference, md5sum, bytes) in their body, to be fetched.
    """

    def is_archive_readable(self, enterprise_id: int) -> bool:
        """Tell whether there is an archive, and what opens it is here."""
        ...

    def archived_file(self, enterprise_id: int, reference: str, md5sum: str) -> bytes:
        """
        Fetch a file of a message.

        :raises PlatformTrouble: it cannot be fetched; permanent when it never will be
        """
        ...


@runtime_checkable
class Examinable(Protocol):
    """What a platform whose set-up lies in somebody else's console is besides."""

    def examine(
        self, enterprise_id: int, people: Sequence[OurPerson], *, now: datetime
    ) -> tuple[Finding, ...]:
        """
        Look at all that must be set up there, in the order in which one thing needs another.

        Raises nothing: what fails is a finding.

        :param people: who of ours should be found there
        """
        ...


@runtime_checkable
class Connectable(Protocol):
    """What a platform that headquarters sets up on a page is besides; the last two inside a writing scope."""

    def setup_steps(self, enterprise_id: int) -> tuple[SetupStep, ...]:
        """Return the walk with what is entered now; no secret is in it."""
        ...

    def set_up(self, actor: Actor, entries: Mapping[str, str], *, now: datetime) -> tuple[str, ...]:
        """
        Keep what was entered, also a part of it; return the names of what changed.

        An empty secret keeps the one there is.

        :raises EntryRefused: something cannot be used (``field``)
        """
        ...

    def renew_keys(self, actor: Actor, *, now: datetime) -> tuple[ToCopy, ...]:
        """
        Make new secrets for what the platform sends us; they are shown this once.

        :raises PlatformTrouble: nothing is set up yet
        """
        ...
