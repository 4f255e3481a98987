"""All rooms of a platform are listed and read; those something happened in are read again."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from qunlian.channel.queries.handles import staff_handles
from qunlian.community import jobs, listing
from qunlian.community.queries.rooms import list_rooms, room_counts
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms.port import Heard, PersonCard, Remark
from tests.cast_words import Cast
from tests.community import outside


@pytest.fixture
def machinery(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Actor:
    platforms = {**settings.QUNLIAN_PLATFORMS, "outside": outside.PATH}
    monkeypatch.setattr(settings, "QUNLIAN_PLATFORMS", platforms)
    monkeypatch.setattr(outside, "ROOMS", {f"r{n}": outside.room(f"r{n}") for n in range(3)})
    monkeypatch.setattr(outside, "HEARD", [])
    monkeypatch.setattr(outside, "KNOWN", [])
    monkeypatch.setattr(outside.Outside, "hidden", set())
    monkeypatch.setattr(outside.Outside, "troubles", [])
    monkeypatch.setattr(outside.Outside, "reads", [])
    return system_actor(cast.ids["brand"])


def test_only_platforms_with_accounts_of_their_own_are_listed(machinery: Actor) -> None:
    assert listing.outside_platforms(machinery.enterprise_id) == ("outside",)


def test_every_room_is_read_once_over_empty_pages(machinery: Actor, cast: Cast) -> None:
    assert listing.list_and_read(machinery, "outside") == 3
    assert room_counts(cast.hua).views["open"] == 3
    del outside.ROOMS["r1"]
    assert listing.list_and_read(machinery, "outside") == 2
    assert room_counts(cast.hua).views["gone"] == 1


def test_a_room_heard_of_is_read_and_one_that_cannot_be_stays_heard(
    machinery: Actor, cast: Cast
) -> None:
    outside.HEARD += [Heard(room_key="r0", mark="1"), Heard(room_key="r1", mark="1")]
    outside.Outside.hidden.add("r1")
    assert listing.read_heard(machinery, "outside") == 1
    assert [one.room_key for one in outside.HEARD] == ["r1"]
    assert [row.name for row in list_rooms(cast.hua).rows] == ["石原东片老板群"]
    outside.Outside.hidden.clear()
    assert listing.read_heard(machinery, "outside") == 1
    assert outside.HEARD == []


def test_people_are_bound_by_the_numbers_our_staff_noted(machinery: Actor, cast: Cast) -> None:
    outside.ROOMS.clear()
    outside.ROOMS["r1"] = outside.room("r1", people="wm13800000001:云淡风轻 wm2:路人")
    outside.KNOWN += [
        PersonCard(person_key="wm13800000001", remarks=(Remark(by_key=by, phones=phones),))
        for by, phones in (("R2", ()), ("R1", ("13800000001",)), ("R3", ()))
    ]
    listing.list_and_read(machinery, "outside")
    (row,) = list_rooms(cast.hua).rows
    assert (row.people, row.bound) == (2, 1)
    assert [one.key for one in staff_handles(cast.hua, "outside")] == ["R1", "R2"]


def test_somebody_new_is_bound_when_his_room_is_heard_of(machinery: Actor, cast: Cast) -> None:
    outside.ROOMS["r1"] = outside.room("r1", people="wm13800000001:云淡风轻")
    outside.HEARD.append(Heard(room_key="r1", mark="1"))
    listing.read_heard(machinery, "outside")
    assert room_counts(cast.hua).bound == 1


def test_after_trouble_a_job_goes_on_and_reads_no_room_twice(machinery: Actor, cast: Cast) -> None:
    busy = PlatformTrouble(permanent=False, retry_after_seconds=7)
    outside.Outside.troubles += [None, busy]
    jobs.list_rooms(enterprise_id=machinery.enterprise_id, platform="outside")
    assert outside.Outside.reads == ["r0", "r1", "r2"]
    ((waits, walk),) = _waiting()
    assert 0 < waits <= 7
    assert (walk["stage"], walk["cursor"], walk["read"]) == ("people", "1", 3)
    jobs.list_rooms(enterprise_id=machinery.enterprise_id, platform="outside", walk=walk)
    assert outside.Outside.reads == ["r0", "r1", "r2"]


def test_a_listing_that_can_never_succeed_is_not_tried_again(machinery: Actor) -> None:
    outside.Outside.troubles.append(PlatformTrouble(permanent=True))
    with pytest.raises(PlatformTrouble):
        jobs.list_rooms(enterprise_id=machinery.enterprise_id, platform="outside")
    assert _waiting() == []


def _waiting() -> list[tuple[float, dict[str, Any]]]:
    """The listings that wait for later: in how many seconds, and how far they came."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM scheduled_at - now())::float, args->'walk' "
            "FROM procrastinate_jobs WHERE task_name = 'community.list_rooms'"
        )
        return [(seconds, json.loads(walk)) for seconds, walk in cursor.fetchall()]
