"""A platform's events come in once, whatever is repeated."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from qunlian.community.models import Group
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.messaging.actions.take_in_events import take_in_events
from qunlian.messaging.queries.intake import cursor_of
from qunlian.platforms.port import Event, Events
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import scene, texts_of


def _events(cast: Cast, *keys: str, cursor: str) -> Events:
    with scope.reading(cast.hua):
        room = Group.objects.get(name="东街群").platform_key
    return Events(
        events=tuple(
            Event(
                key=key,
                kind="text",
                room_key=room,
                happened_at=NOON,
                sender_key=str(cast.oyang.person_id),
                body={"text": key},
            )
            for key in keys
        ),
        cursor=cursor,
        has_more=False,
    )


def _take(cast: Cast, come_from: str, events: Events) -> bool:
    return take_in_events(
        actor=system_actor(cast.ids["brand"]),
        platform="web",
        from_cursor=come_from,
        events=events,
        now=NOON,
    )


def test_a_page_is_taken_in_with_its_cursor_or_left_alone(cast: Cast) -> None:
    here = scene(cast)
    assert _take(cast, "", _events(cast, "1", "2", cursor="2"))
    assert not _take(cast, "", _events(cast, "1", "2", cursor="2"))
    assert cursor_of(system_actor(cast.ids["brand"]), "web") == "2"
    assert texts_of(cast, here.a) == ["1", "2"]


def test_events_that_come_again_later_are_known_by_their_key(cast: Cast) -> None:
    here = scene(cast)
    _take(cast, "", _events(cast, "1", "2", cursor="2"))
    assert _take(cast, "2", _events(cast, "2", "3", "1", cursor="3"))
    assert texts_of(cast, here.a) == ["1", "2", "3"]


def test_two_readers_at_once_take_a_page_in_once(cast: Cast) -> None:
    here = scene(cast)
    page = _events(cast, "1", "2", "3", cursor="3")

    def take(_: int) -> bool:
        try:
            return _take(cast, "", page)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, range(4))) == [False, False, False, True]
    assert texts_of(cast, here.a) == ["1", "2", "3"]


def test_events_of_rooms_that_are_nobodys_are_passed_over(cast: Cast) -> None:
    here = scene(cast)
    stray = Event(key="9", kind="text", room_key="elsewhere", happened_at=NOON, body={"text": "x"})
    assert _take(cast, "", Events(events=(stray,), cursor="9", has_more=False))
    assert texts_of(cast, here.a) == []
