"""What every platform must do, whichever adapter answers; one suite for all."""

import pytest
from django.conf import settings

from qunlian.platforms.port import Feature, Means, NewRoom, Outcome, Platform, Post, Renaming, Seat
from qunlian.platforms.registry import UnknownPlatform, means, names, platform
from tests.cast_words import NOON, Cast


@pytest.fixture(params=sorted(settings.QUNLIAN_PLATFORMS))
def adapter(request: pytest.FixtureRequest, cast: Cast) -> Platform:
    return platform(request.param)


def _room(adapter: Platform, enterprise_id: int, key: str = "g1") -> str:
    (made,) = adapter.create_rooms(
        enterprise_id, [NewRoom(client_key=key, name="东街群")], now=NOON
    )
    assert made.outcome is Outcome.SENT
    assert made.key
    return made.key


def _people(adapter: Platform, enterprise_id: int, room: str) -> set[tuple[str, str]]:
    (read,) = adapter.read_rooms(enterprise_id, [room])
    return {(one.person_key, one.role) for one in read.occupants}


def _post(room: str, key: str, text: str = "早上好") -> Post:
    return Post(client_msg_id=key, room_key=room, kind="text", body={"text": text})


def test_every_feature_is_declared(adapter: Platform) -> None:
    assert set(adapter.capabilities) == set(Feature)
    assert all(isinstance(one, Means) for one in adapter.capabilities.values())
    assert adapter.name in names()
    assert means(adapter.name, Feature.POST) is adapter.capabilities[Feature.POST]


def test_a_room_asked_for_twice_is_made_once(adapter: Platform, cast: Cast) -> None:
    brand = cast.ids["brand"]
    assert _room(adapter, brand) == _room(adapter, brand)
    assert _room(adapter, brand, "g2") != _room(adapter, brand)


def test_a_room_is_renamed_and_an_unknown_one_refused(adapter: Platform, cast: Cast) -> None:
    brand = cast.ids["brand"]
    room = _room(adapter, brand)
    known, unknown = adapter.rename_rooms(
        brand,
        [Renaming(room_key=room, name="新名"), Renaming(room_key="nowhere", name="x")],
        now=NOON,
    )
    assert known.outcome is Outcome.SENT
    assert (unknown.outcome, unknown.is_permanent) == (Outcome.REFUSED, True)


def test_a_post_sent_again_is_accepted_once(adapter: Platform, cast: Cast) -> None:
    brand = cast.ids["brand"]
    room = _room(adapter, brand)
    first = adapter.post(brand, [_post(room, "m1"), _post(room, "m2")], now=NOON)
    again = adapter.post(brand, [_post(room, "m2", "other words"), _post(room, "m3")], now=NOON)
    assert first[1].key == again[0].key
    told = adapter.events_since(brand, "")
    assert [event.client_msg_id for event in told.events] == ["m1", "m2", "m3"]
    assert [event.body["text"] for event in told.events] == ["早上好"] * 3


def test_the_same_key_twice_in_one_batch_is_one_post(adapter: Platform, cast: Cast) -> None:
    brand = cast.ids["brand"]
    room = _room(adapter, brand)
    one, two = adapter.post(brand, [_post(room, "m1"), _post(room, "m1")], now=NOON)
    assert one.key == two.key
    assert len(adapter.events_since(brand, "").events) == 1


def test_a_post_into_no_room_is_refused_and_the_others_go(adapter: Platform, cast: Cast) -> None:
    brand = cast.ids["brand"]
    room = _room(adapter, brand)
    lost, sent = adapter.post(brand, [_post("nowhere", "m1"), _post(room, "m2")], now=NOON)
    assert (lost.outcome, lost.problem) == (Outcome.REFUSED, "room_unknown")
    assert sent.outcome is Outcome.SENT


