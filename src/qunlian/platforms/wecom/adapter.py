"""WeCom behind the port: groups that people own, messages that people confirm, events that are re-read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from qunlian.kernel.actor import Actor
from qunlian.platforms.extensions import (
    Activity,
    ChatFile,
    Door,
    Newcomer,
    OpenDoor,
    RoomWelcome,
    SignedPage,
)
from qunlian.platforms.findings import Finding, OurPerson
from qunlian.platforms.port import (
    Events,
    Heard,
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
from qunlian.platforms.setups import SetupStep, ToCopy
from qunlian.platforms.wecom import (
    accounts,
    activity,
    declaration,
    doctor,
    doors,
    entering,
    greeting,
    handover,
    inbox,
    media,
    pages,
    people,
    posting,
    rooms,
    shelf,
    walk,
    welcoming,
    written,
)
from qunlian.platforms.wecom.api import apps
from qunlian.platforms.wecom.api.groups import ROOMS_PER_JOIN_WAY
from qunlian.platforms.wecom.api.masses import ROOMS_AT_ONCE
from qunlian.platforms.wecom.client import converse
from qunlian.platforms.wecom.errors import NotConnected


class WeComPlatform:
    """Customers' groups (客户群)."""

    name = "wecom"
    has_own_accounts = True
    batch_size = ROOMS_AT_ONCE
    capabilities = declaration.CAPABILITIES
    notes = declaration.NOTES
    rooms_per_door = ROOMS_PER_JOIN_WAY
    #: Source: document 92229; contact ways count too
    most_doors = 500_000
    opens_next_room = True

    def is_connected(self, enterprise_id: int) -> bool:
        """Tell whether a corp is set up."""
        try:
            accounts.corp_of(enterprise_id)
        except NotConnected:
            return False
        return True

    def create_rooms(
        self,
        enterprise_id: int,
        rooms: Sequence[NewRoom],
        *,
        now: datetime,  # noqa: ARG002 (the port's shape)
    ) -> tuple[Result, ...]:
        """Leave it to a person: WeCom has no such call for customers' groups."""
        del enterprise_id
        return _by_hand([room.client_key for room in rooms])

    def rename_rooms(
        self,
        enterprise_id: int,
        renamings: Sequence[Renaming],
        *,
        now: datetime,  # noqa: ARG002 (the port's shape)
    ) -> tuple[Result, ...]:
        """Leave it to a person."""
        del enterprise_id
        return _by_hand([one.room_key for one in renamings])

    def change_owners(
        self, enterprise_id: int, changes: Sequence[OwnerChange], *, now: datetime
    ) -> tuple[Result, ...]:
        """Hand groups over, from one on the job or one who has left."""
        if not self.is_connected(enterprise_id):
            return _unconnected([change.room_key for change in changes])
        return converse(enterprise_id, lambda client: handover.change_owners(client, changes, now))

    def admit(
        self,
        enterprise_id: int,
        seats: Sequence[Seat],
        *,
        now: datetime,  # noqa: ARG002 (the port's shape)
    ) -> tuple[Result, ...]:
        """Leave it to a person, or to the join way."""
        del enterprise_id
        return _by_hand([seat.person_key for seat in seats])

    def remove(
        self,
        enterprise_id: int,
        seats: Sequence[Seat],
        *,
        now: datetime,  # noqa: ARG002 (the port's shape)
    ) -> tuple[Result, ...]:
        """Leave it to the owner or a group manager."""
        del enterprise_id
        return _by_hand([seat.person_key for seat in seats])

    def mute(
        self,
        enterprise_id: int,
        mutes: Sequence[Mute],
        *,
        now: datetime,  # noqa: ARG002 (the port's shape)
    ) -> tuple[Result, ...]:
        """Leave it to the owner or a group manager."""
        del enterprise_id
        return _by_hand([one.person_key for one in mutes])

    def recall(
        self,
        enterprise_id: int,
        recalls: Sequence[Recall],
        *,
        now: datetime,  # noqa: ARG002 (the port's shape)
    ) -> tuple[Result, ...]:
        """Leave it to the owner or a group manager."""
        del enterprise_id
        return _by_hand([one.client_key for one in recalls])

    def post(
        self, enterprise_id: int, posts: Sequence[Post], *, now: datetime
    ) -> tuple[Result, ...]:
        """Hand messages to the groups' owners, who confirm them on the phone."""
        if not self.is_connected(enterprise_id):
            return _unconnected([one.client_msg_id for one in posts])
        return converse(enterprise_id, lambda client: posting.post(client, posts, now))

    def look_up(self, enterprise_id: int, client_msg_ids: Sequence[str]) -> tuple[Result, ...]:
        """Say what the owners did."""
        if not self.is_connected(enterprise_id):
            return _unconnected(client_msg_ids)
        return converse(enterprise_id, lambda client: posting.look_up(client, client_msg_ids))

    def remind(self, enterprise_id: int, client_msg_ids: Sequence[str]) -> tuple[Result, ...]:
        """Prompt owners again; three times a day at most."""
        if not self.is_connected(enterprise_id):
            return _unconnected(client_msg_ids)
        return converse(enterprise_id, lambda client: posting.remind(client, client_msg_ids))

    def events_since(self, enterprise_id: int, cursor: str, *, limit: int = 200) -> Events:
        """Tell what the archive holds, where there is one."""
        if not self.is_archive_readable(enterprise_id):
            return Events(events=(), cursor=cursor, has_more=False)
        return written.events_since(accounts.corp_of(enterprise_id), cursor, limit)

    def is_archive_readable(self, enterprise_id: int) -> bool:
        """Tell whether an archive is set up, and WeCom's library is installed."""
        return self.is_connected(enterprise_id) and written.is_set_up(
            accounts.corp_of(enterprise_id)
        )

    def archived_file(self, enterprise_id: int, reference: str, md5sum: str) -> bytes:
        """Fetch a picture or video from the archive."""
        return written.file(accounts.corp_of(enterprise_id), reference, md5sum)

    def list_rooms(self, enterprise_id: int, cursor: str = "", *, limit: int = 200) -> RoomHeads:
        """List all customers' groups that the app sees."""
        if not self.is_connected(enterprise_id):
            return RoomHeads(rooms=(), cursor=cursor, has_more=False)
        return converse(enterprise_id, lambda client: rooms.list_page(client, cursor, limit))

    def read_rooms(self, enterprise_id: int, room_keys: Sequence[str]) -> tuple[Room, ...]:
        """Read groups, several at once."""
        if not room_keys or not self.is_connected(enterprise_id):
            return ()
        return converse(enterprise_id, lambda client: rooms.read(client, room_keys))

    def list_staff(self, enterprise_id: int) -> tuple[StaffAccount, ...]:
        """List the members of the corp that the app sees."""
        if not self.is_connected(enterprise_id):
            return ()
        return converse(enterprise_id, people.staff)

    def read_people(self, enterprise_id: int, person_keys: Sequence[str]) -> tuple[PersonCard, ...]:
        """Read customers with what each of our people noted of them."""
        if not person_keys or not self.is_connected(enterprise_id):
            return ()
        return converse(enterprise_id, lambda client: people.read(client, person_keys))

    def list_people(self, enterprise_id: int, cursor: str = "") -> PersonCards:
        """List the customers of all members, a hundred members at a time."""
        if not self.is_connected(enterprise_id):
            return PersonCards(cards=(), cursor=cursor, has_more=False)
        return converse(enterprise_id, lambda client: people.list_page(client, cursor))

    def heard_rooms(self, enterprise_id: int, *, limit: int = 100) -> tuple[Heard, ...]:
        """Read the inbox, then name the rooms whose reading is due."""
        if not self.is_connected(enterprise_id):
            return ()
        account = accounts.corp_of(enterprise_id)
        inbox.hear(account)
        return rooms.heard(account, limit)

    def heed_rooms(self, enterprise_id: int, heard: Sequence[Heard]) -> None:
        """Forget what was read, unless it was older than what was heard."""
        if heard and self.is_connected(enterprise_id):
            rooms.heed(accounts.corp_of(enterprise_id), heard)

    def open_door(self, enterprise_id: int, door: Door) -> OpenDoor:
        """Make a join way (入群方式) and read the address of its QR code."""
        return converse(enterprise_id, lambda client: doors.open_door(client, door))

    def change_door(self, enterprise_id: int, key: str, door: Door) -> None:
        """Replace all of a join way but its code."""
        converse(enterprise_id, lambda client: doors.change_door(client, key, door))

    def close_door(self, enterprise_id: int, key: str) -> None:
        """Delete a join way."""
        converse(enterprise_id, lambda client: doors.close_door(client, key))

    def count_activity(
        self, enterprise_id: int, owner_keys: Sequence[str], *, day: datetime
    ) -> tuple[Activity, ...]:
        """Count a day of up to 180 days ago, never today."""
        return converse(enterprise_id, lambda client: activity.count(client, owner_keys, day))

    def companies(self) -> Mapping[str, int]:
        """Return the enterprises with a corp, by the code that their callbacks' address has too."""
        return accounts.companies()

    def log_in_address(
        self, enterprise_id: int, *, back_to: str, state: str, is_in_client: bool
    ) -> str:
        """Return WeCom's page for logging in: at once inside WeCom, by QR code elsewhere."""
        account = accounts.corp_of(enterprise_id)
        return apps.log_in_address(account, back_to=back_to, state=state, is_in_client=is_in_client)

    def who_logged_in(self, enterprise_id: int, code: str) -> str:
        """Return a member's userid, or a customer's key."""
        found = converse(enterprise_id, lambda client: apps.who(client, code))
        return found.userid or found.external_userid

    def examine(
        self, enterprise_id: int, people: Sequence[OurPerson], *, now: datetime
    ) -> tuple[Finding, ...]:
        """Look at all that must be set up in WeCom's console."""
        return doctor.examine(enterprise_id, people, now)

    def sign_page(self, enterprise_id: int, address: str, *, now: datetime) -> SignedPage:
        """Sign a page for the JS-SDK's agentConfig."""
        return pages.sign(enterprise_id, address, now)

    def lend_file(self, enterprise_id: int, token: str, *, now: datetime) -> ChatFile:
        """Have WeCom hold a file for three days (临时素材)."""
        return converse(enterprise_id, lambda client: media.lend(client, token, now))

    def setup_steps(self, enterprise_id: int) -> tuple[SetupStep, ...]:
        """Return the walk from the corp id to the archive."""
        return walk.setup_steps(enterprise_id)

    def set_up(self, actor: Actor, entries: Mapping[str, str], *, now: datetime) -> tuple[str, ...]:
        """Keep what was entered for the corp."""
        return entering.set_up(actor, entries, now)

    def renew_keys(self, actor: Actor, *, now: datetime) -> tuple[ToCopy, ...]:
        """Make another token and EncodingAESKey for the callback."""
        return entering.renew_keys(actor, now)

    def greet(self, code: str, query: Mapping[str, str]) -> bytes:
        """Answer WeCom's check of the callback's address."""
        return inbox.greet(code, query)

    def take_callback(self, code: str, query: Mapping[str, str], body: bytes) -> int | None:
        """Store a callback."""
        return inbox.take(code, query, body)

    def newcomers(self, enterprise_id: int, *, limit: int = 50) -> tuple[Newcomer, ...]:
        """Name the customers added just now."""
        if not self.is_connected(enterprise_id):
            return ()
        return greeting.newcomers(accounts.corp_of(enterprise_id), limit)

    def welcome(self, enterprise_id: int, key: str, text: str) -> Result:
        """Send the welcome (新客户欢迎语) with the code that came with the event."""
        return converse(enterprise_id, lambda client: greeting.greet(client, key, text))

    def heed_newcomers(self, enterprise_id: int, keys: Sequence[str]) -> None:
        """Note that these were seen to."""
        if keys:
            greeting.heed(accounts.corp_of(enterprise_id), keys)

    def keep_welcomes(
        self, enterprise_id: int, welcomes: Sequence[RoomWelcome], *, now: datetime
    ) -> tuple[Result, ...]:
        """Have the company's list of welcomes hold what these rooms' owners are to choose."""
        if not self.is_connected(enterprise_id):
            return _by_hand([one.room_key for one in welcomes])
        return converse(enterprise_id, lambda client: welcoming.keep(client, welcomes, now))

    def welcomed_rooms(self, enterprise_id: int) -> tuple[str, ...]:
        """Name the rooms that have a template."""
        if not self.is_connected(enterprise_id):
            return ()
        return shelf.rooms(accounts.corp_of(enterprise_id))


def _by_hand(items: Sequence[str]) -> tuple[Result, ...]:
    return tuple(Result(item=item, outcome=Outcome.WITH_PERSON) for item in items)


def _unconnected(items: Sequence[str]) -> tuple[Result, ...]:
    return tuple(
        Result(item=item, outcome=Outcome.REFUSED, problem="not_connected", is_permanent=True)
        for item in items
    )


if TYPE_CHECKING:  # what it is, so that mypy tells what it lacks
    from qunlian.platforms import extensions

    _here = WeComPlatform()
    _is: Platform = _here
    _keeps_doors: extensions.Doorkeeper = _here
    _counts: extensions.Counter = _here
    _lets_in: extensions.LogIn = _here
    _signs: extensions.PageSigner = _here
    _lends: extensions.FileLender = _here
    _listens: extensions.Listener = _here
    _greets: extensions.Greeter = _here
    _keeps_welcomes: extensions.WelcomeKeeper = _here
    _is_examined: extensions.Examinable = _here
    _is_connected: extensions.Connectable = _here
