"""A merge is taken back: exactly what moved goes back, what changed since stays and is told."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunlian.channel.actions.find_likely_duplicates import find_likely_duplicates
from qunlian.channel.models import Contact, LikelyDuplicate, Person, PersonUnmerge, Store
from qunlian.channel.queries.people import person_page
from qunlian.channel.steps.identity import (
    AlreadyUnmerged,
    LaterMergeStands,
    PeopleBusy,
    TiesOutside,
)
from qunlian.community.actions.remove_member import Removal, remove_member
from qunlian.community.models import Group
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import Forbidden, NotFound, Refusal
from qunlian.messaging.actions.answer_question import answer_question
from qunlian.messaging.actions.mark_seen import mark_seen
from qunlian.messaging.actions.merge_people import merge_people
from qunlian.messaging.actions.unmerge_people import UnmergedPeople, unmerge_people
from tests.cast_words import NOON, Cast
from tests.messaging.people import Twins, another, at_once, merged, references, seats_counted, twins
from tests.messaging.scenes import ASKED, group, say, sent


def back(actor: Actor, merge_id: int) -> UnmergedPeople:
    return unmerge_people(actor=actor, merge_id=merge_id, note="认错人", now=NOON)


def lived(cast: Cast) -> Twins:
    """Twins who both read and answered."""
    two = twins(cast)
    asked = sent(cast, **ASKED)
    say(cast, two.group, "一", by=two.merged)
    for who, option in ((two.kept, 1), (two.merged, 0)):
        answer_question(actor=who, broadcast_id=asked, group_id=two.group, option=option, now=NOON)
    mark_seen(actor=two.merged, group_id=two.group, delivered_seq=2, read_seq=2, now=NOON)
    return two


def test_everything_goes_back_to_the_row(cast: Cast) -> None:
    two = lived(cast)
    before = references(cast.ids["brand"])
    done = merged(cast.rong, two)
    changed = references(cast.ids["brand"])
    for table in (
        *("channel_contact", "channel_account", "channel_store", "community_member"),
        *("community_group", "messaging_read", "messaging_receipt", "messaging_delivery"),
    ):
        assert changed[table] != before[table], table
    told = back(cast.rong, done.merge_id)
    assert (told.kept_id, told.merged_id, told.stayed) == (two.kept_id, two.merged_id, {})
    assert references(cast.ids["brand"]) == before
    (line,) = person_page(cast.rong, two.merged_id).trail
    assert (line.unmerged_by, line.unmerge_note, line.may_undo) == ("荣业务", "认错人", False)


def test_they_are_not_suggested_again(cast: Cast) -> None:
    two = twins(cast)
    back(cast.rong, merged(cast.rong, two).merge_id)
    with scope.writing(cast.hua):
        Person.objects.filter(pk=two.merged_id).update(phone="+8613800000001", name="欧阳店主")
    found = find_likely_duplicates(actor=system_actor(cast.ids["brand"]), now=NOON)
    assert (found.compared > 0, found.waiting) == (True, 0)
    with scope.reading(cast.hua):
        assert LikelyDuplicate.objects.get().state == "different"


def test_what_changed_since_stays_and_is_told(cast: Cast) -> None:
    two = lived(cast)
    done = merged(cast.rong, two)
    brand = system_actor(cast.ids["brand"])
    with scope.writing(brand):
        other = another_person(brand)
        Store.objects.filter(pk=cast.ids["A2"]).update(owner_id=other)
        Contact.objects.filter(store_id=cast.ids["A2"], person=two.kept_id).delete()
    gone = Removal(group_id=two.group, person_id=two.kept_id)
    remove_member(actor=cast.rong, removal=gone, now=NOON)
    told = back(cast.rong, done.merge_id)
    assert told.stayed.keys() == {"stores", "contacts", "seats"}
    assert told.stayed["stores"] == [cast.ids["A2"]]
    assert told.stayed["seats"] == [two.group]
    with scope.reading(brand):
        assert Store.objects.get(pk=cast.ids["A2"]).owner_id == other
        row = PersonUnmerge.objects.get()
    assert row.stayed.keys() == told.stayed.keys()
    assert seats_counted(cast, two.group)


def another_person(brand: Actor) -> int:
    return Person.objects.create(
        enterprise_id=brand.enterprise_id, name="新店主", created_at=NOON
    ).pk


def test_a_full_group_gives_no_seat_back(cast: Cast) -> None:
    two = twins(cast)
    done = merged(cast.rong, two)
    with scope.writing(system_actor(cast.ids["brand"])):
        Group.objects.filter(pk=two.group).update(seats_cap=2)
    assert back(cast.rong, done.merge_id).stayed == {"seats": [two.group]}
    assert seats_counted(cast, two.group)


def test_a_number_corrected_since_stays(cast: Cast) -> None:
    brand = system_actor(cast.ids["brand"])
    two = twins(cast)
    with scope.writing(brand):
        Person.objects.filter(pk=two.kept_id).update(phone="")
    done = merged(cast.rong, two)
    with scope.writing(brand):
        Person.objects.filter(pk=two.kept_id).update(phone="+8613800000077")
    assert back(cast.rong, done.merge_id).stayed == {"phone": [two.kept_id]}


def test_a_later_merge_stands_upon_an_earlier_one(cast: Cast) -> None:
    two = twins(cast)
    third = another(cast, "第三人", "", "A3")
    first = merged(cast.rong, two)
    second = merged(cast.rong, Twins(third, two.kept, 0))
    with scope.reading(cast.hua):
        roots = Person.objects.filter(pk__in=(two.kept_id, two.merged_id))
        assert set(roots.values_list("merged_into", flat=True)) == {third.person_id}
    with pytest.raises(LaterMergeStands) as refusal:
        back(cast.rong, first.merge_id)
    assert refusal.value.facts == {"name": "欧阳店主", "merge_id": second.merge_id}
    undoable = {line.merge_id: line.may_undo for line in person_page(cast.hua, two.merged_id).trail}
    assert undoable == {second.merge_id: True, first.merge_id: False}
    back(cast.rong, second.merge_id)
    back(cast.rong, first.merge_id)
    with scope.reading(cast.hua):
        assert not Person.objects.exclude(merged_into=None).exists()


def test_refusals(cast: Cast) -> None:
    two = twins(cast)
    done = merged(cast.rong, two)
    for who in (cast.du, cast.guan, two.kept):
        with pytest.raises(Forbidden):
            back(who, done.merge_id)
    for who in (cast.song, cast.wai, cast.wei):
        with pytest.raises(NotFound):
            back(who, done.merge_id)
    with scope.writing(system_actor(cast.ids["brand"])):
        Store.objects.filter(pk=cast.ids["B1"]).update(owner_id=two.kept_id)
    with pytest.raises(TiesOutside):
        back(cast.rong, done.merge_id)
    back(cast.ma, done.merge_id)
    with pytest.raises(AlreadyUnmerged):
        back(cast.ma, done.merge_id)


def test_two_who_take_it_back_at_once(cast: Cast) -> None:
    two = lived(cast)
    before = references(cast.ids["brand"])
    done = merged(cast.rong, two)
    outcome = at_once(*[lambda: quietly(cast, done.merge_id)] * 2)
    assert outcome == ["done", "done"]
    assert references(cast.ids["brand"]) == before
    with scope.reading(cast.hua):
        assert PersonUnmerge.objects.count() == 1


def quietly(cast: Cast, merge_id: int) -> None:
    with suppress(AlreadyUnmerged, PeopleBusy):
        back(cast.rong, merge_id)


def crowd(cast: Cast) -> list[int]:
    """Four people of patch A: ties, seats and proofs cross each other in every way."""
    first = [cast.oyang]
    first += [
        another(cast, f"店主{n}", f"+861390000004{n}", f"A{n}", contact_of="A1") for n in (2, 3)
    ]
    last = another(cast, "店主4", "", "A4", contact_of="A3")
    rooms = [
        group(cast, "PA", steward=cast.rong, people={cast.rong: "steward"} | seated, name=name)
        for name, seated in (
            ("甲", dict.fromkeys(first, "member")),
            ("乙", {first[1]: "member", last: "manager"}),
        )
    ]
    asked = sent(cast, **ASKED)
    for who, room, option in ((0, 0, 0), (1, 0, 1), (1, 1, 1), (3, 1, 0)):
        answer_question(
            actor=[*first, last][who],
            broadcast_id=asked,
            group_id=rooms[room],
            option=option,
            now=NOON + timedelta(minutes=who),
        )
    return [one.person_id or 0 for one in (*first, last)]


@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans()), min_size=2, max_size=7
    ),
    order=st.randoms(use_true_random=False),
)
def test_any_merges_and_unmerges_come_back_to_the_beginning(cast: Cast, steps, order) -> None:
    """Merge and take back in any order; what is refused changes nothing, and in the end all is as it was."""
    enterprise = cast.ids["brand"]
    people = known_crowd(cast)
    before = references(enterprise)
    standing: list[int] = []
    for kept, away, takes_back in steps:
        held = references(enterprise)
        try:
            if takes_back and standing:
                merge_id = order.choice(standing)
                back(cast.hua, merge_id)
                standing.remove(merge_id)
            else:
                done = merge_people(
                    actor=cast.hua, kept_id=people[kept], merged_id=people[away], now=NOON
                )
                standing.append(done.merge_id)
        except Refusal:
            assert references(enterprise) == held
    while standing:
        before_size = len(standing)
        for merge_id in order.sample(standing, len(standing)):
            try:
                assert back(cast.hua, merge_id).stayed == {}
            except LaterMergeStands:
                continue
            standing.remove(merge_id)
        assert len(standing) < before_size, "some merge can always be taken back"
    assert references(enterprise) == before


_CROWDS: dict[str, list[int]] = {}


def known_crowd(cast: Cast) -> list[int]:
    """Lay the crowd once per database; hypothesis comes many times."""
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    if name not in _CROWDS:
        _CROWDS[name] = crowd(cast)
    return _CROWDS[name]


def test_the_trail_cannot_be_changed(cast: Cast) -> None:
    from django.db import ProgrammingError

    from qunlian.channel.models import PersonMerge

    done = merged(cast.rong, twins(cast))
    for write in (
        lambda: PersonMerge.objects.filter(pk=done.merge_id).update(note="x"),
        lambda: PersonMerge.objects.filter(pk=done.merge_id).delete(),
    ):
        with pytest.raises(ProgrammingError), scope.writing(cast.hua):
            write()


def test_the_kept_log_in_reaches_only_its_own_again(cast: Cast) -> None:
    from qunlian.channel.queries.actors import actor_of_login

    two = twins(cast)
    back(cast.rong, merged(cast.rong, two).merge_id)
    for code, who in (("a1", two.kept), ("a2", two.merged)):
        found = actor_of_login(f"{code}@{cast.ids['brand']}", now=NOON)
        assert found is not None
        assert replace(found, reach=who.reach) == who
