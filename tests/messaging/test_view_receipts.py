"""Who of a group has a broadcast: pages by key, those without it first; that somebody looked is kept."""

import pytest
from django.db import connection

from qunlian.community.models import Member
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import NotFound
from qunlian.messaging.actions.mark_seen import mark_seen
from qunlian.messaging.actions.view_receipts import view_receipts
from qunlian.messaging.queries.proofs import (
    groups_of_result,
    people_of_delivery,
    territories_of_result,
)
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import scene, sent


def facts(cast: Cast, name: str) -> int:
    with scope.reading(system_actor(cast.ids["brand"])), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kernel_fact WHERE name = %s", [name])
        return int(cursor.fetchone()[0])


def crowd(cast: Cast, group_id: int, size: int) -> None:
    """Seat more people in a group."""
    from qunlian.channel.models import Person

    with scope.writing(system_actor(cast.ids["brand"])):
        people = [
            Person.objects.create(
                enterprise_id=cast.ids["brand"], name=f"店主{n:03}", created_at=NOON
            )
            for n in range(size)
        ]
        for one in people:
            Member.objects.create(
                enterprise_id=cast.ids["brand"],
                group_id=group_id,
                person_id=one.pk,
                role="member",
                source="test",
                joined_at=NOON,
            )


def test_names_are_shown_and_the_look_is_kept(cast: Cast) -> None:
    here = scene(cast)
    told = sent(cast)
    mark_seen(actor=cast.oyang, group_id=here.a, delivered_seq=1, read_seq=1, now=NOON)
    (one,) = view_receipts(actor=cast.hua, broadcast_id=told, group_id=here.a, now=NOON).rows
    assert (one.name, one.is_delivered, one.is_read, one.is_clicked) == (
        "欧阳店主",
        True,
        True,
        False,
    )
    assert facts(cast, "messaging.receipts_viewed") == 1


def test_every_person_stands_on_exactly_one_page(cast: Cast) -> None:
    here = scene(cast)
    crowd(cast, here.a, 25)
    told = sent(cast)
    mark_seen(actor=cast.oyang, group_id=here.a, delivered_seq=1, read_seq=1, now=NOON)
    seen: list[int] = []
    after: str | None = ""
    while after is not None:
        page = people_of_delivery(cast.hua, told, here.a, after=after, limit=7)
        seen += [one.person_id for one in page.rows]
        after = page.next_key
    assert len(seen) == len(set(seen)) == 26
    assert seen[-1] == cast.oyang.person_id  # who has read it comes last


def test_groups_and_territories_page_by_key(cast: Cast) -> None:
    scene(cast)
    told = sent(cast)
    first = groups_of_result(cast.hua, told, limit=1)
    assert first.next_key is not None
    second = groups_of_result(cast.hua, told, limit=1, after=first.next_key)
    assert {first.rows[0].name, second.rows[0].name} == {"东街群", "西街群"}
    assert second.next_key is None
    one = territories_of_result(cast.hua, told, limit=1)
    other = territories_of_result(cast.hua, told, limit=1, after=one.next_key or "")
    assert {one.rows[0].territory_id, other.rows[0].territory_id} == {
        cast.ids["PA"],
        cast.ids["PB"],
    }
    (own,) = groups_of_result(cast.rong, told).rows
    assert own.name == "东街群"
    (alone,) = groups_of_result(cast.hua, told, territory_id=cast.ids["PB"]).rows
    assert alone.name == "西街群"


def test_a_stranger_finds_nothing_and_leaves_no_trace(cast: Cast) -> None:
    here = scene(cast)
    told = sent(cast)
    for stranger, group_id in ((cast.wai, here.a), (cast.rong, here.b), (cast.song, here.a)):
        with pytest.raises(NotFound):
            view_receipts(actor=stranger, broadcast_id=told, group_id=group_id, now=NOON)
    assert facts(cast, "messaging.receipts_viewed") == 0
