"""Bad weather from end to end: callbacks over HTTP, calls that fail, answers that are lost; then both sides agree."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from qunlian.kernel import clock
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms.port import Outcome, Room
from qunlian.platforms.registry import platform
from qunlian.sandboxes.wecom import Sandbox, start
from tests.cast_words import Cast
from tests.platforms.served import served
from tests.platforms.worlds import a_post, connect, listen

STORM = {
    "callbacks_lost": 0.2,
    "callbacks_repeated": 0.3,
    "callbacks_delayed": 0.5,
    "callback_delay_seconds": 0.3,
    "calls_busy": 0.05,
    "calls_crowded": 0.05,
    "calls_blocked": 0.01,
    "block_seconds": 0.5,
    "answers_lost": 0.1,
    "pages_odd": 0.3,
    "reads_lag_seconds": 0.3,
}


@pytest.fixture
def stormy(cast: Cast) -> Iterator[tuple[int, Sandbox]]:
    brand, sandbox = cast.ids["brand"], start(seed=7)
    with served() as ours:
        try:
            code = connect(
                sandbox, brand, timeout_seconds=2, unknown_settle_seconds=0.2, park_seconds=0.5
            )
            sandbox.post("people/hire", userid="p0", name="王芳")
            listen(sandbox, brand, code, ours)
            yield brand, sandbox
        finally:
            sandbox.stop()


def _at_last(ask: Callable[[], Any]) -> Any:
    """Ask until it can be answered, as jobs do that are tried again."""
    for _ in range(40):
        try:
            return ask()
        except PlatformTrouble as trouble:
            if trouble.permanent:
                raise
            time.sleep(0.3)
    raise AssertionError("never answered")


def _read_heard(brand: int, known: dict[str, Room]) -> None:
    adapter = platform("wecom")
    for _ in range(60):
        heard = adapter.heard_rooms(brand, limit=20)
        if not heard:
            time.sleep(0.05)
            continue
        told = {
            room.key: room
            for room in _at_last(lambda: adapter.read_rooms(brand, [one.room_key for one in heard]))  # noqa: B023
        }
        known.update(told)
        adapter.heed_rooms(brand, [one for one in heard if one.room_key in told])


def _everything(brand: int) -> dict[str, Room]:
    adapter, keys, cursor, has_more = platform("wecom"), [], "", True
    while has_more:
        page = _at_last(lambda: adapter.list_rooms(brand, cursor, limit=10))  # noqa: B023
        keys += [head.key for head in page.rooms]
        cursor, has_more = page.cursor, page.has_more
    found: dict[str, Room] = {}
    while missing := [key for key in dict.fromkeys(keys) if key not in found]:
        told = _at_last(lambda: adapter.read_rooms(brand, missing))
        found |= {room.key: room for room in told}
    return found


def _seats(rooms: dict[str, Room]) -> dict[str, tuple[str, str, frozenset[str]]]:
    return {
        room.key: (room.name, room.owner_key, frozenset(one.person_key for one in room.occupants))
        for room in rooms.values()
    }


def _truth(sandbox: Sandbox) -> dict[str, tuple[str, str, frozenset[str]]]:
    return {
        one["chat_id"]: (
            one["name"],
            one["owner"],
            frozenset(each["id"] for each in one["members"]),
        )
        for one in sandbox.get("truth")["groups"]
    }


def _made_company(sandbox: Sandbox) -> list[str]:
    act = sandbox.post
    rooms = []
    for number in range(1, 4):
        act("people/hire", userid=f"p{number}", name=f"员工{number}")
        for room in range(4):
            told = act("people/make_group", userid=f"p{number}", name=f"群{number}-{room}")
            rooms.append(told["chat_id"])
    return rooms


def _live(sandbox: Sandbox, rooms: list[str]) -> None:
    for number, room in enumerate(rooms * 3):
        customer = sandbox.post("people/new_customer", name=f"客户{number}")["external_userid"]
        sandbox.post("people/join_by_link", chat_id=room, external_userid=customer)
        if number % 5 == 0:
            sandbox.post("people/leave_group", chat_id=room, member=customer)
        if number % 7 == 0:
            sandbox.post("people/rename_group", chat_id=room, name=f"新名{number}")


def test_what_was_heard_in_a_storm_is_right_and_the_rest_is_found_at_night(
    stormy: tuple[int, Sandbox],
) -> None:
    brand, sandbox = stormy
    sandbox.post("weather", **STORM)
    rooms = _made_company(sandbox)
    _live(sandbox, rooms)
    known: dict[str, Room] = {}
    for _ in range(100):
        _read_heard(brand, known)
        if not sandbox.get("callbacks").get("under_way") and not platform("wecom").heard_rooms(
            brand
        ):
            break
    truth = _truth(sandbox)
    assert known  # how many is the weather's and the machine's affair
    assert set(known) <= set(truth)
    assert _seats(_everything(brand)) == truth


def test_in_a_storm_every_room_gets_each_message_once(stormy: tuple[int, Sandbox]) -> None:
    brand, sandbox = stormy
    rooms, adapter = _made_company(sandbox), platform("wecom")
    sandbox.post("weather", **STORM)
    posts = [a_post(room, f"b{n}-{room[-8:]}", f"第{n}条") for n in range(3) for room in rooms]
    waiting = list(posts)
    for _ in range(60):
        told = _at_last(lambda: adapter.post(brand, waiting, now=clock.now()))  # noqa: B023
        settled = {one.item for one in told if one.outcome is Outcome.WITH_PERSON}
        assert all(one.outcome is not Outcome.SENT for one in told)
        assert not [one for one in told if one.is_permanent]
        waiting = [one for one in waiting if one.client_msg_id not in settled]
        if not waiting:
            break
        time.sleep(0.2)
    assert not waiting
    sandbox.post("weather", preset="calm")
    got: Counter[tuple[str, str]] = Counter()
    for message in sandbox.get("truth")["mass_messages"]:
        for sender, targets in message["targets"].items():
            sandbox.post("people/confirm_mass", userid=sender, msgid=message["msgid"])
            got.update((target, message["text"]) for target in targets)
    assert set(got.values()) == {1}
    assert len(got) == len(posts)
    seen = _at_last(lambda: adapter.look_up(brand, [one.client_msg_id for one in posts]))
    assert {one.outcome for one in seen} == {Outcome.SENT}