def test_what_was_accepted_can_be_looked_up(adapter: Platform, cast: Cast) -> None:
    brand = cast.ids["brand"]
    (sent,) = adapter.post(brand, [_post(_room(adapter, brand), "m1")], now=NOON)
    seen, never = adapter.look_up(brand, ["m1", "m9"])
    assert (seen.outcome, seen.key) == (Outcome.SENT, sent.key)
    assert (never.outcome, never.problem) == (Outcome.REFUSED, "never_seen")


def test_events_go_on_from_a_cursor_without_gap_or_repeat(adapter: Platform, cast: Cast) -> None:
    brand = cast.ids["brand"]
    room = _room(adapter, brand)
    adapter.post(brand, [_post(room, f"m{n}") for n in range(5)], now=NOON)
    seen, cursor, has_more = [], "", True
    while has_more:
        page = adapter.events_since(brand, cursor, limit=2)
        seen += [event.client_msg_id for event in page.events]
        cursor, has_more = page.cursor, page.has_more
    assert seen == [f"m{n}" for n in range(5)]
    assert adapter.events_since(brand, cursor).events == ()
    adapter.post(brand, [_post(room, "m5")], now=NOON)
    (newest,) = adapter.events_since(brand, cursor).events
    assert newest.client_msg_id == "m5"


def test_people_get_and_lose_seats(adapter: Platform, cast: Cast) -> None:
    brand = cast.ids["brand"]
    room = _room(adapter, brand)
    seats = [Seat(room_key=room, person_key=key) for key in ("p1", "p2")]
    adapter.admit(brand, seats, now=NOON)
    adapter.admit(brand, [Seat(room_key=room, person_key="p1", role="manager")], now=NOON)
    assert _people(adapter, brand, room) == {("p1", "manager"), ("p2", "member")}
    adapter.remove(brand, [seats[0], seats[0]], now=NOON)
    assert _people(adapter, brand, room) == {("p2", "member")}


def test_all_rooms_are_listed_page_by_page_each_once(adapter: Platform, cast: Cast) -> None:
    brand = cast.ids["brand"]
    rooms = [_room(adapter, brand, f"g{n}") for n in range(5)]
    seen, cursor, has_more = [], "", True
    while has_more:
        page = adapter.list_rooms(brand, cursor, limit=2)
        seen += [head.key for head in page.rooms]
        cursor, has_more = page.cursor, page.has_more
    assert sorted(seen) == sorted(rooms)


def test_rooms_are_read_with_their_owner_and_a_strange_one_is_missing(
    adapter: Platform, cast: Cast
) -> None:
    brand = cast.ids["brand"]
    room = _room(adapter, brand)
    adapter.admit(brand, [Seat(room_key=room, person_key="p1", role="owner")], now=NOON)
    (read,) = adapter.read_rooms(brand, ["nowhere", room])
    assert (read.key, read.name, read.owner_key) == (room, "东街群", "p1")


def test_what_was_heeded_is_not_heard_of_again(adapter: Platform, cast: Cast) -> None:
    brand = cast.ids["brand"]
    _room(adapter, brand)
    adapter.heed_rooms(brand, adapter.heard_rooms(brand))
    assert adapter.heard_rooms(brand) == ()


def test_another_enterprise_sees_nothing_of_it(adapter: Platform, cast: Cast) -> None:
    brand, other = cast.ids["brand"], cast.ids["other"]
    room = _room(adapter, brand)
    adapter.post(brand, [_post(room, "m1")], now=NOON)
    adapter.admit(brand, [Seat(room_key=room, person_key="p1")], now=NOON)
    assert adapter.events_since(other, "").events == ()
    assert adapter.read_rooms(other, [room]) == ()
    assert adapter.list_rooms(other).rooms == ()
    assert adapter.look_up(other, ["m1"])[0].outcome is Outcome.REFUSED
    assert adapter.post(other, [_post(room, "m2")], now=NOON)[0].outcome is Outcome.REFUSED


def test_a_name_nobody_wired_is_refused(cast: Cast) -> None:
    with pytest.raises(UnknownPlatform):
        platform("carrier-pigeon")
