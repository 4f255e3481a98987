"""The live process tells every change once, in order, whatever NOTIFY loses."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import pytest
from django.db import connection

from qunlian.live import reads
from qunlian.live.hub import Hub
from qunlian.messaging.queries.tickets import Ticket, issue_ticket, read_ticket
from tests.cast_words import Cast
from tests.messaging.scenes import say, scene


class Ear:
    def __init__(self) -> None:
        self.heard: list[tuple[int, int]] = []
        self.ended = ""

    def send(self, frame: str) -> None:
        told = json.loads(frame)
        self.heard.append((told["group"], told["change"]))

    def end(self, reason: str) -> None:
        self.ended = reason


@pytest.fixture
def play(cast: Cast) -> Callable[[Callable[[Hub], Awaitable[None]]], None]:
    """Run a story in an event loop, its reads on this test's database; their connections closed after it."""

    def run(story: Callable[[Hub], Awaitable[None]]) -> None:
        async def whole() -> None:
            await story(Hub())
            await asyncio.gather(reads.ask(_close), reads.ask(_close))

        asyncio.run(whole())

    return run


def _close() -> None:
    connection.close()
    time.sleep(0.2)  # so that the other thread takes the other call


def _ticket(actor) -> Ticket:
    assert actor.account_id is not None
    return Ticket(account_id=actor.account_id, watched=())


def test_a_ticket_says_whose_ears_and_cannot_be_forged(cast: Cast) -> None:
    ticket = issue_ticket(cast.oyang, [7])
    assert read_ticket(ticket) == Ticket(account_id=cast.oyang.account_id or 0, watched=(7,))
    assert read_ticket(ticket[:-2] + "xx") is None
    assert read_ticket("") is None


def test_listeners_hear_their_own_groups_in_order(cast: Cast, play) -> None:
    here = scene(cast)

    async def story(hub: Hub) -> None:
        owner, sibling = Ear(), Ear()
        await hub.join(owner, _ticket(cast.oyang), {})
        await hub.join(sibling, _ticket(cast.song), {})
        await asyncio.to_thread(_speak, cast, here.a, "一", "二")
        hub.wake(cast.ids["brand"], here.a)
        await hub._tell()
        assert owner.heard == [(here.a, 1), (here.a, 2)]
        assert sibling.heard == []

    play(story)


def test_who_comes_back_gets_what_he_missed(cast: Cast, play) -> None:
    here = scene(cast)
    say(cast, here.a, *"甲乙丙")

    async def story(hub: Hub) -> None:
        ear = Ear()
        await hub.join(ear, _ticket(cast.oyang), {here.a: 1, here.b: 0})
        assert ear.heard == [(here.a, 2), (here.a, 3)]

    play(story)


def test_a_lost_notify_loses_nothing(cast: Cast, play, monkeypatch: pytest.MonkeyPatch) -> None:
    here = scene(cast)
    monkeypatch.setattr("qunlian.live.hub.CATCH_UP_SECONDS", 0.1)

    async def story(hub: Hub) -> None:
        ear = Ear()
        await hub.join(ear, _ticket(cast.oyang), {})
        chore = asyncio.ensure_future(hub.run())
        await asyncio.to_thread(_speak, cast, here.a, "没有人叫醒它")
        async with asyncio.timeout(20):
            while not ear.heard:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        chore.cancel()

    play(story)


def test_one_who_may_listen_no_more_hears_no_more(cast: Cast, play) -> None:
    here = scene(cast)

    async def story(hub: Hub) -> None:
        ear = Ear()
        listener = await hub.join(ear, _ticket(cast.oyang), {})
        assert listener is not None
        await asyncio.to_thread(_leave, cast, here.a)
        await hub._recheck_one(listener)
        assert hub.channels == {}

    play(story)


def _speak(cast: Cast, group_id: int, *texts: str) -> None:
    try:
        say(cast, group_id, *texts)
    finally:
        connection.close()


def _leave(cast: Cast, group_id: int) -> None:
    from qunlian.community.models import Member
    from qunlian.kernel import scope
    from qunlian.kernel.actor import system_actor
    from tests.cast_words import NOON

    try:
        with scope.writing(system_actor(cast.ids["brand"])):
            Member.objects.filter(group_id=group_id).update(left_at=NOON)
    finally:
        connection.close()
