"""
What every platform must do, whichever adapter answers; one suite for all.

It follows the declarations: what a platform leaves to a person must come back WITH_PERSON, is done by that person
(``worlds.py``), and must then be seen.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.conf import settings

from qunlian.platforms.port import (
    Feature,
    Means,
    Mute,
    NewRoom,
    Outcome,
    OwnerChange,
    Recall,
    Renaming,
    Seat,
)
from qunlian.platforms.registry import UnknownPlatform, means, names, platform
from tests.cast_words import NOON, Cast
from tests.platforms.worlds import OWNER, World, a_post, world

_BY_MEANS = {Means.API: Outcome.SENT, Means.PERSON: Outcome.WITH_PERSON}


@pytest.fixture(params=sorted(settings.QUNLIAN_PLATFORMS))
def there(request: pytest.FixtureRequest, cast: Cast) -> Iterator[World]:
    with world(request.param, cast) as opened:
        yield opened


def _only_where(there: World, feature: Feature) -> None:
    if there.adapter.capabilities[feature] is not Means.API:
        pytest.skip(f"{there.adapter.name} has no API for {feature}")


def _at_first(there: World, feature: Feature) -> Outcome:
    return _BY_MEANS[there.adapter.capabilities[feature]]


def _people(there: World, room: str) -> set[tuple[str, str]]:
    (read,) = there.adapter.read_rooms(there.brand, [room])
    return {(one.person_key, one.role) for one in read.occupants}


def test_every_feature_is_declared(there: World) -> None:
    adapter = there.adapter
    assert set(adapter.capabilities) == set(Feature)
    assert all(isinstance(one, Means) for one in adapter.capabilities.values())
    assert adapter.name in names()
    assert means(adapter.name, Feature.POST) is adapter.capabilities[Feature.POST]


def test_a_room_asked_for_twice_is_made_once(there: World) -> None:
    asked = [NewRoom(client_key="g1", name="东街群")]
    first, again = (there.adapter.create_rooms(there.brand, asked, now=NOON)[0] for _ in "12")
    assert first == again
    assert first.outcome is _at_first(there, Feature.CREATE_ROOM)
    assert there.room("g1") != there.room("g2")


def test_a_room_is_renamed_or_a_person_is_asked_to(there: World) -> None:
    renaming = Renaming(room_key=there.room(), name="新名")
    (renamed,) = there.adapter.rename_rooms(there.brand, [renaming], now=NOON)
    assert renamed.outcome is _at_first(there, Feature.RENAME_ROOM)


def test_an_unknown_room_cannot_be_renamed(there: World) -> None:
    _only_where(there, Feature.RENAME_ROOM)
    unknown = Renaming(room_key="nowhere", name="x")
    (result,) = there.adapter.rename_rooms(there.brand, [unknown], now=NOON)
    assert (result.outcome, result.is_permanent) == (Outcome.REFUSED, True)


def test_a_room_gets_another_owner_and_having_him_is_fine(there: World) -> None:
    if hasattr(there, "sandbox"):
        there.sandbox.post("people/hire", userid="p2", name="李强")
    change = OwnerChange(room_key=there.room(), from_key=OWNER, to_key="p2")
    for _ in "12":
        (changed,) = there.adapter.change_owners(there.brand, [change], now=NOON)
        assert changed.outcome is _at_first(there, Feature.CHANGE_OWNER)
    _only_where(there, Feature.LIST_MEMBERS)
    (read,) = there.adapter.read_rooms(there.brand, [there.room()])
    assert read.owner_key == "p2"


def test_a_post_sent_again_is_accepted_once(there: World) -> None:
    post, brand, room = there.adapter.post, there.brand, there.room()
    first = post(brand, [a_post(room, "m1"), a_post(there.room("g2"), "m2")], now=NOON)
    again = post(
        brand, [a_post(there.room("g2"), "m2", "other words"), a_post(room, "m3", "再见")], now=NOON
    )
    assert first[1].key == again[0].key
    assert {one.outcome for one in first + again} == {_at_first(there, Feature.POST)}


def test_what_was_posted_is_told_as_events(there: World) -> None:
    _only_where(there, Feature.READ_MESSAGES)
    room = there.room()
    for key, text in (("m1", "早上好"), ("m1", "other words"), ("m2", "早上好")):
        there.adapter.post(there.brand, [a_post(room, key, text)], now=NOON)
    told = there.adapter.events_since(there.brand, "")
    assert [event.client_msg_id for event in told.events] == ["m1", "m2"]
    assert [event.body["text"] for event in told.events] == ["早上好"] * 2


def test_the_same_key_twice_in_one_batch_is_one_post(there: World) -> None:
    room = there.room()
    one, two = there.adapter.post(there.brand, [a_post(room, "m1"), a_post(room, "m1")], now=NOON)
    assert one == two
    _only_where(there, Feature.LOOK_UP_ECHO)
    there.confirm()
    (told,) = there.adapter.look_up(there.brand, ["m1"])
    assert told.outcome is Outcome.SENT


def test_a_post_into_no_room_is_refused_and_the_others_go(there: World) -> None:
    _only_where(there, Feature.LIST_ROOMS)
    posts = [a_post("nowhere", "m1"), a_post(there.room(), "m2")]
    lost, sent = there.adapter.post(there.brand, posts, now=NOON)
    assert (lost.outcome, lost.problem) == (Outcome.REFUSED, "room_unknown")
    assert sent.outcome is _at_first(there, Feature.POST)


def test_what_was_accepted_can_be_looked_up(there: World) -> None:
    _only_where(there, Feature.LOOK_UP_ECHO)
    (sent,) = there.adapter.post(there.brand, [a_post(there.room(), "m1")], now=NOON)
    (before,) = there.adapter.look_up(there.brand, ["m1"])
    assert (before.outcome, before.key) == (sent.outcome, sent.key)
    there.confirm()
    seen, never = there.adapter.look_up(there.brand, ["m1", "m9"])
    assert (seen.outcome, seen.key) == (Outcome.SENT, sent.key)
    assert (never.outcome, never.problem) == (Outcome.REFUSED, "never_seen")


def test_who_has_to_confirm_is_reminded_or_nobody_is(there: World) -> None:
    there.adapter.post(there.brand, [a_post(there.room(), "m1")], now=NOON)
    (told,) = there.adapter.remind(there.brand, ["m1"])
    is_possible = there.adapter.capabilities[Feature.REMIND] is Means.API
    assert told.outcome is (Outcome.SENT if is_possible else Outcome.REFUSED)


def test_events_go_on_from_a_cursor_without_gap_or_repeat(there: World) -> None:
    _only_where(there, Feature.READ_MESSAGES)
    adapter, brand, room = there.adapter, there.brand, there.room()
    adapter.post(brand, [a_post(room, f"m{n}") for n in range(5)], now=NOON)
    seen, cursor, has_more = [], "", True
    while has_more:
        page = adapter.events_since(brand, cursor, limit=2)
        seen += [event.client_msg_id for event in page.events]
        cursor, has_more = page.cursor, page.has_more
    assert seen == [f"m{n}" for n in range(5)]
    assert adapter.events_since(brand, cursor).events == ()
    adapter.post(brand, [a_post(room, "m5")], now=NOON)
    (newest,) = adapter.events_since(brand, cursor).events
    assert newest.client_msg_id == "m5"


def test_people_get_and_lose_seats_or_a_person_is_asked_to(there: World) -> None:
    adapter, brand, room = there.adapter, there.brand, there.room()
    seats = [Seat(room_key=room, person_key=key) for key in ("p7", "p8")]
    admitted = adapter.admit(brand, seats, now=NOON)
    assert {one.outcome for one in admitted} == {_at_first(there, Feature.ADMIT_MEMBER)}
    if adapter.capabilities[Feature.ADMIT_MEMBER] is Means.API:
        adapter.admit(brand, [Seat(room_key=room, person_key="p7", role="manager")], now=NOON)
        assert _people(there, room) == {(OWNER, "owner"), ("p7", "manager"), ("p8", "member")}
    removed = adapter.remove(brand, [seats[0], seats[0]], now=NOON)
    assert {one.outcome for one in removed} == {_at_first(there, Feature.REMOVE_MEMBER)}
    _only_where(there, Feature.LIST_MEMBERS)
    assert ("p7", "manager") not in _people(there, room)


def test_people_are_silent_until_they_may_write_again_or_a_person_is_asked_to(
    there: World,
) -> None:
    adapter, brand, room = there.adapter, there.brand, there.room()
    until = NOON + timedelta(days=3)
    mute = Mute(room_key=room, person_key="p7", until=until)
    (told,) = adapter.mute(brand, [mute], now=NOON)
    means_here = adapter.capabilities[Feature.MUTE_MEMBER]
    assert told.outcome is _BY_MEANS.get(means_here, Outcome.REFUSED)
    _only_where(there, Feature.MUTE_MEMBER)

    def write(key: str, at: datetime) -> Outcome:
        said = replace(a_post(room, key), sender_key="p7")
        return adapter.post(brand, [said], now=at)[0].outcome

    assert write("m1", NOON) is Outcome.REFUSED
    assert write("m2", until) is Outcome.SENT
    adapter.mute(brand, [replace(mute, until=None)], now=NOON)
    assert write("m3", NOON) is Outcome.SENT


def test_a_message_is_taken_back_once_or_a_person_is_asked_to(there: World) -> None:
    adapter, brand, room = there.adapter, there.brand, there.room()
    adapter.post(brand, [a_post(room, "m1")], now=NOON)
    recall = Recall(client_key="r1", room_key=room, message_key="1")
    first, again = (adapter.recall(brand, [recall], now=NOON)[0] for _ in "12")
    assert {first.outcome, again.outcome} == {_at_first(there, Feature.RECALL_MESSAGE)}
    _only_where(there, Feature.READ_MESSAGES)
    _post, *told = adapter.events_since(brand, "").events
    assert [(one.kind, one.body) for one in told] == [("recalled", {"seq": 1})]


def test_all_rooms_are_listed_page_by_page_each_once(there: World) -> None:
    _only_where(there, Feature.LIST_ROOMS)
    rooms = [there.room(f"g{n}") for n in range(5)]
    seen, cursor, has_more = [], "", True
    while has_more:
        page = there.adapter.list_rooms(there.brand, cursor, limit=2)
        seen += [head.key for head in page.rooms]
        cursor, has_more = page.cursor, page.has_more
    assert sorted(seen) == sorted(rooms)


def test_rooms_are_read_with_their_owner_and_a_strange_one_is_missing(there: World) -> None:
    _only_where(there, Feature.LIST_MEMBERS)
    room = there.room()
    (read,) = there.adapter.read_rooms(there.brand, ["nowhere", room])
    assert (read.key, read.name, read.owner_key) == (room, "东街群", OWNER)
    assert [(one.person_key, one.role, one.is_staff) for one in read.occupants] == [
        (OWNER, "owner", True)
    ]


def test_what_was_heeded_is_not_heard_of_again(there: World) -> None:
    there.room()
    there.adapter.heed_rooms(there.brand, there.adapter.heard_rooms(there.brand))
    assert there.adapter.heard_rooms(there.brand) == ()


def test_another_enterprise_sees_nothing_of_it(there: World, cast: Cast) -> None:
    adapter, room, other = there.adapter, there.room(), cast.ids["other"]
    adapter.post(there.brand, [a_post(room, "m1")], now=NOON)
    assert adapter.events_since(other, "").events == ()
    assert adapter.read_rooms(other, [room]) == ()
    assert adapter.list_rooms(other).rooms == ()
    assert adapter.heard_rooms(other) == ()
    assert adapter.look_up(other, ["m1"])[0].outcome is Outcome.REFUSED
    _only_where(there, Feature.LIST_ROOMS)
    assert adapter.post(other, [a_post(room, "m2")], now=NOON)[0].outcome is Outcome.REFUSED


def test_a_name_nobody_wired_is_refused(cast: Cast) -> None:
    with pytest.raises(UnknownPlatform):
        platform("carrier-pigeon")
