"""Each platform with somebody on it who does by hand what its API cannot, for the one contract suite."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from qunlian.kernel.actor import system_actor
from qunlian.platforms.port import NewRoom, Outcome, Platform, Post, Seat
from qunlian.platforms.registry import platform
from qunlian.platforms.wecom.accounts import Setup, configure, envelope_of
from qunlian.sandboxes.wecom import Sandbox, start
from tests.cast_words import NOON, Cast

#: How the room's owner is called in each world.
OWNER = "p1"


@dataclass
class World:
    """A platform that does everything itself."""

    adapter: Platform
    brand: int
    made: dict[str, str] = field(default_factory=dict)

    def room(self, key: str = "g1") -> str:
        """Open a room, once per key; its owner is ``OWNER``."""
        if key not in self.made:
            (made,) = self.adapter.create_rooms(
                self.brand, [NewRoom(client_key=key, name="东街群")], now=NOON
            )
            assert made.outcome is Outcome.SENT
            owner = Seat(room_key=made.key, person_key=OWNER, role="owner")
            self.adapter.admit(self.brand, [owner], now=NOON)
            self.made[key] = made.key
        return self.made[key]

    def confirm(self) -> None:
        """Confirm all that waits for a person."""


class PersonalWorld(World):
    """People's own phones: a room is there once its owner has told of it."""

    def room(self, key: str = "g1") -> str:
        return self.made.setdefault(key, f"R1:{key}")


@dataclass
class WeComWorld(World):
    """The sandbox's company, whose people act on their phones."""

    sandbox: Sandbox = field(kw_only=True)

    def room(self, key: str = "g1") -> str:
        if key not in self.made:
            told = self.sandbox.post("people/make_group", userid=OWNER, name="东街群")
            self.made[key] = told["chat_id"]
        return self.made[key]

    def confirm(self) -> None:
        for message in self.sandbox.get("truth")["mass_messages"]:
            self.sandbox.post("people/confirm_mass", userid=OWNER, msgid=message["msgid"])


@contextmanager
def world(name: str, cast: Cast) -> Iterator[World]:
    """Open the world of a platform for the brand of the cast."""
    brand = cast.ids["brand"]
    if name != "wecom":
        yield (PersonalWorld if name == "personal" else World)(platform(name), brand)
        return
    sandbox = start()
    try:
        connect(sandbox, brand)
        sandbox.post("people/hire", userid=OWNER, name="王芳")
        yield WeComWorld(platform(name), brand, sandbox=sandbox)
    finally:
        sandbox.stop()


def connect(sandbox: Sandbox, enterprise_id: int, **settings: object) -> str:
    """Set the sandbox's company up for an enterprise; returns the code in its callback's address."""
    quick = {"back_off_seconds": 0.01, "reads_settle_seconds": 0}
    setup = Setup(
        corp_id=sandbox.corp_id,
        agent_id=sandbox.agent_id,
        secret=sandbox.secret,
        base_url=sandbox.url,
        settings=quick | settings,
    )
    return configure(actor=system_actor(enterprise_id), setup=setup, now=NOON)


def listen(sandbox: Sandbox, enterprise_id: int, code: str, ours: str) -> None:
    """Let the sandbox tell its events to our callback address."""
    envelope = envelope_of(enterprise_id)
    told = sandbox.post(
        "app/callback",
        url=f"{ours}/callbacks/wecom/{code}/",
        token=envelope.token,
        aes_key=envelope.aes_key,
    )
    assert told["is_verified"], told


def a_post(room: str, key: str, text: str = "早上好") -> Post:
    """A text for a room."""
    return Post(client_msg_id=key, room_key=room, kind="text", body={"text": text})
