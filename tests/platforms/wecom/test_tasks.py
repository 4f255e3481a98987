"""What WeCom leaves to people, from the wish to what its list shows: tasks, phones, and what is read back."""

from collections.abc import Iterator

import pytest

from qunlian.channel.models import Handle
from qunlian.community import jobs as community_jobs
from qunlian.community import requests
from qunlian.community.actions.note_breach import Note, note_breach
from qunlian.community.actions.remind_task import remind_task
from qunlian.community.actions.rename_group import GroupRename, rename_group
from qunlian.community.models import Group, Member
from qunlian.community.queries.tasks import task_card
from qunlian.kernel import clock, scope
from qunlian.kernel.actor import system_actor
from qunlian.messaging import jobs as messaging_jobs
from qunlian.messaging.actions.send_broadcast import send_broadcast
from tests.cast_words import NOON, Cast
from tests.community import make
from tests.community.hands import mine, task
from tests.community.offences import stands
from tests.messaging.by_hand import broadcast_state, states
from tests.messaging.scenes import compose
from tests.platforms.worlds import OWNER, World, world


@pytest.fixture
def there(cast: Cast) -> Iterator[World]:
    """The sandbox's company; the owner of its rooms is Hua."""
    with world("wecom", cast) as opened:
        with scope.writing(system_actor(opened.brand)):
            Handle.objects.create(
                enterprise_id=opened.brand,
                platform="wecom",
                key=OWNER,
                is_staff=True,
                person_id=cast.hua.person_id,
                met_at=NOON,
            )
        yield opened


def group_there(cast: Cast, name: str, room: str) -> int:
    """Make a group on WeCom whose owner is Hua."""
    group_id = make.group(
        cast.ids["brand"],
        name,
        territory_id=cast.ids["PA"],
        platform="wecom",
        steward_staff_id=cast.ids["R1"],
        life="live" if room else "planned",
    )
    with scope.writing(system_actor(cast.ids["brand"])):
        Group.objects.filter(pk=group_id).update(platform_key=room)
    make.member(cast.hua, group_id, role="owner")
    make.member(cast.rong, group_id, role="steward")
    return group_id


def test_a_message_goes_out_when_its_owner_taps_send(cast: Cast, there: World) -> None:
    for key in ("g1", "g2"):
        group_there(cast, "东街群", there.room(key))
    broadcast_id = compose(cast)
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    messaging_jobs.deliver(there.brand, broadcast_id)
    (row,) = mine(cast.hua)
    assert (row.kind, row.groups) == ("confirm", 2)
    assert states(cast, broadcast_id) == [("with_person", "")] * 2
    remind_task(actor=cast.hua, task_id=row.task_id, now=clock.now())
    there.confirm()
    messaging_jobs.look_after_people(0)
    assert states(cast, broadcast_id) == [("sent", "")] * 2
    assert broadcast_state(cast, broadcast_id) == "sent"
    assert task(cast, row.task_id).state == "done"


def test_a_room_is_opened_on_the_phone_and_found(cast: Cast, there: World) -> None:
    group_id = group_there(cast, "石原新群", "")
    with scope.writing(cast.hua):
        requests.ask(cast.hua, Group.objects.get(pk=group_id), "create", NOON)
    community_jobs.settle_requests(enterprise_id=there.brand)
    (row,) = mine(cast.hua)
    made = there.sandbox.post("people/make_group", userid=OWNER, name="石原新群")
    community_jobs.list_rooms(enterprise_id=there.brand, platform="wecom")
    with scope.reading(cast.hua):
        assert Group.objects.get(pk=group_id).platform_key == made["chat_id"]
    assert task(cast, row.task_id).state == "done"


def test_a_new_name_is_seen_when_somebody_gave_it(cast: Cast, there: World) -> None:
    room = there.room()
    community_jobs.list_rooms(enterprise_id=there.brand, platform="wecom")
    group_id = _adopted(cast, room)
    rename_group(actor=cast.hua, rename=GroupRename(group_id=group_id, name="好店群"), now=NOON)
    community_jobs.settle_requests(enterprise_id=there.brand)
    (row,) = mine(cast.hua, is_team=True)
    assert row.kind == "rename"
    there.sandbox.post("people/rename_group", chat_id=room, name="好店群")
    community_jobs.list_rooms(enterprise_id=there.brand, platform="wecom")
    assert task(cast, row.task_id).state == "done"
    with scope.reading(cast.hua):
        assert Group.objects.get(pk=group_id).name == "好店群"


def _adopted(cast: Cast, room: str) -> int:
    from qunlian.community.actions.adopt_rooms import Adoption, adopt_rooms
    from qunlian.community.models import FoundRoom

    with scope.reading(cast.hua):
        found = FoundRoom.objects.get(room_key=room)
    done = adopt_rooms(actor=cast.hua, adoptions=[Adoption(room_id=found.pk)], now=NOON)
    return done.groups[found.pk]


def test_who_broke_the_rules_is_taken_out_on_the_phone_and_that_is_seen(
    cast: Cast, there: World
) -> None:
    room = there.room()
    guest = there.sandbox.post("people/new_customer", name="阿强日用")["external_userid"]
    there.sandbox.post("people/join_by_link", chat_id=room, external_userid=guest)
    community_jobs.list_rooms(enterprise_id=there.brand, platform="wecom")
    group_id = _adopted(cast, room)
    with scope.reading(cast.hua):
        person_id = Member.objects.get(group_id=group_id, role="member").person_id
    told = []
    for _ in range(4):
        done = note_breach(
            actor=cast.hua,
            note=Note(group_id=group_id, person_id=person_id, rule="不发广告"),
            now=NOON,
        )
        told.append((done.step, done.way))
        community_jobs.settle_requests(enterprise_id=there.brand)
    assert told == [(step, "person") for step in ("remind", "packet", "mute", "remove")]
    (row,) = [row for row in mine(cast.hua, is_team=True) if row.kind == "remove"]
    card = task_card(cast.hua, row.task_id, now=NOON)
    assert (card.to_person, card.text[:5]) == ("阿强日用", "@阿强日用")
    assert stands(cast, done.breach_id) == ("remove", "with_person", "stands")
    there.sandbox.post("people/remove_member", chat_id=room, member=guest)
    community_jobs.list_rooms(enterprise_id=there.brand, platform="wecom")
    assert stands(cast, done.breach_id) == ("remove", "done", "stands")
    assert task(cast, row.task_id).state == "done"
    with scope.reading(cast.hua):
        assert not Member.objects.filter(group_id=group_id, person_id=person_id, left_at=None)
